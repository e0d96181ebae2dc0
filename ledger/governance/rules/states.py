"""The states of a proposal as one table: what may happen in which, if what holds.

Nothing happens to a proposal that is not in `TABLE`. When, and where a proposal
stands, is told by `governance.rules.course`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    DISCUSSION = "discussion"
    ACTIVE = "active"
    DEFEATED = "defeated"
    LAPSED = "lapsed"
    SUCCEEDED = "succeeded"
    """The ballots have decided; nobody has written the outcome down yet."""
    QUEUED = "queued"
    """The outcome is published and waits for its time."""
    EXECUTED = "executed"
    CANCELED = "canceled"
    CONTESTED = "contested"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Event(StrEnum):
    """What happens to a proposal. The last five are the clock's."""

    SUBMIT = "submit"
    AMEND = "amend"
    OPEN = "open"
    SEND_BACK = "send_back"
    """A steward seconds an objection."""
    REACH_QUORUM = "reach_quorum"
    WITHDRAW = "withdraw"
    CLOSE_ACCOUNT = "close_account"
    RECORD = "record"
    REOPEN = "reopen"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    RETURN = "return"
    EXECUTE = "execute"
    SUPERSEDE = "supersede"
    SUCCEED = "succeed"
    DEFEAT = "defeat"
    LAPSE = "lapse"
    STAY_SILENT = "stay_silent"
    EXPIRE = "expire"


CLOCK = frozenset({Event.SUCCEED, Event.DEFEAT, Event.LAPSE, Event.STAY_SILENT, Event.EXPIRE})
"""What only time does."""

ENDS_A_ROUND = frozenset({Event.SEND_BACK, Event.CLOSE_ACCOUNT})
"""What ends a round of voting while ballots are cast: they are void."""


class Guard(StrEnum):
    """What has to hold besides the state."""

    DISCUSSED = "discussed"
    NOT_SENT_BACK = "not_sent_back"
    NO_QUORUM_YET = "no_quorum_yet"
    NOT_REOPENED = "not_reopened"
    STILL_FRESH = "still_fresh"
    NOT_APPEALED = "not_appealed"
    NOT_DUE = "not_due"
    DUE = "due"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table."""

    source: State
    event: Event
    target: State
    guards: tuple[Guard, ...] = ()


UNDECIDED = (
    State.DRAFT,
    State.DISCUSSION,
    State.ACTIVE,
    State.SUCCEEDED,
    State.QUEUED,
    State.CONTESTED,
)
"""States that go on: an account has at most one proposal in them."""

TABLE = (
    Step(State.DRAFT, Event.SUBMIT, State.DISCUSSION),
    Step(State.DRAFT, Event.AMEND, State.DRAFT),
    Step(State.DRAFT, Event.WITHDRAW, State.CANCELED),
    Step(State.DISCUSSION, Event.AMEND, State.DISCUSSION),
    Step(State.DISCUSSION, Event.WITHDRAW, State.CANCELED),
    Step(State.DISCUSSION, Event.OPEN, State.ACTIVE, (Guard.DISCUSSED,)),
    Step(State.DISCUSSION, Event.SEND_BACK, State.DISCUSSION, (Guard.NOT_SENT_BACK,)),
    Step(State.ACTIVE, Event.SEND_BACK, State.DISCUSSION, (Guard.NOT_SENT_BACK,)),
    Step(State.ACTIVE, Event.REACH_QUORUM, State.ACTIVE, (Guard.NO_QUORUM_YET,)),
    Step(State.ACTIVE, Event.SUCCEED, State.SUCCEEDED, (Guard.OVER,)),
    Step(State.ACTIVE, Event.DEFEAT, State.DEFEATED, (Guard.OVER,)),
    Step(State.ACTIVE, Event.LAPSE, State.LAPSED, (Guard.OVER,)),
    Step(State.LAPSED, Event.REOPEN, State.ACTIVE, (Guard.NOT_REOPENED, Guard.STILL_FRESH)),
    Step(State.SUCCEEDED, Event.RECORD, State.QUEUED),
    Step(State.SUCCEEDED, Event.EXPIRE, State.EXPIRED, (Guard.OVER,)),
    Step(State.QUEUED, Event.APPEAL, State.CONTESTED, (Guard.NOT_APPEALED, Guard.NOT_DUE)),
    Step(State.QUEUED, Event.EXECUTE, State.EXECUTED, (Guard.DUE,)),
    Step(State.QUEUED, Event.SUPERSEDE, State.SUPERSEDED, (Guard.DUE,)),
    Step(State.QUEUED, Event.EXPIRE, State.EXPIRED, (Guard.OVER,)),
    Step(State.CONTESTED, Event.UPHOLD, State.QUEUED),
    Step(State.CONTESTED, Event.RETURN, State.DISCUSSION),
    Step(State.CONTESTED, Event.STAY_SILENT, State.QUEUED, (Guard.OVER,)),
    *(Step(state, Event.CLOSE_ACCOUNT, State.CANCELED) for state in UNDECIDED),
)

STEPS = {(step.source, step.event): step for step in TABLE}
