"""Planned and recurring trades: made, paused, resumed, ended; and what was missed, noted."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries, service
from ledger.trades.errors import NoSuchPlan
from ledger.trades.pages import recording
from ledger.trades.pages.blueprint import pages, today
from ledger.trades.pages.recording import Way
from ledger.trades.pages.wording import RHYTHMS
from ledger.trades.rules.plans import PlanEvent
from ledger.trades.schemas import PlanSchema, TypedPlanSchema
from ledger.trades.service import MakePlan
from ledger.web import guard, problems, runtime

_NOTED = "noted"


def _act(db: Session, acting: Acting, command: MakePlan, now: datetime) -> str:
    service.make_plan(db, acting, command, now)
    return url_for("trades.plans")


PLAN = Way("plan", TypedPlanSchema, PlanSchema, MakePlan, service.preview_plan, _act, "first_on")


@pages.get("/c/<code>/<number>/plans")
@guard.open_to("acting")
def plans() -> ResponseReturnValue:
    """What the cell has planned, and what could not be recorded."""
    acting: Acting = guard.acting()
    found = in_unit_of_work(runtime.engine(), lambda db: queries.plans(db, acting), write=False)
    return render_template(
        "trades/plans.html",
        plans=found,
        unit=acting.community.unit,
        rhythms=RHYTHMS,
        said=problems.said,
    )


@pages.get("/c/<code>/<number>/plans/new")
@guard.open_to("acting")
def plan() -> ResponseReturnValue:
    """The form of a plan. Raises `OnlyLooking`."""
    return recording.begin(PLAN, first_on=(today() + timedelta(days=1)).isoformat())


@pages.post("/c/<code>/<number>/plans/new")
@guard.open_to("acting")
def plan_check() -> ResponseReturnValue:
    """What was typed, read back."""
    return recording.check(PLAN)


@pages.post("/c/<code>/<number>/plans/new/change")
@guard.open_to("acting")
def plan_change() -> ResponseReturnValue:
    """Back from the confirm screen."""
    return recording.change(PLAN)


@pages.post("/c/<code>/<number>/plans/new/confirm")
@guard.open_to("acting")
def plan_confirm() -> ResponseReturnValue:
    """Make the plan and go to the list of them."""
    return recording.confirm(PLAN)


@pages.post("/c/<code>/<number>/plans/<int:plan_id>/<event>")
@guard.open_to("acting")
def plan_event(plan_id: int, event: str) -> ResponseReturnValue:
    """Pause, resume or end a plan, or note what was missed of it. Raises `NoSuchPlan`."""
    acting: Acting = guard.acting()
    if event not in {*PlanEvent, _NOTED}:
        raise NoSuchPlan

    def work(db: Session) -> None:
        if event == _NOTED:
            service.note_missed(db, acting, plan_id, clock.now())
        else:
            service.change_plan(db, acting, plan_id, PlanEvent(event), clock.now())

    in_unit_of_work(runtime.engine(), work)
    return redirect(url_for(".plans"), code=303)
