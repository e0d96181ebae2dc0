"""Who could be called upon: the people who vote for cells long enough enrolled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.governance.rules.roll import Cell, roll
from ledger.journal import queries as books
from ledger.kernel.clock import start_of
from ledger.members import queries as members
from ledger.members.queries import CommunityView


def roll_of(session: Session, community: CommunityView, now: datetime) -> tuple[int, ...]:
    """The numbers of the cells enrolled long enough to vote now, rising."""
    open_ = {one.number for one in books.accounts(session, community.id) if one.status != "closed"}
    cells = members.cells_by_number(session, community)
    return roll(
        (
            Cell(number, start_of(cell.joined_on, community.zone))
            for number, cell in cells.items()
            if number in open_
        ),
        now,
    )


def electorate(session: Session, community: CommunityView, now: datetime) -> dict[int, int]:
    """Who votes for each cell on the roll: ids of people by the cell's number."""
    voters = members.voters(session, community.id, now)
    return {cell: voters[cell] for cell in roll_of(session, community, now) if cell in voters}
