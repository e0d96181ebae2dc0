"""The planned trades of a cell, what comes next, and what was missed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.trades.model import Plan, PlanRun
from ledger.trades.queries.sides import Side, side
from ledger.trades.rules.plans import NOTICE_DAYS, PlanState, Rhythm


@dataclass(frozen=True, slots=True)
class Missed:
    """A date of a plan that could not be recorded, and why."""

    due_on: date
    problem: LedgerError


@dataclass(frozen=True, slots=True)
class PlanView:
    """A planned trade. `missed` are the dates that nobody has noted yet, oldest first."""

    id: int
    other: Side
    amount: int
    what: str
    rhythm: Rhythm
    first_on: date
    next_on: date | None
    state: PlanState
    missed: tuple[Missed, ...]


def plans(session: Session, acting: members.Acting) -> list[PlanView]:
    """The cell's plans that are not over, and those with something missed, by what is next."""
    rows = session.scalars(
        select(Plan)
        .where(Plan.community_id == acting.community.id, Plan.payer == acting.account)
        .order_by(Plan.id)
    ).all()
    missed = _missed(session, [row.id for row in rows])
    names = members.names_by_number(session, acting.community.id, (row.payee for row in rows))
    seen = [
        PlanView(
            id=row.id,
            other=side(acting.community.code, row.payee, names),
            amount=row.amount,
            what=row.what,
            rhythm=Rhythm(row.rhythm),
            first_on=row.first_on,
            next_on=row.next_on,
            state=PlanState(row.state),
            missed=tuple(missed.get(row.id, ())),
        )
        for row in rows
        if row.state != PlanState.ENDED.value or row.id in missed
    ]
    return sorted(seen, key=lambda plan: (plan.next_on or date.max, plan.id))


def alerts(session: Session, acting: members.Acting, today: date) -> list[PlanView]:
    """What the home page says of plans: something was missed, or is due within days."""
    soon = today + timedelta(days=NOTICE_DAYS)
    return [
        plan
        for plan in plans(session, acting)
        if plan.missed
        or (plan.state is PlanState.RUNNING and plan.next_on is not None and plan.next_on <= soon)
    ]


def problem_of(run: PlanRun) -> LedgerError:
    """Why a date was missed, to be said in words."""
    problem = LedgerError(**json.loads(run.facts or "{}"))
    problem.code = run.problem or LedgerError.code  # type: ignore[misc]
    return problem


def _missed(session: Session, plan_ids: Iterable[int]) -> dict[int, list[Missed]]:
    rows = session.scalars(
        select(PlanRun)
        .where(PlanRun.plan_id.in_(list(plan_ids)), PlanRun.problem.is_not(None))
        .where(PlanRun.noted_at.is_(None))
        .order_by(PlanRun.plan_id, PlanRun.due_on)
    )
    found: dict[int, list[Missed]] = {}
    for row in rows:
        found.setdefault(row.plan_id, []).append(Missed(row.due_on, problem_of(row)))
    return found
