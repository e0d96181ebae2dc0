"""Alternates to the committee: called when too few stewards may vote, drawn by lot.

One lot serves every vote until another is called; nobody can call another because
they dislike the first. Its numbers are those of the cells, lifted above the numbers that
stewards have within a vote.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import LotPlace, LotRow, Proposal, RosterRow, Voting
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.electorate import electorate
from ledger.governance.queries.grounds import grounds_of
from ledger.governance.queries.lots import as_drawn
from ledger.governance.rules.lots import Lot
from ledger.governance.rules.recusal import FEWEST
from ledger.governance.rules.states import State
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.drawing import call_lot
from ledger.governance.service.happenings import look_now
from ledger.governance.service.notices import announce
from ledger.members import queries as members
from ledger.members.queries import CommunityView

ABOVE_STEWARDS = 1_000
"""What is added to a cell's number: its place in the lot and its voter's number in a vote."""


def muster(session: Session, community: CommunityView, row: Proposal, now: datetime) -> bool:
    """Call a lot for alternates if the proposal will need them; whether one is under way.

    One lot is called for a proposal at most, and none while one is under way.
    """
    newest = newest_lot(session, community.id)
    if newest is not None and newest.drawn_at is None:
        return True
    stewards = members.ids_of_role(session, community.id, ["steward"], now)
    able = set(stewards) - grounds_of(session, community, row, stewards, now).keys()
    if len(able) >= FEWEST:
        return False
    drawn = drawn_people(session, newest) if newest is not None else {}
    unfit = grounds_of(session, community, row, drawn.values(), now)
    if len(able | set(drawn.values()) - unfit.keys() - set(stewards)) >= FEWEST:
        return False
    if newest is not None and newest.called_at >= row.drafted_at:
        return False
    return _call(session, community, stewards, now)


def is_spent(session: Session, row: Proposal) -> bool:
    """Whether a lot was drawn for this proposal, so that no other may be called for it."""
    newest = newest_lot(session, row.community_id)
    return newest is not None and newest.drawn_at is not None and newest.called_at >= row.drafted_at


def _call(session: Session, community: CommunityView, stewards: list[int], now: datetime) -> bool:
    """Call the lot among those who vote for cells; whether there is anybody to draw."""
    places = {
        ABOVE_STEWARDS + cell: (cell, person)
        for cell, person in electorate(session, community, now).items()
        if person not in stewards
    }
    if not places:
        return False
    text = ensure_constitution(session, community, now).text
    count = min(len(places), text.seats + text.alternates)
    call_lot(session, community, "alternates", places, count, now)
    return True


def newest_lot(session: Session, community_id: int) -> LotRow | None:
    """The lot for alternates that was called last, drawn or not."""
    return session.scalar(
        select(LotRow)
        .where(LotRow.community_id == community_id, LotRow.purpose == "alternates")
        .order_by(LotRow.number.desc())
        .limit(1)
    )


def drawn_people(session: Session, row: LotRow) -> dict[int, int]:
    """The people a lot drew, by their number in it, in its order; empty before it is drawn."""
    community = members.community(session, row.community_id)
    assert community is not None
    drawn = as_drawn(session, community, row)
    if drawn is None:
        return {}
    rows = session.execute(
        select(LotPlace.number, LotPlace.person_id)
        .where(LotPlace.community_id == row.community_id, LotPlace.lot == row.number)
        .where(LotPlace.number.in_(drawn.drawn))
    )
    people = {row.number: row.person_id for row in rows}
    return {number: people[number] for number in drawn.drawn}


def alternates_drawn(
    session: Session, community: CommunityView, row: LotRow, _drawn: Lot, now: datetime
) -> None:
    """Tell those drawn, and have a look at every proposal that may wait for them."""
    announce(session, "alternates_drawn", community.id, now, about=row.number)
    waiting = session.scalars(
        select(Proposal).where(Proposal.community_id == community.id).order_by(Proposal.number)
    ).all()
    for proposal in waiting:
        course = history_of(session, proposal).course(now)
        if course.state is State.DISCUSSION and course.until is not None and course.until <= now:
            look_now(session, proposal, now)


def next_alternate(
    session: Session, community: CommunityView, row: Proposal, voting: Voting, now: datetime
) -> tuple[int, int] | None:
    """Who steps in next in a round: number and person, in the lot's order; None if nobody can."""
    if voting.lot is None:
        return None
    lot = session.get_one(LotRow, (voting.community_id, voting.lot))
    drawn = drawn_people(session, lot)
    rows = session.execute(
        select(RosterRow.voter, RosterRow.person_id)
        .where(RosterRow.community_id == voting.community_id)
        .where(RosterRow.proposal == voting.proposal, RosterRow.round == voting.round)
    )
    seated = {row.voter: row.person_id for row in rows}
    order = list(drawn)
    called = [order.index(number) for number in seated if number in drawn]
    left = order[1 + max(called, default=-1) :]
    unfit = grounds_of(session, community, row, drawn.values(), now)
    for number in left:
        person = drawn[number]
        if person not in unfit and person not in seated.values():
            return number, person
    return None
