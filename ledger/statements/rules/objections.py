"""The states of an objection to a statement, as one table: what may happen, and who may do it.

Nothing that is not in `TABLE` happens. An objection changes nothing in the books: what was
wrong is reversed in an open month, and the answer points to the reversal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.statements.errors import ObjectionMovedOn

LONGEST_WORDS = 1000


class State(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What happens to an objection."""

    OPEN = "open"
    ANSWER = "answer"
    ASK_ON = "ask_on"
    SETTLE = "settle"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    """Who may: the people of the cell, or a coordinator or auditor who is none of them."""

    CELL = "cell"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table."""

    source: State
    event: Event
    by: Party
    target: State
    needs_words: bool = False


TABLE = (
    Step(State.OPEN, Event.ANSWER, Party.OFFICE, State.ANSWERED, needs_words=True),
    Step(State.OPEN, Event.WITHDRAW, Party.CELL, State.WITHDRAWN),
    Step(State.ANSWERED, Event.ANSWER, Party.OFFICE, State.ANSWERED, needs_words=True),
    Step(State.ANSWERED, Event.ASK_ON, Party.CELL, State.OPEN, needs_words=True),
    Step(State.ANSWERED, Event.SETTLE, Party.CELL, State.SETTLED),
)


def step(state: State, event: Event, by: Party) -> Step:
    """The line of the table that fits. Raises `ObjectionMovedOn`."""
    for one in TABLE:
        if (one.source, one.event, one.by) == (state, event, by):
            return one
    raise ObjectionMovedOn(state=state)


def possible(state: State, by: Party) -> tuple[Event, ...]:
    """What this party can do now."""
    return tuple(one.event for one in TABLE if one.source is state and one.by is by)
