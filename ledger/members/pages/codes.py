"""A code on paper for somebody without mail: asked for, signed, written down once."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.identity.rules.codes import shown
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Refused
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.queries import Standing
from ledger.members.schemas import PersonActSchema
from ledger.members.service import acts
from ledger.members.service.codes import KIND, hand_out
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form


@pages.get("/c/<code>/desk/code")
@guard.open_to("coordinator")
def code() -> ResponseReturnValue:
    """The form that asks for a code."""
    return _form(forms.blank())


@pages.post("/c/<code>/desk/code")
@guard.open_to("coordinator")
def ask_code() -> ResponseReturnValue:
    """Put it before a second person."""
    form = forms.read(PersonActSchema())
    if form.ok:
        try:
            in_unit_of_work(runtime.engine(), lambda db: _ask(db, form))
            return redirect(url_for(".desk"), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _form(form)


@pages.post("/c/<code>/desk/code/slip")
@guard.open_to("coordinator")
def write_down() -> ResponseReturnValue:
    """Make the code and show it, once: a page to print and hand over."""
    standing: Standing = guard.standing()
    act_id = request.form.get("act", type=whole) or 0
    slip = in_unit_of_work(runtime.engine(), lambda db: hand_out(db, standing, act_id, clock.now()))
    address = f"{runtime.runtime().public_url}/code"
    return render_template("members/slip.html", slip=slip, code=shown(slip.code), address=address)


def _ask(db: Session, form: Form) -> None:
    standing: Standing = guard.standing()
    now = clock.now()
    person = queries.person_named(db, standing.community, form.data["person"], now)
    acts.ask(db, standing, KIND, {"person": person}, form.data["reason"], now)


def _form(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    people = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.people_of(db, standing.community.id, clock.now()),
        write=False,
    )
    return forms.page("members/code.html", form, people=sorted(set(people.values())))
