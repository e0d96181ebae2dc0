"""Enrolling cells: the coordinator's form, and the page where cells vouch."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries
from ledger.members.errors import NameLooksLike
from ledger.members.pages.blueprint import pages
from ledger.members.pages.wording import ELEMENTS
from ledger.members.queries import Acting, Standing
from ledger.members.rules.vouching import NEEDED
from ledger.members.schemas import EnrolSchema
from ledger.members.service import acts
from ledger.members.service.enrolling import NewCell, ensure_unlike, facts_of
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, problems, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form


@pages.get("/c/<code>/enrol")
@guard.open_to("coordinator")
def enrol() -> ResponseReturnValue:
    """The form for a new cell."""
    return _form(forms.blank())


@pages.post("/c/<code>/enrol")
@guard.open_to("coordinator")
def ask_enrol() -> ResponseReturnValue:
    """Put the cell before two others, or a second coordinator."""
    form, alike = forms.read(EnrolSchema()), False
    if form.ok:
        try:
            in_unit_of_work(runtime.engine(), lambda db: _ask(db, form))
            return redirect(url_for(".desk"), code=303)
        except (Refused, Conflict) as refusal:
            form, alike = form.refused(refusal), isinstance(refusal, NameLooksLike)
    return _form(form, alike=alike)


@pages.get("/c/<code>/<number>/vouch")
@guard.open_to("acting")
def vouching() -> ResponseReturnValue:
    """The cells that ask to be vouched for."""
    return _vouching()


@pages.post("/c/<code>/<number>/vouch")
@guard.open_to("acting")
def vouch() -> ResponseReturnValue:
    """Vouch for one; the second vouch enrols it."""
    acting: Acting = guard.acting()
    act_id = request.form.get("act", type=whole) or 0
    try:
        in_unit_of_work(runtime.engine(), lambda db: acts.vouch(db, acting, act_id, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return _vouching(problems.said(refusal)), problems.status_of(refusal)
    return redirect(url_for(".vouching"), code=303)


def _ask(db: Session, form: Form) -> None:
    standing: Standing = guard.standing()
    data: dict[str, Any] = dict(form.data)
    reason, even_so = data.pop("reason"), data.pop("even_so")
    facts = facts_of(NewCell(**data))
    if not even_so:
        ensure_unlike(db, standing.community.id, str(facts["name"]))
    acts.ask(db, standing, "enrol", facts, reason, clock.now())


def _form(form: Form, *, alike: bool = False) -> ResponseReturnValue:
    return forms.page("members/enrol.html", form, elements=ELEMENTS, alike=alike)


def _vouching(problem: str = "") -> str:
    acting: Acting = guard.acting()
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.candidates(db, acting, clock.now()), write=False
    )
    return render_template(
        "members/vouching.html",
        candidates=[(one, problems.said(one.refusal) if one.refusal else "") for one in found],
        problem=problem,
        needed=NEEDED,
        elements=ELEMENTS,
    )
