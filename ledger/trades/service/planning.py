"""Planned and recurring trades: made by who will be debited, recorded when they are due."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.jobs.service import schedule
from ledger.journal.errors import KeyReused
from ledger.kernel import clock
from ledger.kernel.amounts import Amount
from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.trades import rules
from ledger.trades.errors import NoSuchPlan, OnlyLooking, PlannerLeft
from ledger.trades.model import Plan, PlanRun, Trade
from ledger.trades.rules.plans import (
    NOTICE_DAYS,
    PLAN_TABLE,
    PlanEvent,
    PlanState,
    Rhythm,
    ensure_first_day,
    next_after,
)
from ledger.trades.service.paying import Pay, pay
from ledger.trades.service.recording import other_cell
from ledger.trades.service.reminding import MISSED, NOTICE

DUE_JOB = "plan_due"
TELL_JOB = "plan_tell"

_DATES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class MakePlan:
    """The acting cell will get `what` from `payee` for `amount`, from `first_on` on."""

    payee: int
    amount: Amount
    what: str
    rhythm: Rhythm
    first_on: date
    request_key: str


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What the confirm screen shows: the other, and the first few dates."""

    other: members.CellView
    dates: tuple[date, ...]


def preview_plan(
    session: Session, acting: members.Acting, command: MakePlan, now: datetime
) -> PlanPreview:
    """Say what `make_plan` would do. Raises what it raises, save for `KeyReused`."""
    if not acting.may_record:
        raise OnlyLooking
    rules.ensure_two_sides(acting.account, command.payee)
    ensure_first_day(command.first_on, clock.day_of(now, acting.community.zone))
    dates = [command.first_on]
    while len(dates) < _DATES_SHOWN:
        following = next_after(command.first_on, command.rhythm, dates[-1])
        if following is None:
            break
        dates.append(following)
    return PlanPreview(other_cell(session, acting, command.payee), tuple(dates))


def make_plan(session: Session, acting: members.Acting, command: MakePlan, now: datetime) -> int:
    """Write the plan down; the same request again makes it once. Returns its id.

    Raises `OnlyLooking`, `WithOneself`, `UnknownOther`, `PlanTooSoon`, `PlanTooFar`,
    or `KeyReused` for the same key with other content.
    """
    known = _made_before(session, acting, command)
    if known is not None:
        return known
    preview_plan(session, acting, command, now)
    values = {
        "community_id": acting.community.id,
        "payer": acting.account,
        "payee": command.payee,
        "amount": command.amount,
        "what": command.what,
        "rhythm": command.rhythm.value,
        "first_on": command.first_on,
        "next_on": command.first_on,
        "state": PlanState.RUNNING.value,
        "person_id": acting.person_id,
        "made_by": acting.actor,
        "request_key": command.request_key,
        "created_at": now,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Plan).values(values).on_conflict_do_nothing())
    made = _made_before(session, acting, command)
    if made is None:
        raise LookupError("a plan was made and is not there")
    _schedule(session, made, command.first_on, acting.community.zone, now)
    return made


def change_plan(
    session: Session, acting: members.Acting, plan_id: int, event: PlanEvent, now: datetime
) -> None:
    """Pause, resume or end a plan of the cell; what is so already stays so.

    Dates that passed during a pause are left out. Whoever resumes a plan carries it
    from then on. Raises `OnlyLooking` or `NoSuchPlan`.
    """
    plan = _own_plan(session, acting, plan_id)
    target = PLAN_TABLE.get((PlanState(plan.state), event))
    if target is None:
        return
    if target is PlanState.RUNNING:
        plan.person_id, plan.made_by = acting.person_id, acting.actor
        today = clock.day_of(now, acting.community.zone)
        if plan.next_on is not None and plan.next_on <= today:
            plan.next_on = next_after(plan.first_on, Rhythm(plan.rhythm), today)
    if target is PlanState.ENDED:
        plan.next_on = None
    plan.state = (PlanState.ENDED if plan.next_on is None else target).value
    session.flush()
    if target is PlanState.RUNNING and plan.next_on is not None:
        _schedule(session, plan.id, plan.next_on, acting.community.zone, now)


def note_missed(session: Session, acting: members.Acting, plan_id: int, now: datetime) -> None:
    """Take what was missed of this plan off the home page. Raises as `change_plan`."""
    plan = _own_plan(session, acting, plan_id)
    session.execute(
        update(PlanRun)
        .where(PlanRun.plan_id == plan.id, PlanRun.problem.is_not(None))
        .where(PlanRun.noted_at.is_(None))
        .values(noted_at=now)
    )


def run_plan(session: Session, plan_id: int, due_on: date, now: datetime) -> None:
    """Record what is due of a plan by now, each date once however late or often this runs.

    A date that cannot be recorded is written down as missed and told, and never
    tried again. Does nothing when `due_on` is not the next date any more.
    """
    plan = session.get(Plan, plan_id, with_for_update=True, populate_existing=True)
    community = members.community(session, plan.community_id) if plan else None
    if plan is None or community is None or plan.next_on != due_on:
        return
    today = clock.day_of(now, community.zone)
    while (next_on := _next(plan)) is not None and next_on <= today:
        _carry_out(session, community, plan, next_on, now)
    if next_on is not None:
        _schedule(session, plan.id, next_on, community.zone, now)


def _next(plan: Plan) -> date | None:
    """The date that will be recorded next, if the plan runs."""
    return plan.next_on if plan.state == PlanState.RUNNING.value else None


def _carry_out(
    session: Session, community: members.CommunityView, plan: Plan, due_on: date, now: datetime
) -> None:
    acting = members.find_acting(session, plan.person_id, community.code, plan.payer, now)
    key = f"plan:{plan.id}:{due_on.isoformat()}"
    command = Pay(plan.payee, Amount(plan.amount), plan.what, due_on, key)
    run = PlanRun(plan_id=plan.id, due_on=due_on, ran_at=now)
    try:
        if acting is None or not acting.may_record:
            plan.state = PlanState.PAUSED.value
            raise PlannerLeft
        paid = pay(session, acting, command, now, source="plan")
        run.trade_id = session.scalar(select(Trade.id).where(Trade.token == paid.token))
    except LedgerError as problem:
        run.problem, run.facts = problem.code, json.dumps(problem.facts, default=str)
        _tell(session, plan.id, due_on, MISSED, now, now)
    session.add(run)
    following = next_after(plan.first_on, Rhythm(plan.rhythm), due_on)
    plan.next_on = following
    if following is None:
        plan.state = PlanState.ENDED.value
    session.flush()


def _schedule(session: Session, plan_id: int, due_on: date, zone: str, now: datetime) -> None:
    """Have the date recorded at its noon, and told before if there is time for it."""
    payload = {"plan": plan_id, "on": due_on.isoformat()}
    key = f"{DUE_JOB}:{plan_id}:{due_on.isoformat()}"
    schedule(session, DUE_JOB, payload, clock.noon_of(due_on, zone), key, now=now)
    notice = clock.noon_of(due_on - timedelta(days=NOTICE_DAYS), zone)
    if notice > now:
        _tell(session, plan_id, due_on, NOTICE, notice, now)


def _tell(
    session: Session, plan_id: int, due_on: date, news: str, at: datetime, now: datetime
) -> None:
    payload = {"plan": plan_id, "on": due_on.isoformat(), "news": news}
    key = f"{TELL_JOB}:{news}:{plan_id}:{due_on.isoformat()}"
    schedule(session, TELL_JOB, payload, at, key, now=now)


def _own_plan(session: Session, acting: members.Acting, plan_id: int) -> Plan:
    if not acting.may_record:
        raise OnlyLooking
    plan = session.get(Plan, plan_id, with_for_update=True, populate_existing=True)
    if plan is None or (plan.community_id, plan.payer) != (acting.community.id, acting.account):
        raise NoSuchPlan
    return plan


def _made_before(session: Session, acting: members.Acting, command: MakePlan) -> int | None:
    """The plan that this request made before. Raises `KeyReused` if it asked for another."""
    plan = session.scalar(
        select(Plan).where(
            Plan.community_id == acting.community.id,
            Plan.made_by == acting.actor,
            Plan.request_key == command.request_key,
        )
    )
    if plan is None:
        return None
    made = (plan.payer, plan.payee, plan.amount, plan.what, plan.rhythm, plan.first_on)
    asked = (acting.account, command.payee, command.amount, command.what)
    if made != (*asked, command.rhythm.value, command.first_on):
        raise KeyReused
    return plan.id
