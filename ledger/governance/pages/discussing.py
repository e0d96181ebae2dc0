"""The discussion of a proposal, the cell's replies, and objections."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import service
from ledger.governance.pages import proposal as one
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.schemas import ObjectSchema, SaySchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Standing
from ledger.web import forms, guard
from ledger.web.forms import Form


@pages.post("/c/<code>/proposals/<int:proposal>/say")
@guard.open_to("community")
def say(proposal: int) -> ResponseReturnValue:
    """Add to the discussion. Raises `ProposalUnknown`."""
    form = forms.read(SaySchema())
    return _do(
        proposal,
        form,
        "say",
        lambda db, standing: service.say(
            db, standing, service.Say(proposal, **form.data), clock.now()
        ),
        "discussion",
    )


@pages.post("/c/<code>/proposals/<int:proposal>/say/<int:comment>/erase")
@guard.open_to("community")
def erase(proposal: int, comment: int) -> ResponseReturnValue:
    """Take back what one said. Raises `CommentUnknown`."""
    return _do(
        proposal,
        forms.blank(),
        "erase",
        lambda db, standing: service.erase(db, standing, proposal, comment, clock.now()),
        "discussion",
    )


@pages.post("/c/<code>/proposals/<int:proposal>/objections")
@guard.open_to("steward")
def object_(proposal: int) -> ResponseReturnValue:
    """Object, with a ground. Raises `ProposalUnknown`."""
    form = forms.read(ObjectSchema())
    return _do(
        proposal,
        form,
        "object",
        lambda db, standing: service.make_objection(
            db, standing, service.Object(proposal, **form.data), clock.now()
        ),
        "objections",
    )


@pages.post("/c/<code>/proposals/<int:proposal>/objections/<int:objection>/support")
@guard.open_to("steward")
def support(proposal: int, objection: int) -> ResponseReturnValue:
    """Support another's objection, which sends the proposal back. Raises `ObjectionUnknown`."""
    return _do(
        proposal,
        forms.blank(),
        "support",
        lambda db, standing: service.support_objection(
            db, standing, proposal, objection, clock.now()
        ),
        "objections",
    )


def _do(
    proposal: int,
    form: Form,
    tried: str,
    work: Callable[[Session, Standing], object],
    place: str,
) -> ResponseReturnValue:
    """Do it and go back to its place on the page, or show there what was wrong."""
    standing: Standing = guard.standing()
    read(lambda db: one.find(db, standing, proposal, clock.now()))
    if form.ok:
        try:
            write(lambda db: work(db, standing))
            return redirect(url_for(".proposal", proposal=proposal, _anchor=place), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return one.page(proposal, form, tried)
