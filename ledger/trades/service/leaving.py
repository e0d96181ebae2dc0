"""Leaving a community: first every question between cells is answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.members.service import leaving
from ledger.trades.errors import StillWaiting
from ledger.trades.queries import waiting


def leave(session: Session, acting: members.Acting, *, erase: bool, now: datetime) -> None:
    """Close the acting cell's account for good; see `members.service.leaving.leave`.

    Raises `StillWaiting` while a trade of the cell waits for an answer, else what that raises.
    """
    open_questions = waiting(session, acting, now)
    if open_questions:
        raise StillWaiting(count=len(open_questions))
    leaving.leave(session, acting, erase=erase, now=now)
