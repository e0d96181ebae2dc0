"""Objections to what was typed from paper: until when, and how they end, as one table."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from ledger.trades.errors import AnswerMissing, MovedOn, ObjectionOver, ObjectionTooLate
from ledger.trades.rules.states import IN_FORCE, State

OBJECT_WITHIN = timedelta(days=7)
"""How long after a slip was typed both of its cells may object."""


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REVERSED = "reversed"


class ObjectionEvent(StrEnum):
    """What a coordinator does with an objection."""

    ANSWER = "answer"
    REVERSE = "reverse"


OBJECTION_TABLE = {
    (ObjectionState.OPEN, ObjectionEvent.ANSWER): ObjectionState.ANSWERED,
    (ObjectionState.OPEN, ObjectionEvent.REVERSE): ObjectionState.REVERSED,
}
"""State and event to the next state; what is not here cannot be done. Each takes an answer."""


def object_by(typed_at: datetime) -> datetime:
    """Until when one may object to what was typed at `typed_at`."""
    return typed_at + OBJECT_WITHIN


def ensure_may_object(state: State, typed_at: datetime, now: datetime) -> None:
    """One objects to what is in force, in time. Raises `MovedOn` or `ObjectionTooLate`."""
    if state not in IN_FORCE:
        raise MovedOn(state=state.value)
    if now >= (until := object_by(typed_at)):
        raise ObjectionTooLate(until=until)


def present(state: ObjectionState, trade: State) -> ObjectionState:
    """Where an objection stands: what was given back meanwhile needs no answer any more."""
    is_settled = state is ObjectionState.OPEN and trade is State.REVERSED
    return ObjectionState.REVERSED if is_settled else state


def ending(state: ObjectionState, event: ObjectionEvent, answer: str) -> ObjectionState:
    """The state after `event`. Raises `ObjectionOver` or `AnswerMissing`."""
    target = OBJECTION_TABLE.get((state, event))
    if target is None:
        raise ObjectionOver
    if not answer:
        raise AnswerMissing
    return target
