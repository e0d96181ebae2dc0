"""The receipt: for anybody who has its address."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.qr import qr_of
from ledger.trades import queries
from ledger.trades.pages.blueprint import pages
from ledger.trades.queries import Receipt
from ledger.web import frame, guard, runtime


@pages.get("/r/<token>")
@guard.open_to("anyone")
def receipt(token: str) -> ResponseReturnValue:
    """The receipt; its two cells find the way on from here. Raises `NoSuchReceipt`."""
    found, own = in_unit_of_work(runtime.engine(), lambda db: _seen(db, token), write=False)
    runtime.speak(zone=found.community.zone)
    frame.stay_with(found.community.code, own)
    address = public_address("trades.receipt", token=token)
    return render_template(
        "trades/receipt.html", receipt=found, own=own, address=address, qr=qr_of(address)
    )


def public_address(endpoint: str, **values: Any) -> str:
    """The address that others are shown: never the host of the request."""
    return runtime.runtime().public_url + url_for(endpoint, **values)


def _seen(db: Session, token: str) -> tuple[Receipt, str | None]:
    """The receipt, and the number of the cell the visitor acts for, if it is a side."""
    now = clock.now()
    found = queries.receipt(db, token, now)
    who = guard.visitor()
    if who is None:
        return found, None
    sides = (found.payer.number, found.payee.number)
    return found, queries.own_side(db, sides, found.community.code, who.person_id, now)
