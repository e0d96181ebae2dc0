"""The people of a cell: who acts for it, who votes, whom to invite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members import queries
from ledger.members.pages.blueprint import pages
from ledger.members.pages.invitations import show_link
from ledger.members.pages.wording import KINDS, SHORT_KINDS
from ledger.members.queries import Acting
from ledger.members.schemas import InviteSchema, PersonOfCellSchema
from ledger.members.service import household, inviting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, problems, runtime
from ledger.web.addresses import whole
from ledger.web.forms import Form

Change = Callable[[Session, Acting, int, datetime], None]


@pages.get("/c/<code>/<number>/people")
@guard.open_to("acting")
def people() -> ResponseReturnValue:
    """Who acts for the cell, and the invitations that are open."""
    return _people(forms.blank())


@pages.post("/c/<code>/<number>/people/invite")
@guard.open_to("acting")
def invite() -> ResponseReturnValue:
    """Invite somebody; the link is shown once, to be sent or printed."""
    acting: Acting = guard.acting()
    form = forms.read(InviteSchema())
    if form.ok:
        try:
            return show_link(
                acting.cell,
                form,
                lambda db: inviting.invite(db, acting, form.data["kind"], clock.now()),
                url_for(".people"),
            )
        except (Refused, Forbidden) as refusal:
            form = form.refused(refusal)
    return _people(form)


@pages.post("/c/<code>/<number>/people/withdraw")
@guard.open_to("acting")
def withdraw() -> ResponseReturnValue:
    """Take an invitation back."""
    chosen = request.form.get("invitation", type=whole) or 0
    return _change(lambda db, acting, _, now: inviting.withdraw(db, acting, chosen, now))


@pages.post("/c/<code>/<number>/people/kind")
@guard.open_to("acting")
def change_kind() -> ResponseReturnValue:
    """Make somebody holder, clerk or viewer."""
    form = forms.read(PersonOfCellSchema())
    if not form.ok or not form.data["kind"]:
        return _people(form)
    kind = form.data["kind"]
    return _change(
        lambda db, acting, person, now: household.change_kind(db, acting, person, kind, now)
    )


@pages.post("/c/<code>/<number>/people/end")
@guard.open_to("acting")
def end_acting() -> ResponseReturnValue:
    """Somebody no longer acts for the cell."""
    return _change(household.end_acting)


@pages.post("/c/<code>/<number>/people/voter")
@guard.open_to("acting")
def name_voter() -> ResponseReturnValue:
    """Have somebody vote for the cell."""
    return _change(household.name_voter)


def _change(change: Change) -> ResponseReturnValue:
    acting: Acting = guard.acting()
    person = request.form.get("person_id", type=whole) or 0
    try:
        in_unit_of_work(runtime.engine(), lambda db: change(db, acting, person, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return _people(forms.blank(), problems.said(refusal), problems.status_of(refusal))
    if person == acting.person_id and change is household.end_acting:
        return redirect("/", code=303)
    return redirect(url_for(".people"), code=303)


def _people(form: Form, problem: str = "", status: int | None = None) -> ResponseReturnValue:
    acting: Acting = guard.acting()
    found, invitations = in_unit_of_work(
        runtime.engine(),
        lambda db: (
            queries.people_of_cell(db, acting.community.id, acting.account),
            queries.invitations_of(db, acting, clock.now()),
        ),
        write=False,
    )
    say = runtime.speaker().gettext
    page = render_template(
        "members/people.html",
        form=form,
        people=found,
        invitations=invitations,
        problem=problem,
        kinds=SHORT_KINDS,
        options=[(kind, say(words)) for kind, words in reversed(KINDS.items())],
    )
    return page, status or form.status
