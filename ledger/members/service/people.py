"""Who acts for a cell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.kernel.identifiers import new_pseudonym
from ledger.members.model import ActsFor, Participant
from ledger.members.service.voting import seat_first_voter


def let_act_for(
    session: Session, community_id: int, number: int, person_id: int, kind: str, now: datetime
) -> None:
    """Let a person act for a cell from `now` on, as `holder`, `clerk` or `viewer`.

    Saying it again changes only the kind. The first holder votes for the cell, unless
    they vote for another.
    """
    ensure_participant(session, community_id, person_id)
    present = session.scalar(
        select(ActsFor)
        .where(ActsFor.person_id == person_id, ActsFor.community_id == community_id)
        .where(ActsFor.number == number, ActsFor.until.is_(None))
    )
    if present is not None and present.kind == kind:
        return
    if present is not None:
        present.until = now
        session.flush()
    session.add(
        ActsFor(person_id=person_id, community_id=community_id, number=number, kind=kind, since=now)
    )
    session.flush()
    if kind == "holder":
        seat_first_voter(session, community_id, number, person_id, now)


def ensure_participant(session: Session, community_id: int, person_id: int) -> None:
    """Give the person their number in this community's books, once."""
    if session.get(Participant, (community_id, person_id)) is None:
        session.add(
            Participant(community_id=community_id, person_id=person_id, actor=new_pseudonym())
        )
        session.flush()
