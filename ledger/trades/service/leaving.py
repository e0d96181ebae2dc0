"""Leaving a community: first every question between cells is answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.members.service import leaving
from ledger.trades.errors import StillWaiting
from ledger.trades.queries import objections_about, waiting


def leave(session: Session, acting: members.Acting, *, erase: bool, now: datetime) -> None:
    """Close the acting cell's account for good; see `members.service.leaving.leave`.

    Raises `StillWaiting` while a trade of the cell waits for an answer, or an objection to
    one for a coordinator's, else what that raises.
    """
    open_questions = len(waiting(session, acting, now)) + len(objections_about(session, acting))
    if open_questions:
        raise StillWaiting(count=open_questions)
    leaving.leave(session, acting, erase=erase, now=now)
