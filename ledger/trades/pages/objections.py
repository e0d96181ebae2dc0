"""Objections to what was typed from paper: raised by a cell, ended by a coordinator."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Acting, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.trades import queries, service
from ledger.trades.pages import answers
from ledger.trades.pages.blueprint import pages
from ledger.trades.rules.objections import ObjectionEvent
from ledger.trades.rules.states import LONGEST_REASON
from ledger.trades.schemas import EndingSchema, ObjectSchema
from ledger.trades.service import EndObjection, Object
from ledger.web import forms, guard, runtime
from ledger.web.errands import Errand
from ledger.web.forms import Form

OBJECT = "object"

ENDS = {
    "open": N_("waits for an answer"),
    "answered": N_("answered: it stands"),
    "reversed": N_("reversed"),
}
"""How the states of an objection are called."""


@pages.post("/c/<code>/<number>/trades/<token>/object")
@guard.open_to("acting")
def object_to(token: str) -> ResponseReturnValue:
    """Object, and show the trade; a refusal comes back with the reason kept.

    Raises `NoSuchTrade`.
    """
    acting: Acting = guard.acting()
    form = forms.read(ObjectSchema())
    if form.ok:
        command = Object(token, **form.data)
        try:
            in_unit_of_work(
                runtime.engine(), lambda db: service.object_to(db, acting, command, clock.now())
            )
            return redirect(url_for(".trade", token=token), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return answers.show(token, form, OBJECT)


@pages.get("/c/<code>/objections")
@guard.open_to("coordinator", "auditor")
def objections() -> ResponseReturnValue:
    """What waits for a coordinator, and how earlier objections ended."""
    standing = guard.standing()
    community = standing.community
    waiting, past = in_unit_of_work(
        runtime.engine(),
        lambda db: (
            queries.open_objections(db, community),
            queries.past_objections(db, community),
        ),
        write=False,
    )
    return render_template(
        "trades/objections.html",
        waiting=waiting,
        past=past,
        standing=standing,
        unit=community.unit,
        ends=ENDS,
    )


@pages.get("/c/<code>/objections/<int:objection_id>")
@guard.open_to("coordinator", "auditor")
def objection(objection_id: int) -> ResponseReturnValue:
    """One objection, with what a coordinator can do. Raises `NoSuchObjection`."""
    return _objection(objection_id, forms.blank(answer=""))


@pages.post("/c/<code>/objections/<int:objection_id>")
@guard.open_to("coordinator")
def objection_end(objection_id: int) -> ResponseReturnValue:
    """Answer it, or reverse what was typed. Raises `NoSuchObjection`."""
    standing: Standing = guard.standing()
    form = forms.read(EndingSchema())
    if form.ok:
        data = dict(form.data)
        command = EndObjection(objection_id, ObjectionEvent(data.pop("event")), **data)
        try:
            in_unit_of_work(
                runtime.engine(),
                lambda db: service.end_objection(db, standing, command, clock.now()),
            )
            return redirect(url_for(".objection", objection_id=objection_id), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _objection(objection_id, form)


def find_errands(db: Session, standing: Standing, _now: datetime) -> list[Errand]:
    """The objections that wait for this coordinator, for their desk."""
    if "coordinator" not in standing.roles:
        return []
    speaker = runtime.speaker()
    return [
        Errand(
            speaker.gettext(N_("Objection to slip %(slip)s"), slip=one.slip.label),
            f"{one.by.name} {one.by.shown}: {one.reason}",
            url_for("trades.objection", code=standing.community.code, objection_id=one.id),
        )
        for one in queries.open_objections(db, standing.community)
    ]


def _objection(objection_id: int, form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.objection(db, standing.community, objection_id),
        write=False,
    )
    sides = {found.slip.payer.number, found.slip.payee.number}
    return forms.page(
        "trades/objection.html",
        form,
        objection=found,
        is_party=bool(sides & {cell.number for cell in standing.cells}),
        may_answer="coordinator" in standing.roles,
        unit=standing.community.unit,
        ends=ENDS,
        longest_reason=LONGEST_REASON,
    )
