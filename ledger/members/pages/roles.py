"""Who serves the community, and the two forms of stewards that change it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Refused
from ledger.members import queries
from ledger.members.errors import RoleNotHeld
from ledger.members.pages.blueprint import pages
from ledger.members.queries import Standing
from ledger.members.schemas import ROLES, EndRoleSchema, GrantSchema, ResignSchema
from ledger.members.service import acts
from ledger.members.service.roles import resign as lay_down
from ledger.members.service.wording import ROLES as ROLE_WORDS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import forms, guard, problems, runtime
from ledger.web.forms import Form


@pages.get("/c/<code>/roles")
@guard.open_to("community")
def roles() -> ResponseReturnValue:
    """Who serves, since when, until when, and by what right."""
    return _roles()


@pages.post("/c/<code>/roles/resign")
@guard.open_to("coordinator", "steward", "auditor")
def resign() -> ResponseReturnValue:
    """Lay down a role of one's own."""
    standing: Standing = guard.standing()
    form = forms.read(ResignSchema())
    if not form.ok:
        raise RoleNotHeld
    try:
        in_unit_of_work(
            runtime.engine(),
            lambda db: lay_down(db, standing, form.data["role"], clock.now()),
        )
    except Refused as refusal:
        return _roles(problems.said(refusal)), problems.status_of(refusal)
    stays = standing.cells or len(standing.roles) > 1
    return redirect(url_for(".roles", left=form.data["role"]) if stays else "/", code=303)


def _roles(problem: str = "") -> str:
    standing: Standing = guard.standing()
    community, now = standing.community.id, clock.now()
    serving, served = in_unit_of_work(
        runtime.engine(),
        lambda db: (queries.who_serves(db, community, now), queries.who_served(db, community, now)),
        write=False,
    )
    left = request.args.get("left")
    return render_template(
        "members/roles.html",
        serving=serving,
        served=served,
        words=ROLE_WORDS,
        left=left if left in ROLE_WORDS and left not in standing.roles else None,
        standing=standing,
        problem=problem,
    )


@pages.get("/c/<code>/roles/new")
@guard.open_to("steward")
def grant() -> ResponseReturnValue:
    """The form that asks for somebody to serve."""
    return _grant_form(forms.blank(role=request.args.get("role", "")))


@pages.post("/c/<code>/roles/new")
@guard.open_to("steward")
def ask_grant() -> ResponseReturnValue:
    """Put it before a second steward."""
    form = forms.read(GrantSchema())
    if form.ok:
        try:
            in_unit_of_work(runtime.engine(), lambda db: _ask_grant(db, form))
            return redirect(url_for(".desk"), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _grant_form(form)


@pages.get("/c/<code>/roles/end")
@guard.open_to("steward")
def end_role() -> ResponseReturnValue:
    """The form that asks for the end of somebody's service."""
    given = {name: request.args.get(name, "") for name in ("person_id", "role")}
    return _end_form(forms.blank(**given))


@pages.post("/c/<code>/roles/end")
@guard.open_to("steward")
def ask_end() -> ResponseReturnValue:
    """Put it before a second steward."""
    standing: Standing = guard.standing()
    form = forms.read(EndRoleSchema())
    if form.ok:
        facts = {"person": form.data["person_id"], "role": form.data["role"]}
        try:
            in_unit_of_work(
                runtime.engine(),
                lambda db: acts.ask(
                    db, standing, "end_role", facts, form.data["reason"], clock.now()
                ),
            )
            return redirect(url_for(".desk"), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _end_form(form)


def _ask_grant(db: Session, form: Form) -> None:
    standing: Standing = guard.standing()
    community, now = standing.community, clock.now()
    person = queries.person_named(db, community, form.data["person"], now)
    ends_at = _end_of(form.data["ends_on"], community.zone) if form.data["ends_on"] else None
    facts = {
        "person": person,
        "role": form.data["role"],
        "ends_at": clock.to_micros(ends_at) if ends_at else None,
    }
    acts.ask(db, standing, "grant_role", facts, form.data["reason"], now)


def _end_of(day: date, zone: str) -> datetime:
    """The first instant after `day`."""
    return clock.start_of(day + timedelta(days=1), zone)


def _grant_form(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    people = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.people_of(db, standing.community.id, clock.now()),
        write=False,
    )
    say = runtime.speaker().gettext
    options = [("", ""), *((role, say(ROLE_WORDS[role])) for role in ROLES)]
    return forms.page(
        "members/grant.html", form, people=sorted(set(people.values())), options=options
    )


def _end_form(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    serving = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.who_serves(db, standing.community.id, clock.now()),
        write=False,
    )
    wanted = (form.values.get("person_id"), form.values.get("role"))
    found = [one for one in serving if (str(one.person_id), one.role) == wanted]
    if not found:
        raise RoleNotHeld
    return forms.page("members/end_role.html", form, one=found[0], words=ROLE_WORDS)
