"""Who sees balances: a setting of the community that only a vote changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.members.model import Transparency

LEVELS = ("own", "members", "everyone")


def set_transparency(
    session: Session, community_id: int, level: str, authority: str, now: datetime
) -> None:
    """Have balances seen by `own`, `members` or `everyone` from `now` on.

    `authority` is `founding` or a decision, as `decision:3`: no page and no command
    calls this for anybody but the founders.
    """
    if level not in LEVELS:
        raise ValueError(f"no such level: {level}")
    last = session.scalar(
        select(func.max(Transparency.version)).where(Transparency.community_id == community_id)
    )
    session.add(
        Transparency(
            community_id=community_id,
            version=(last or 0) + 1,
            level=level,
            authority=authority,
            since=now,
        )
    )
    session.flush()
