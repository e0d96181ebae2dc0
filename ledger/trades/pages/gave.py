"""I gave: the seller records, and the buyer is asked to confirm."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.members.queries import Acting
from ledger.trades import service
from ledger.trades.pages import recording
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.recording import Way
from ledger.trades.schemas import AskSchema, TypedSchema
from ledger.trades.service import Ask
from ledger.web import guard


def _act(db: Session, acting: Acting, command: Ask, now: datetime) -> str:
    return recording.receipt_of(service.ask(db, acting, command, now).token)


GAVE = Way("gave", TypedSchema, AskSchema, Ask, service.preview_ask, _act)


@pages.get("/c/<code>/<number>/gave")
@guard.open_to("acting")
def gave() -> ResponseReturnValue:
    """The form of *I gave*. Raises `OnlyLooking`."""
    return recording.begin(GAVE)


@pages.post("/c/<code>/<number>/gave")
@guard.open_to("acting")
def gave_check() -> ResponseReturnValue:
    """What was typed, read back."""
    return recording.check(GAVE)


@pages.post("/c/<code>/<number>/gave/change")
@guard.open_to("acting")
def gave_change() -> ResponseReturnValue:
    """Back from the confirm screen."""
    return recording.change(GAVE)


@pages.post("/c/<code>/<number>/gave/confirm")
@guard.open_to("acting")
def gave_confirm() -> ResponseReturnValue:
    """Ask the buyer and go to the receipt, which waits."""
    return recording.confirm(GAVE)
