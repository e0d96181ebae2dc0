"""Who is too close to vote, and what becomes of a decision that is appealed."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.pages import proposal as one
from ledger.governance.pages.blueprint import pages, read, write
from ledger.governance.pages.wording import GROUNDS, KINDS, STATES
from ledger.governance.queries import AppealView, ProposalView
from ledger.governance.rules.panels import Answer
from ledger.governance.rules.states import State
from ledger.governance.schemas import (
    LONGEST_REASON,
    AnswerAppealSchema,
    AppealSchema,
    ChallengeSchema,
)
from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Forbidden, Refused
from ledger.kernel.units import read_number, shown_number
from ledger.members.queries import Standing
from ledger.web import forms, guard
from ledger.web.addresses import whole
from ledger.web.forms import Form


@pages.get("/c/<code>/proposals/<int:proposal>/judges")
@guard.open_to("community")
def judges(proposal: int) -> ResponseReturnValue:
    """Who may vote on it, who may not, and what is said about that. Raises `ProposalUnknown`."""
    return _judges(proposal, forms.blank())


@pages.post("/c/<code>/proposals/<int:proposal>/judges")
@guard.open_to("community")
def challenge(proposal: int) -> ResponseReturnValue:
    """Say that a steward is too close, or that one is oneself."""
    standing: Standing = guard.standing()
    read(lambda db: one.find(db, standing, proposal, clock.now()))
    form = forms.read(ChallengeSchema())
    if form.ok:
        command = service.SayTooClose(proposal, form.data["person"], form.data["ground"])
        try:
            write(lambda db: service.challenge(db, standing, command, clock.now()))
            return redirect(url_for(".judges", proposal=proposal), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _judges(proposal, form)


@pages.post("/c/<code>/proposals/<int:proposal>/judges/household")
@guard.open_to("steward")
def household(proposal: int) -> ResponseReturnValue:
    """Say that one shares a household with those whom it is about."""
    standing: Standing = guard.standing()
    try:
        write(lambda db: service.share_household(db, standing, proposal, clock.now()))
    except (Refused, Conflict) as refusal:
        return _judges(proposal, forms.blank().refused(refusal))
    return redirect(url_for(".judges", proposal=proposal), code=303)


@pages.post("/c/<code>/proposals/<int:proposal>/judges/<int:challenge>/<said>")
@guard.open_to("steward")
def judge(proposal: int, challenge: int, said: str) -> ResponseReturnValue:
    """Judge another's challenge: `close` or `fit`. Raises `ChallengeUnknown`."""
    standing: Standing = guard.standing()
    upholds = said == "close"
    try:
        write(
            lambda db: service.judge(
                db, standing, proposal, challenge, upholds=upholds, now=clock.now()
            )
        )
    except (Refused, Conflict) as refusal:
        return _judges(proposal, forms.blank().refused(refusal))
    return redirect(url_for(".judges", proposal=proposal), code=303)


@pages.get("/c/<code>/proposals/<int:proposal>/appeal")
@guard.open_to("community")
def appeal(proposal: int) -> ResponseReturnValue:
    """The appeal: signatures, the panel and its answers. Raises `ProposalUnknown`."""
    return _appeal(proposal, forms.blank())


@pages.post("/c/<code>/proposals/<int:proposal>/appeal")
@guard.open_to("community")
def sign_appeal(proposal: int) -> ResponseReturnValue:
    """Sign it for a cell."""
    standing: Standing = guard.standing()
    read(lambda db: one.find(db, standing, proposal, clock.now()))
    form = forms.read(AppealSchema())
    if form.ok:
        cell = read_number(standing.community.code, form.data["cell"]) or 0
        command = service.Appeal(proposal, cell, form.data["reasons"])
        try:
            write(lambda db: service.appeal(db, standing, command, clock.now()))
            return redirect(url_for(".appeal", proposal=proposal), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _appeal(proposal, form, "sign")


@pages.post("/c/<code>/proposals/<int:proposal>/appeal/answer")
@guard.open_to("community")
def answer_appeal(proposal: int) -> ResponseReturnValue:
    """Answer as one of the panel."""
    standing: Standing = guard.standing()
    read(lambda db: one.find(db, standing, proposal, clock.now()))
    form = forms.read(AnswerAppealSchema())
    if form.ok:
        command = service.Judge(proposal, Answer(form.data["answer"]), form.data["reasons"])
        try:
            write(lambda db: service.answer_appeal(db, standing, command, clock.now()))
            return redirect(url_for(".appeal", proposal=proposal), code=303)
        except (Refused, Conflict, Forbidden) as refusal:
            form = form.refused(refusal)
    return _appeal(proposal, form, "answer")


def _judges(number: int, form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    now = clock.now()

    def look(db: Session) -> tuple[ProposalView, tuple[queries.StewardView, ...]]:
        found = one.find(db, standing, number, now)
        return found, queries.bench(db, standing.community, number, now)

    found, bench = read(look)
    return forms.page(
        "governance/judges.html",
        form,
        proposal=found,
        bench=bench,
        is_open=found.course.state is State.DISCUSSION,
        standing=standing,
        kinds=KINDS,
        grounds=GROUNDS,
        longest=LONGEST_REASON,
        chosen=request.args.get("person", type=whole),
    )


def _appeal(number: int, form: Form, tried: str = "") -> ResponseReturnValue:
    standing: Standing = guard.standing()
    now = clock.now()

    def look(db: Session) -> tuple[ProposalView, AppealView]:
        found = one.find(db, standing, number, now)
        return found, queries.appeal_of(db, standing.community, number, standing.person_id, now)

    found, view = read(look)
    course = found.course
    mine = next((one for one in view.panel if one.person_id == standing.person_id), None)
    can_sign = course.state is State.QUEUED and not course.was_appealed
    return forms.page(
        "governance/appeal.html",
        form,
        tried=tried,
        proposal=found,
        appeal=view,
        course=course,
        decided=found.decisions[-1] if found.decisions else None,
        unit=standing.community.unit,
        mine=mine,
        can_sign=can_sign and course.due_at is not None and now < course.due_at,
        signable=[
            (shown_number(standing.community.code, cell), _name(standing, cell))
            for cell in view.may_sign
        ],
        standing=standing,
        kinds=KINDS,
        states=STATES,
        longest=LONGEST_REASON,
    )


def _name(standing: Standing, cell: int) -> str:
    names = {one.number: f"{one.name} {one.shown}" for one in standing.cells}
    return names.get(cell, shown_number(standing.community.code, cell))
