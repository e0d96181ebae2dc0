"""I got: the buyer records, and it is booked at once."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.members.queries import Acting
from ledger.trades import service
from ledger.trades.pages import recording
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.recording import Way
from ledger.trades.schemas import PaySchema, TypedSchema
from ledger.trades.service import Pay
from ledger.web import guard


def _act(db: Session, acting: Acting, command: Pay, now: datetime) -> str:
    return recording.receipt_of(service.pay(db, acting, command, now).token)


GOT = Way("got", TypedSchema, PaySchema, Pay, service.preview, _act)


@pages.get("/c/<code>/<number>/got")
@guard.open_to("acting")
def got() -> ResponseReturnValue:
    """The form of *I got*. Raises `OnlyLooking`."""
    return recording.begin(GOT)


@pages.post("/c/<code>/<number>/got")
@guard.open_to("acting")
def got_check() -> ResponseReturnValue:
    """What was typed, read back."""
    return recording.check(GOT)


@pages.post("/c/<code>/<number>/got/change")
@guard.open_to("acting")
def got_change() -> ResponseReturnValue:
    """Back from the confirm screen."""
    return recording.change(GOT)


@pages.post("/c/<code>/<number>/got/confirm")
@guard.open_to("acting")
def got_confirm() -> ResponseReturnValue:
    """Book it and go to the receipt."""
    return recording.confirm(GOT)
