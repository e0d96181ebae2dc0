"""Agreeing to who sees balances: kept with its version, so that a new one is asked anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.members.errors import TransparencyMoved
from ledger.members.model import Acceptance
from ledger.members.queries.offices import transparency


def accept_transparency(
    session: Session, community_id: int, person_id: int, version: int | None, now: datetime
) -> None:
    """Keep that the person agreed to this version, the first time they did.

    Raises `TransparencyMoved` where another one holds by now: they have not read that.
    """
    if version != transparency(session, community_id).version:
        raise TransparencyMoved
    if session.get(Acceptance, (community_id, person_id, version)) is None:
        session.add(
            Acceptance(
                community_id=community_id, person_id=person_id, version=version, accepted_at=now
            )
        )
        session.flush()
