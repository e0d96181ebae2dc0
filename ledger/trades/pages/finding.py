"""A cell's QR code, and where it leads whoever reads it with a phone's camera."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from ledger.kernel.errors import NotFound
from ledger.kernel.units import read_number, shown_number
from ledger.members import queries as members
from ledger.members.queries import Acting, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.qr import qr_of
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.receipts import public_address
from ledger.web import guard, runtime


@pages.get("/c/<code>/<number>/qr")
@guard.open_to("acting")
def own_qr() -> ResponseReturnValue:
    """The cell's QR code, to be shown to whoever gives or gets."""
    acting: Acting = guard.acting()
    address = public_address("trades.to", other=acting.cell.shown)
    return render_template("trades/qr.html", address=address, qr=qr_of(address))


@pages.get("/c/<code>/to/<other>")
@guard.open_to("community")
def to(other: str) -> ResponseReturnValue:
    """Whether one gave to the cell whose code was read, or got from it. Raises `NotFound`."""
    standing: Standing = guard.standing()
    community = standing.community
    number = read_number(community.code, other)
    if number is None or other != shown_number(community.code, number):
        raise NotFound
    found = in_unit_of_work(
        runtime.engine(), lambda db: members.cell(db, community, number), write=False
    )
    if found is None:
        raise NotFound
    own = [cell for cell in standing.cells if cell.number != number]
    return render_template(
        "trades/to.html", other=found, own=own, community=community, roles=standing.roles
    )
