"""Asking for a limit: for one's own cell, as a steward for any; changing and withdrawing it."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.errors import NotYours
from ledger.governance.pages import proposal as one
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.queries import Line, Reach
from ledger.governance.rules.states import State
from ledger.governance.schemas import LONGEST_REASONS, AskSchema, ProposeSchema
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.kernel.units import read_number
from ledger.members import queries as members
from ledger.members.errors import CellUnknown
from ledger.members.queries import Acting, Standing
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form


@pages.get("/c/<code>/<number>/limit/ask")
@guard.open_to("acting")
def ask() -> ResponseReturnValue:
    """The form that asks for another limit for the own cell. Raises `NotYours`."""
    acting: Acting = guard.acting()
    if not acting.may_record:
        raise NotYours
    return _ask_form(forms.blank())


@pages.post("/c/<code>/<number>/limit/ask")
@guard.open_to("acting")
def put() -> ResponseReturnValue:
    """Put it before the community."""
    acting: Acting = guard.acting()
    form = forms.read(AskSchema())
    if form.ok:
        try:
            made = write(lambda db: _propose(db, _standing(db, acting), acting.account, form))
            return redirect(url_for(".proposal", proposal=made), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _ask_form(form)


@pages.get("/c/<code>/proposals/new")
@guard.open_to("steward")
def propose() -> ResponseReturnValue:
    """The form by which a steward proposes a limit for any cell."""
    return _propose_form(forms.blank(cell=request.args.get("cell", "")))


@pages.post("/c/<code>/proposals/new")
@guard.open_to("steward")
def put_for_another() -> ResponseReturnValue:
    """Put it before the community."""
    standing: Standing = guard.standing()
    form = forms.read(ProposeSchema())
    if form.ok:
        try:
            made = write(lambda db: _propose(db, standing, _named(db, standing, form), form))
            return redirect(url_for(".proposal", proposal=made), code=303)
        except (Refused, Conflict) as refusal:
            form = form.refused(refusal)
    return _propose_form(form)


@pages.get("/c/<code>/proposals/<int:proposal>/amend")
@guard.open_to("community")
def change(proposal: int) -> ResponseReturnValue:
    """The form that changes one's own proposal. Raises `ProposalUnknown` or `NotYours`."""
    standing: Standing = guard.standing()
    found = read(lambda db: one.find(db, standing, proposal, clock.now()))
    shown = runtime.speaker().entry(found.proposed, standing.community.unit)
    return _amend_form(proposal, forms.blank(figure=shown, reasons=found.reasons))


@pages.post("/c/<code>/proposals/<int:proposal>/amend")
@guard.open_to("community")
def amend(proposal: int) -> ResponseReturnValue:
    """Change it, which begins the discussion anew."""
    standing: Standing = guard.standing()
    read(lambda db: one.find(db, standing, proposal, clock.now()))
    form = forms.read(AskSchema())
    if form.ok:
        figure, reasons = form.data["figure"], form.data["reasons"]
        try:
            write(lambda db: service.amend(db, standing, proposal, figure, reasons, clock.now()))
            return redirect(url_for(".proposal", proposal=proposal), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _amend_form(proposal, form)


@pages.post("/c/<code>/proposals/<int:proposal>/withdraw")
@guard.open_to("community")
def withdraw(proposal: int) -> ResponseReturnValue:
    """Take one's own proposal back before voting opens. Raises `ProposalUnknown`."""
    standing: Standing = guard.standing()
    try:
        write(lambda db: service.withdraw(db, standing, proposal, clock.now()))
    except (Refused, Conflict, Forbidden) as refusal:
        return one.page(proposal, forms.blank().refused(refusal), "withdraw")
    return redirect(url_for(".proposal", proposal=proposal), code=303)


def _propose(db: Session, standing: Standing, account: int, form: Form) -> int:
    command = service.Propose(
        account, form.data["figure"], form.data["reasons"], form.data["request_key"]
    )
    return service.propose(db, standing, command, clock.now())


def _named(db: Session, standing: Standing, form: Form) -> int:
    """The number of the cell or fund that was written. Raises `CellUnknown`."""
    community, written = standing.community, form.data["cell"]
    number = read_number(community.code, written)
    if number in {one.number for one in members.all_funds(db, community.id)}:
        return number or 0
    found = members.search_cells(db, community, written)
    if len(found) != 1:
        raise CellUnknown
    return found[0].number


def _standing(db: Session, acting: Acting) -> Standing:
    found = members.find_standing(db, acting.person_id, acting.community.code, clock.now())
    if found is None:
        raise NotYours
    return found


def _ask_form(form: Form) -> ResponseReturnValue:
    acting: Acting = guard.acting()
    reach, running = read(lambda db: _before(db, acting))
    return forms.page(
        "governance/ask.html",
        form,
        unit=acting.community.unit,
        reach=reach,
        running=running,
        longest=LONGEST_REASONS,
    )


def _before(db: Session, acting: Acting) -> tuple[Reach | None, list[Line]]:
    """How far a vote can take the limit, and what is proposed about it already."""
    community, now = acting.community, clock.now()
    known = queries.lines(db, community.id, now, account=acting.account)
    running = [line for line in known if line.course.is_undecided]
    return queries.reach(db, community, acting.account, now), running


def _propose_form(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    text = read(lambda db: queries.text_in_force(db, standing.community))
    return forms.page(
        "governance/propose.html",
        form,
        unit=standing.community.unit,
        grid=text.grid,
        longest=LONGEST_REASONS,
    )


def _amend_form(number: int, form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    found = read(lambda db: one.find(db, standing, number, clock.now()))
    if found.proposer_id != standing.person_id:
        raise NotYours
    return forms.page(
        "governance/amend.html",
        form,
        proposal=found,
        unit=standing.community.unit,
        longest=LONGEST_REASONS,
        is_open=found.course.state in (State.DRAFT, State.DISCUSSION),
    )
