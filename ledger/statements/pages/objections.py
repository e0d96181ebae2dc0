"""Is something wrong? A cell's objections, and the desk where they are answered."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.members.queries import Acting, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.errors import NoSuchObjection
from ledger.statements.pages.blueprint import pages
from ledger.statements.pages.statements import month_of, own_paper
from ledger.statements.pages.wording import HAPPENED, STATES
from ledger.statements.queries import ObjectionView, Paper
from ledger.statements.rules.months import Month
from ledger.statements.rules.objections import LONGEST_WORDS, Event, Party, possible
from ledger.statements.schemas import AnswerObjectionSchema, GoOnSchema, ObjectSchema
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form

_OFFICE = ("coordinator", "auditor")
_OF_CELL = {one.value: one for one in (Event.WITHDRAW, Event.SETTLE, Event.ASK_ON)}


@pages.get("/c/<code>/<number>/statements/<month>/object")
@guard.open_to("acting")
def object_to(month: str) -> ResponseReturnValue:
    """The form that opens an objection, to one movement or to all. Raises `NoSuchStatement`."""
    return _object_page(month_of(month), forms.blank(seq=request.args.get("seq", "")))


@pages.post("/c/<code>/<number>/statements/<month>/object")
@guard.open_to("acting")
def send_objection(month: str) -> ResponseReturnValue:
    """Open it. Raises `NoSuchStatement`."""
    acting: Acting = guard.acting()
    wanted, form = month_of(month), forms.read(ObjectSchema())
    if form.ok:
        command = service.Object(wanted, **form.data)
        try:
            made = in_unit_of_work(
                runtime.engine(), lambda db: service.object_to(db, acting, command, clock.now())
            )
            return redirect(url_for(".objection", objection=made), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _object_page(wanted, form)


@pages.get("/c/<code>/<number>/objections/<int:objection>")
@guard.open_to("acting")
def objection(objection: int) -> ResponseReturnValue:
    """One objection of the cell. Raises `NoSuchObjection`."""
    return _own_page(objection, forms.blank())


@pages.post("/c/<code>/<number>/objections/<int:objection>/<event>")
@guard.open_to("acting")
def go_on(objection: int, event: str) -> ResponseReturnValue:
    """Withdraw it, say that it is settled, or ask on. Raises `NoSuchObjection`."""
    if event not in _OF_CELL:
        raise NoSuchObjection
    acting: Acting = guard.acting()
    form = forms.read(GoOnSchema())
    if form.ok:
        command = service.Go(objection, _OF_CELL[event], **form.data)
        try:
            in_unit_of_work(
                runtime.engine(), lambda db: service.go_on(db, acting, command, clock.now())
            )
            return redirect(url_for(".objection", objection=objection), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _own_page(objection, form)


@pages.get("/c/<code>/desk/objections")
@guard.open_to(*_OFFICE)
def desk_objections() -> ResponseReturnValue:
    """All of the community's, what waits for an answer first."""
    standing: Standing = guard.standing()
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.objections_in(db, standing.community), write=False
    )
    return render_template("statements/objections.html", objections=found, states=STATES)


@pages.get("/c/<code>/desk/objections/<int:objection>")
@guard.open_to(*_OFFICE)
def desk_objection(objection: int) -> ResponseReturnValue:
    """One of them, with the form for the answer. Raises `NoSuchObjection`."""
    return _desk_page(objection, forms.blank())


@pages.post("/c/<code>/desk/objections/<int:objection>")
@guard.open_to(*_OFFICE)
def answer(objection: int) -> ResponseReturnValue:
    """Answer it. Raises `NoSuchObjection`."""
    standing: Standing = guard.standing()
    form = forms.read(AnswerObjectionSchema())
    if form.ok:
        command = service.Go(objection, Event.ANSWER, **form.data)
        try:
            in_unit_of_work(
                runtime.engine(), lambda db: service.answer(db, standing, command, clock.now())
            )
            return redirect(url_for(".desk_objection", objection=objection), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _desk_page(objection, form)


def _object_page(month: Month, form: Form) -> ResponseReturnValue:
    acting: Acting = guard.acting()

    def read(db: object) -> Paper:
        return own_paper(queries.paper(db, acting.community, acting.account, month))  # type: ignore[arg-type]

    found = in_unit_of_work(runtime.engine(), read, write=False)
    return forms.page(
        "statements/object.html",
        form,
        paper=found,
        unit=found.statement.unit,
        month=month,
        longest=LONGEST_WORDS,
    )


def _own_page(number: int, form: Form) -> ResponseReturnValue:
    acting: Acting = guard.acting()
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.objection(db, acting.community, number, acting.account),
        write=False,
    )
    return _page("statements/objection.html", form, found, Party.CELL)


def _desk_page(number: int, form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    found = in_unit_of_work(
        runtime.engine(),
        lambda db: queries.objection(db, standing.community, number),
        write=False,
    )
    return _page("statements/desk_objection.html", form, found, Party.OFFICE)


def _page(template: str, form: Form, found: ObjectionView, party: Party) -> ResponseReturnValue:
    return forms.page(
        template,
        form,
        objection=found,
        states=STATES,
        happened=HAPPENED,
        deeds=[one.value for one in possible(found.state, party)],
        longest=LONGEST_WORDS,
    )
