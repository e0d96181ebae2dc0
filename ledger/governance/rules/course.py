"""Where a proposal stands at an instant: its happenings and the clock, along the table of states.

A state is never written down: it follows from what happened and from the time.
What people and jobs do are happenings; a vote closes, an appeal runs out and a
decision expires by the clock alone, whether or not a job came by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ledger.governance.errors import MovedOn, OnlyOnce, TooEarly, TooLate
from ledger.governance.rules.states import CLOCK, STEPS, TABLE, UNDECIDED, Event, Guard, State
from ledger.governance.rules.tally import Outcome
from ledger.kernel.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things take, as the constitution says."""

    discussion: timedelta = timedelta(hours=72)
    voting: timedelta = timedelta(days=5)
    late: timedelta = timedelta(hours=24)
    """A quorum reached this shortly before the close extends the vote, once by as much."""
    raise_wait: timedelta = timedelta(hours=48)
    cut_wait: timedelta = timedelta(days=7)
    panel: timedelta = timedelta(days=7)
    execution: timedelta = timedelta(days=14)
    reopening: timedelta = timedelta(days=14)
    return_after: timedelta = timedelta(days=90)
    """When a defeated proposal may come again."""

    def wait(self, *, is_cut: bool) -> timedelta:
        """How long a published outcome can be appealed before it is executed."""
        return self.cut_wait if is_cut else self.raise_wait


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done to a proposal, at an instant."""

    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """What the ballots of a round came to; `is_cut` if the result lies below the status quo."""

    outcome: Outcome
    is_cut: bool = False


Counting = Callable[[int], Count]
"""Counts the ballots of a round, 1 for the first; asked only once its vote is over."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a proposal stands and what that leads to."""

    state: State
    since: datetime
    version: int = 1
    """Rises with every amendment."""
    round: int = 0
    """How many times a vote was opened."""
    until: datetime | None = None
    """When the discussion may end, or when the clock moves the proposal on."""
    due_at: datetime | None = None
    """When a decision may be executed; until then it may be appealed."""
    quorum_at: datetime | None = None
    """When this round's vote reached its quorum."""
    is_extended: bool = False
    is_cut: bool = False
    was_sent_back: bool = False
    was_reopened: bool = False
    was_appealed: bool = False
    was_closed: bool = False
    """Ended because its account was closed."""

    @property
    def is_undecided(self) -> bool:
        """Whether another proposal about the same account has to wait for this one."""
        return self.state in UNDECIDED


def derive(
    happenings: Iterable[Happening],
    count: Counting,
    now: datetime,
    terms: Terms,
    drafted_at: datetime,
) -> Course:
    """Where a proposal stands at `now`; what happened later is not looked at.

    `happenings` in their order. Raises what `advance` raises, for a history that can't be.
    """
    course = Course(State.DRAFT, drafted_at)
    for happening in happenings:
        if happening.at > now:
            break
        course = advance(course, happening, count, terms)
    return elapse(course, count, now, terms)


def advance(course: Course, happening: Happening, count: Counting, terms: Terms) -> Course:
    """`course` after `happening`, and after what the clock did before it.

    Raises `MovedOn`, `TooEarly`, `TooLate` or `OnlyOnce`.
    """
    if happening.event in CLOCK:
        raise ValueError(f"{happening.event} comes by itself")
    course = elapse(course, count, happening.at, terms)
    return _step(course, happening, terms)


def elapse(course: Course, count: Counting, now: datetime, terms: Terms) -> Course:
    """`course` after everything that the clock does to it until `now`."""
    while (passed := _passed(course, count, now)) is not None:
        if course.state is State.ACTIVE:
            course = replace(course, is_cut=count(course.round).is_cut)
        course = _step(course, passed, terms)
    return course


def events_at(course: Course, now: datetime, terms: Terms) -> tuple[Event, ...]:
    """What may be done now, in the order of the table; `course` as it stands at `now`."""
    return tuple(
        step.event
        for step in TABLE
        if step.source is course.state
        and step.event not in CLOCK
        and all(_refusal(guard, course, now, terms) is None for guard in step.guards)
    )


def may_come_again(defeated_at: datetime, now: datetime, terms: Terms) -> bool:
    """Whether the same may be proposed again after it was defeated."""
    return now >= defeated_at + terms.return_after


_OUTCOMES = {
    Outcome.SUCCEEDED: Event.SUCCEED,
    Outcome.DEFEATED: Event.DEFEAT,
    Outcome.LAPSED: Event.LAPSE,
}


def _passed(course: Course, count: Counting, now: datetime) -> Happening | None:
    """What the clock does next to the proposal, if it has by now."""
    if course.until is None or now < course.until:
        return None
    match course.state:
        case State.ACTIVE:
            return Happening(_OUTCOMES[count(course.round).outcome], course.until)
        case State.CONTESTED:
            return Happening(Event.STAY_SILENT, course.until)
        case State.SUCCEEDED | State.QUEUED:
            return Happening(Event.EXPIRE, course.until)
        case _:
            return None


def _step(course: Course, happening: Happening, terms: Terms) -> Course:
    step = STEPS.get((course.state, happening.event))
    if step is None:
        raise MovedOn(state=course.state.value)
    for guard in step.guards:
        if refusal := _refusal(guard, course, happening.at, terms):
            raise refusal
    moved = replace(course, state=step.target, since=happening.at)
    effect = _EFFECTS.get(happening.event)
    return effect(moved, happening.at, terms) if effect else replace(moved, until=None)


def _refusal(guard: Guard, course: Course, now: datetime, terms: Terms) -> LedgerError | None:
    """Why `guard` does not let this happen now; None if it does."""
    match guard:
        case Guard.DISCUSSED | Guard.OVER:
            return _before(now, course.until)
        case Guard.DUE:
            return _before(now, course.due_at)
        case Guard.NOT_DUE:
            return None if _before(now, course.due_at) else TooLate()
        case Guard.STILL_FRESH:
            return None if now < course.since + terms.reopening else TooLate()
        case _:
            return OnlyOnce() if _ONCE[guard](course) else None


def _before(now: datetime, start: datetime | None) -> LedgerError | None:
    assert start is not None
    return TooEarly(opens_at=start) if now < start else None


_ONCE: Mapping[Guard, Callable[[Course], bool]] = {
    Guard.NOT_SENT_BACK: lambda course: course.was_sent_back,
    Guard.NO_QUORUM_YET: lambda course: course.quorum_at is not None,
    Guard.NOT_REOPENED: lambda course: course.was_reopened,
    Guard.NOT_APPEALED: lambda course: course.was_appealed,
}


_Effect = Callable[[Course, datetime, Terms], Course]


def _discuss(course: Course, at: datetime, terms: Terms) -> Course:
    return replace(course, until=at + terms.discussion, due_at=None)


def _amend(course: Course, at: datetime, terms: Terms) -> Course:
    amended = replace(course, version=course.version + 1)
    return _discuss(amended, at, terms) if course.state is State.DISCUSSION else amended


def _send_back(course: Course, at: datetime, terms: Terms) -> Course:
    return _discuss(replace(course, was_sent_back=True), at, terms)


def _open(course: Course, at: datetime, terms: Terms) -> Course:
    return replace(
        course,
        round=course.round + 1,
        until=at + terms.voting,
        quorum_at=None,
        is_extended=False,
    )


def _reopen(course: Course, at: datetime, terms: Terms) -> Course:
    return _open(replace(course, was_reopened=True), at, terms)


def _reach_quorum(course: Course, at: datetime, terms: Terms) -> Course:
    assert course.until is not None
    reached = replace(course, quorum_at=at)
    if at < course.until - terms.late:
        return reached
    return replace(reached, is_extended=True, until=course.until + terms.late)


def _succeed(course: Course, at: datetime, terms: Terms) -> Course:
    """Also an outcome that nobody writes down is not executed for ever after."""
    return replace(course, until=at + terms.wait(is_cut=course.is_cut) + terms.execution)


def _queue(course: Course, at: datetime, terms: Terms) -> Course:
    due_at = at + terms.wait(is_cut=course.is_cut)
    return replace(course, due_at=due_at, until=due_at + terms.execution)


def _contest(course: Course, at: datetime, terms: Terms) -> Course:
    return replace(course, was_appealed=True, until=at + terms.panel)


def _uphold(course: Course, at: datetime, terms: Terms) -> Course:
    assert course.due_at is not None
    due_at = max(course.due_at, at)
    return replace(course, due_at=due_at, until=due_at + terms.execution)


def _close(course: Course, _at: datetime, _terms: Terms) -> Course:
    return replace(course, until=None, was_closed=True)


_EFFECTS: Mapping[Event, _Effect] = {
    Event.SUBMIT: _discuss,
    Event.AMEND: _amend,
    Event.SEND_BACK: _send_back,
    Event.OPEN: _open,
    Event.REOPEN: _reopen,
    Event.REACH_QUORUM: _reach_quorum,
    Event.SUCCEED: _succeed,
    Event.RECORD: _queue,
    Event.APPEAL: _contest,
    Event.UPHOLD: _uphold,
    Event.STAY_SILENT: _uphold,
    Event.RETURN: _discuss,
    Event.CLOSE_ACCOUNT: _close,
}
