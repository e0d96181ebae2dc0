"""What was typed from paper: for who serves, and for the cell that it is about."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.wording import STATES
from ledger.trades.schemas import BookSoughtSchema
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole

_LISTED = 50


@pages.get("/c/<code>/slips/typed")
@guard.open_to("coordinator", "auditor")
def slips_typed() -> ResponseReturnValue:
    """What was typed in the community, newest first, or from the book that is asked for."""
    community = guard.standing().community
    form = forms.read(BookSoughtSchema(), query=True)
    book = form.data if form.ok else None
    before = request.args.get("before", type=whole)
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.last_typed(db, community, book, before, _LISTED + 1),
        write=False,
    )
    return forms.page(
        "trades/slips_typed.html",
        form,
        slips=found[:_LISTED],
        older=found[_LISTED - 1].id if len(found) > _LISTED else None,
        book=book,
        unit=community.unit,
        states=STATES,
        standing=guard.standing(),
    )


@pages.get("/c/<code>/<number>/slips")
@guard.open_to("acting")
def own_slips() -> ResponseReturnValue:
    """What was typed for the cell from paper, while one may object to it."""
    acting: Acting = guard.acting()
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.own_slips(db, acting, clock.now()), write=False
    )
    unit = acting.community.unit
    return render_template("trades/own_slips.html", slips=found, unit=unit, states=STATES)
