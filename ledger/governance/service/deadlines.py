"""Until when what a notice asks for can be done; None where its time is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.governance.model import LotRow, Proposal
from ledger.governance.queries.courses import history_of
from ledger.governance.rules.states import State
from ledger.members.queries import CommunityView

Timing = Callable[[Session, CommunityView, int, datetime], datetime | None]


def promising(
    session: Session, community: CommunityView, lot: int, now: datetime
) -> datetime | None:
    """The end of the time for promising in a lot, while it runs."""
    row = session.get(LotRow, (community.id, lot))
    return row.commit_until if row is not None and now < row.commit_until else None


def revealing(
    session: Session, community: CommunityView, lot: int, now: datetime
) -> datetime | None:
    """The end of the time for revealing in a lot, while it runs."""
    row = session.get(LotRow, (community.id, lot))
    return row.reveal_until if row is not None and now < row.reveal_until else None


def staying(state: State) -> Timing:
    """The end of a proposal's time in `state`, if it is still there."""

    def until(
        session: Session, community: CommunityView, number: int, now: datetime
    ) -> datetime | None:
        row = session.get_one(Proposal, (community.id, number))
        course = history_of(session, row).course(now)
        return course.until if course.state is state else None

    return until
