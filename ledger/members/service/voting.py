"""Who votes for a cell: one person each, and nobody for two cells of a community."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.members.errors import VotesElsewhere
from ledger.members.model import Community, Voter


def seat_voter(
    session: Session, community_id: int, number: int, person_id: int, now: datetime
) -> None:
    """Have this person vote for the cell from now on, in place of who did.

    Raises `VotesElsewhere`.
    """
    _one_at_a_time(session, community_id)
    for one in _seats(session, community_id, number, person_id):
        if one.number == number and one.person_id == person_id:
            return
        if one.number != number:
            raise VotesElsewhere(account=one.number)
        one.until = now
    session.flush()
    _seat(session, community_id, number, person_id, now)


def seat_first_voter(
    session: Session, community_id: int, number: int, person_id: int, now: datetime
) -> None:
    """Have the first holder of a cell vote for it, unless somebody does or they vote elsewhere."""
    _one_at_a_time(session, community_id)
    if not _seats(session, community_id, number, person_id):
        _seat(session, community_id, number, person_id, now)


def end_voting(
    session: Session, community_id: int, number: int, person_id: int, now: datetime
) -> None:
    """This person votes for the cell no more, if they did."""
    session.execute(
        update(Voter)
        .where(Voter.community_id == community_id, Voter.number == number)
        .where(Voter.person_id == person_id, Voter.until.is_(None))
        .values(until=now)
    )


def _one_at_a_time(session: Session, community_id: int) -> None:
    """Two cells that name the same person at once must not both succeed or end in an error."""
    session.get(Community, community_id, with_for_update={"key_share": True})


def _seats(session: Session, community_id: int, number: int, person_id: int) -> list[Voter]:
    """The seat of the cell and that of the person, as far as they are taken."""
    rows = session.scalars(
        select(Voter).where(
            Voter.community_id == community_id,
            Voter.until.is_(None),
            (Voter.number == number) | (Voter.person_id == person_id),
        )
    )
    return sorted(rows, key=lambda one: one.number == number)


def _seat(session: Session, community_id: int, number: int, person_id: int, now: datetime) -> None:
    session.add(Voter(community_id=community_id, number=number, person_id=person_id, since=now))
    session.flush()
