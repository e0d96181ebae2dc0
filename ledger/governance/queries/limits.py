"""Where a cell's limit is, and how far a vote could take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.credit import queries as credit
from ledger.governance.queries.constitutions import text_in_force
from ledger.governance.rules.grid import Grid, since
from ledger.journal import queries as books
from ledger.members.queries import CommunityView


@dataclass(frozen=True, slots=True)
class Reach:
    """The present limit, and the highest that an ordinary vote could set. Smallest parts."""

    present: int
    highest: int
    grid: Grid

    @property
    def example(self) -> tuple[int, int] | None:
        """A limit to ask for, and a figure on the way there that could be voted instead.

        None where no figure of the grid lies on the way.
        """
        grid = range(self.grid.least, self.highest + 1, self.grid.step)
        above = [figure for figure in grid if figure > self.present][:2]
        asked = above[1] if len(above) > 1 else self.highest
        return (asked, above[0]) if above and above[0] < asked else None


def reach(session: Session, community: CommunityView, account: int, now: datetime) -> Reach | None:
    """How far a vote could take the limit of an account now; None for an unknown one."""
    found = books.account(session, community.id, account)
    if found is None:
        return None
    grid = text_in_force(session, community).grid
    past = limits_in_force(session, community.id, account, grid.growth_time, now)
    return Reach(-found.floor, max(grid.highest((-found.floor, *past)), -found.floor), grid)


def limits_in_force(
    session: Session, community_id: int, account: int, past: timedelta, now: datetime
) -> tuple[int, ...]:
    """The limits that an account had within `past`."""
    history = [
        (one.set_at, one.limit) for one in reversed(credit.history(session, community_id, account))
    ]
    return since(history, now - past)
