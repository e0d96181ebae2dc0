"""When a steward is lost while a vote is on: resigned, recalled, or recused after all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import Proposal, RosterRow, Voting
from ledger.governance.queries.courses import history_of
from ledger.governance.rules.states import State
from ledger.governance.service.alternates import next_alternate
from ledger.governance.service.happenings import locked
from ledger.governance.service.notices import announce
from ledger.governance.service.opening import place_for
from ledger.identity import queries as identity
from ledger.members import queries as members


def lose_steward(session: Session, community_id: int, person_id: int, now: datetime) -> list[int]:
    """Make void the ballots of a steward in every vote that is on; return those proposals.

    The next alternate of the lot takes their place, if there is one. The number of eligible
    votes and the quorum stay as they were when voting opened. To be called when a seat ends
    before its term; whoever's term ends may finish.
    """
    numbers = session.scalars(
        select(RosterRow.proposal)
        .where(RosterRow.community_id == community_id, RosterRow.person_id == person_id)
        .where(RosterRow.is_lost.is_(False))
        .distinct()
        .order_by(RosterRow.proposal)
    ).all()
    return [
        number
        for number in numbers
        if _lose(session, locked(session, community_id, number), person_id, now)
    ]


def _lose(session: Session, row: Proposal, person_id: int, now: datetime) -> bool:
    course = history_of(session, row).course(now)
    if course.state is not State.ACTIVE:
        return False
    seat = session.scalar(
        select(RosterRow)
        .where(RosterRow.community_id == row.community_id, RosterRow.proposal == row.number)
        .where(RosterRow.round == course.round, RosterRow.person_id == person_id)
    )
    if seat is None:
        return False
    seat.is_lost = True
    session.flush()
    voting = session.get_one(Voting, (row.community_id, row.number, course.round))
    _step_in(session, row, voting, seat.voter, now)
    return True


def _step_in(session: Session, row: Proposal, voting: Voting, lost: int, now: datetime) -> None:
    """Have the next alternate take the lost voter's place, if the lot has one left."""
    community = members.community(session, row.community_id)
    assert community is not None
    found = next_alternate(session, community, row, voting, now)
    if found is None:
        return
    number, person = found
    name = identity.names_of(session, [person]).get(person, "")
    session.add(place_for(voting, number, person, name, replaces=lost))
    session.flush()
    announce(session, "stepped_in", row.community_id, now, about=row.number)
