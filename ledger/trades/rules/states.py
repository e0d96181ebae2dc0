"""The states of a trade as one table: what may happen in which state, and who may do it.

Nobody may do what is not in `TABLE`. A trade that is asked was recorded by its
creditor, the cell that gave; one that its debtor recorded is confirmed at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ledger.trades.errors import MovedOn, NotTheirs, ReasonMissing

ANSWER_WITHIN = timedelta(days=14)
"""How long a question waits. After that it has lapsed, whether or not a job came by."""

LONGEST_REASON = 200


class State(StrEnum):
    """Where a trade stands. Only the last three are in the books."""

    ASKED = "asked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"
    REVERSAL_ASKED = "reversal_asked"
    REVERSED = "reversed"


class Event(StrEnum):
    """What happens to a trade after it was recorded."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    ASK_REVERSAL = "ask_reversal"
    DROP_REVERSAL = "drop_reversal"
    REFUSE_REVERSAL = "refuse_reversal"
    AGREE_REVERSAL = "agree_reversal"
    GIVE_BACK = "give_back"
    CORRECT = "correct"


class Party(StrEnum):
    """Who may: the cell that is debited, the one that is credited, a coordinator, or only time.

    A coordinator corrects nothing but what a coordinator typed from paper.
    """

    DEBTOR = "debtor"
    CREDITOR = "creditor"
    COORDINATOR = "coordinator"
    TIME = "time"


class Booking(StrEnum):
    """What an event does in the books."""

    NOTHING = "nothing"
    POST = "post"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table."""

    source: State
    event: Event
    by: Party
    target: State
    booking: Booking = Booking.NOTHING
    needs_reason: bool = False


TABLE = (
    Step(State.ASKED, Event.CONFIRM, Party.DEBTOR, State.CONFIRMED, Booking.POST),
    Step(State.ASKED, Event.DECLINE, Party.DEBTOR, State.DECLINED, needs_reason=True),
    Step(State.ASKED, Event.WITHDRAW, Party.CREDITOR, State.WITHDRAWN),
    Step(State.ASKED, Event.LAPSE, Party.TIME, State.EXPIRED),
    Step(
        State.CONFIRMED, Event.ASK_REVERSAL, Party.DEBTOR, State.REVERSAL_ASKED, needs_reason=True
    ),
    Step(State.CONFIRMED, Event.GIVE_BACK, Party.CREDITOR, State.REVERSED, Booking.REVERSE),
    Step(
        State.REVERSAL_ASKED,
        Event.AGREE_REVERSAL,
        Party.CREDITOR,
        State.REVERSED,
        Booking.REVERSE,
    ),
    Step(
        State.REVERSAL_ASKED,
        Event.REFUSE_REVERSAL,
        Party.CREDITOR,
        State.CONFIRMED,
        needs_reason=True,
    ),
    Step(State.REVERSAL_ASKED, Event.DROP_REVERSAL, Party.DEBTOR, State.CONFIRMED),
    Step(State.REVERSAL_ASKED, Event.LAPSE, Party.TIME, State.CONFIRMED),
    *(
        Step(
            state,
            Event.CORRECT,
            Party.COORDINATOR,
            State.REVERSED,
            Booking.REVERSE,
            needs_reason=True,
        )
        for state in (State.CONFIRMED, State.REVERSAL_ASKED)
    ),
)

_STEPS = {(step.source, step.event): step for step in TABLE}

WAITING = frozenset(step.source for step in TABLE if step.by is Party.TIME)
"""The states that wait for an answer, and lapse without one."""

IN_FORCE = frozenset({State.CONFIRMED, State.REVERSAL_ASKED})
"""What counts as traded: in the books and not reversed."""


def step(state: State, event: Event, party: Party, reason: str = "") -> Step:
    """The line of the table for this event. Raises `MovedOn`, `NotTheirs` or `ReasonMissing`."""
    found = _STEPS.get((state, event))
    if found is None:
        raise MovedOn(state=state.value)
    if found.by is not party:
        raise NotTheirs
    if found.needs_reason and not reason:
        raise ReasonMissing
    return found


def present(state: State, answer_by: datetime | None, now: datetime) -> State:
    """Where a trade stands at `now` that was written down as `state`: questions lapse."""
    lapse = _STEPS.get((state, Event.LAPSE))
    return lapse.target if lapse and answer_by is not None and now >= answer_by else state


def answer_by(state: State, now: datetime) -> datetime | None:
    """Until when a trade that enters `state` now waits for an answer; None: it does not wait."""
    return now + ANSWER_WITHIN if state in WAITING else None


def events_for(state: State, party: Party) -> tuple[Event, ...]:
    """What `party` may do in `state`, in the order of the table."""
    return tuple(one.event for one in TABLE if one.source is state and one.by is party)


def party_of(account: int, payer: int) -> Party:
    """Which side of a trade `account` is, where it is one of them."""
    return Party.DEBTOR if account == payer else Party.CREDITOR
