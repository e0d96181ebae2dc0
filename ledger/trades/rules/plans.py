"""When planned trades are due, and what their makers may do to them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from ledger.trades.errors import PlanTooFar, PlanTooSoon

NOTICE_DAYS = 3
"""How long before a planned trade its makers are told of it."""

DAYS_AHEAD = 366
"""How far ahead a plan may begin."""


class Rhythm(StrEnum):
    """How often."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class PlanState(StrEnum):
    """Whether a plan is being carried out."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class PlanEvent(StrEnum):
    """What is done to a plan."""

    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


PLAN_TABLE = {
    (PlanState.RUNNING, PlanEvent.PAUSE): PlanState.PAUSED,
    (PlanState.PAUSED, PlanEvent.RESUME): PlanState.RUNNING,
    (PlanState.RUNNING, PlanEvent.END): PlanState.ENDED,
    (PlanState.PAUSED, PlanEvent.END): PlanState.ENDED,
}
"""State and event to the next state; what is not here changes nothing."""


def ensure_first_day(first_on: date, today: date) -> None:
    """A plan begins tomorrow at the earliest. Raises `PlanTooSoon` or `PlanTooFar`."""
    if first_on <= today:
        raise PlanTooSoon
    if first_on > (latest := today + timedelta(days=DAYS_AHEAD)):
        raise PlanTooFar(latest=latest)


def next_after(first_on: date, rhythm: Rhythm, day: date) -> date | None:
    """The first date of the plan after `day`; None when there is none any more.

    A month without that day has its last one instead: the 31st of January is
    followed by the 28th of February and the 31st of March.
    """
    if first_on > day:
        return first_on
    if rhythm is Rhythm.WEEKLY:
        return first_on + timedelta(weeks=(day - first_on).days // 7 + 1)
    if rhythm is Rhythm.MONTHLY:
        months = (day.year - first_on.year) * 12 + day.month - first_on.month
        this_month = _months_later(first_on, months)
        return this_month if this_month > day else _months_later(first_on, months + 1)
    return None


def _months_later(first_on: date, months: int) -> date:
    years, month = divmod(first_on.month - 1 + months, 12)
    year = first_on.year + years
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first_on.day, last))
