"""The ballot: cast, changed until the close, and its receipt; opening a lapsed vote again."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from ledger.governance import service
from ledger.governance.pages import proposal as one
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.schemas import BallotSchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Standing
from ledger.web import forms, guard


@pages.post("/c/<code>/proposals/<int:proposal>/vote")
@guard.open_to("community")
def vote(proposal: int) -> ResponseReturnValue:
    """Vote, or vote anew; the receipt stands on the page then. Raises `ProposalUnknown`."""
    standing: Standing = guard.standing()
    read(lambda db: one.find(db, standing, proposal, clock.now()))
    form = forms.read(BallotSchema())
    if form.ok:
        command = service.CastBallot(proposal, **form.data)
        try:
            write(lambda db: service.cast(db, standing, command, clock.now()))
            return redirect(url_for(".proposal", proposal=proposal, _anchor="ballot"), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return one.page(proposal, form, "vote")


@pages.post("/c/<code>/proposals/<int:proposal>/reopen")
@guard.open_to("steward")
def reopen(proposal: int) -> ResponseReturnValue:
    """Open a vote again in which too few voted. Raises `ProposalUnknown`."""
    standing: Standing = guard.standing()
    try:
        write(lambda db: service.open_vote(db, standing.community, proposal, clock.now()))
    except (Refused, Conflict) as refusal:
        return one.page(proposal, forms.blank().refused(refusal), "reopen")
    return redirect(url_for(".proposal", proposal=proposal), code=303)
