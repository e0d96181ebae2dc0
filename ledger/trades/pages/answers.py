"""A trade as its own cells see it: confirm, decline, withdraw, ask it back, give it back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, LedgerError, Refused
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries, service
from ledger.trades.errors import NoSuchTrade
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.receipts import public_address
from ledger.trades.pages.wording import DEEDS, HAPPENED, REASONED, STATES
from ledger.trades.queries import ObjectionView, OwnTrade, Typed
from ledger.trades.rules.states import IN_FORCE, LONGEST_REASON, Event
from ledger.trades.schemas import AnswerSchema
from ledger.trades.service import Answer, Preview
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form


@dataclass(frozen=True, slots=True)
class _Seen:
    """The trade, and what a yes would do to the own account, or why it can't be said.

    `slip` is the paper that it was typed from, with the objections to it.
    """

    trade: OwnTrade
    preview: Preview | None
    refusal: LedgerError | None
    slip: Typed | None
    objections: list[ObjectionView]

    def may_object(self, acting: Acting) -> bool:
        """Whether this cell can still object to what was typed."""
        return (
            self.slip is not None
            and acting.may_record
            and self.trade.state in IN_FORCE
            and clock.now() < self.slip.object_by
            and all(one.by.number != acting.account for one in self.objections)
        )


@pages.get("/c/<code>/<number>/trades/<token>")
@guard.open_to("acting")
def trade(token: str) -> ResponseReturnValue:
    """One trade of the cell, with what can be done to it. Raises `NoSuchTrade`."""
    return show(token, forms.blank())


@pages.post("/c/<code>/<number>/trades/<token>/<event>")
@guard.open_to("acting")
def answer(token: str, event: str) -> ResponseReturnValue:
    """Do it and show the trade as it stands then; a refusal comes back with the reason kept.

    Raises `NoSuchTrade`, also for an event that there is not.
    """
    if event not in DEEDS:
        raise NoSuchTrade
    acting: Acting = guard.acting()
    form = forms.read(AnswerSchema())
    if form.ok:
        command = Answer(token, Event(event), **form.data)
        try:
            in_unit_of_work(
                runtime.engine(), lambda db: service.answer(db, acting, command, clock.now())
            )
            return redirect(url_for(".trade", token=token), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return show(token, form, event)


@pages.get("/c/<code>/<number>/waiting")
@guard.open_to("acting")
def waiting() -> ResponseReturnValue:
    """Everything that waits for an answer."""
    acting: Acting = guard.acting()
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.waiting(db, acting, clock.now()), write=False
    )
    return render_template("trades/waiting.html", waiting=found, unit=acting.community.unit)


def show(token: str, form: Form, tried: str = "") -> ResponseReturnValue:
    """The trade's page with `form` at what was tried. Raises `NoSuchTrade`."""
    acting: Acting = guard.acting()
    seen = in_unit_of_work(runtime.engine(), lambda db: _seen(db, acting, token), write=False)
    if seen.refusal and not tried:
        form = form.refused(seen.refusal)
    return forms.page(
        "trades/trade.html",
        form,
        trade=seen.trade,
        slip=seen.slip,
        objections=seen.objections,
        may_object=seen.may_object(acting),
        preview=seen.preview,
        tried=tried,
        unit=acting.community.unit,
        address=public_address("trades.receipt", token=token),
        states=STATES,
        deeds=DEEDS,
        reasoned=REASONED,
        happened=HAPPENED,
        longest_reason=LONGEST_REASON,
    )


def _seen(db: Session, acting: Acting, token: str) -> _Seen:
    found = queries.own_trade(db, acting, token, clock.now())
    slip = queries.slip_of(db, acting.community, token)
    objections = queries.objections_to(db, acting.community, token) if slip else []
    preview, problem = None, None
    try:
        preview = service.preview_answer(db, acting, token, clock.now())
    except Refused as refusal:
        problem = refusal if found.is_own_turn else None
    return _Seen(found, preview, problem, slip, objections)
