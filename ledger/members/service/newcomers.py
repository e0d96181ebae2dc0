"""The limit of cells that enrol: what the community was founded with, until a vote changes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.members.model import NewcomersLimit
from ledger.members.queries import CommunityView


def set_newcomers_limit(
    session: Session, community_id: int, floor: int, version: int, now: datetime
) -> None:
    """Have cells enrolled from `now` on begin with `floor` ≤ 0, by a constitution's version."""
    session.add(NewcomersLimit(community_id=community_id, version=version, floor=floor, since=now))
    session.flush()


def newcomers_limit(session: Session, community: CommunityView) -> Limit:
    """The limit that a cell gets when it enrols now, with its authority."""
    voted = session.scalar(
        select(NewcomersLimit)
        .where(NewcomersLimit.community_id == community.id)
        .order_by(NewcomersLimit.version.desc())
        .limit(1)
    )
    if voted is None:
        return Limit(community.founding_floor, community.founding_ceiling, "founding")
    return Limit(voted.floor, community.founding_ceiling, "default", str(voted.version))
