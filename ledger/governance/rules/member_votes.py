"""Where a vote of all members stands: by its times and the clock alone.

It may begin as a petition that needs its cells; then it is discussed, or candidates are
named; voting opens with a frozen roll and ends at a stated time; it is over once its
ballots are counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ledger.governance.errors import ChoiceUnknown
from ledger.governance.rules.log import Choice
from ledger.governance.rules.roll import HANDFUL
from ledger.governance.rules.tally import Rule

PETITION_TIME = timedelta(days=30)
"""How long a petition may gather its cells."""

KINDS = ("constitution", "recall", "limit", "measure", "election")


class Stage(StrEnum):
    """Where a vote of all members stands; the values are what templates compare."""

    PETITION = "petition"
    LAPSED = "lapsed"
    """The petition did not find its cells in time."""
    DISCUSSION = "discussion"
    OPEN = "open"
    CLOSED = "closed"
    """Nobody votes any more; the ballots are not counted yet."""
    OVER = "over"
    WITHDRAWN = "withdrawn"
    """Taken back by who proposed it, before voting was due to open."""
    OVERTAKEN = "overtaken"
    """When voting was due to open, there was nothing left to vote on."""
    VOID = "void"
    """Ended while votes were cast: its ballots are never opened."""


@dataclass(frozen=True, slots=True)
class Times:
    """When what happened to a vote, or will; None for what has not, or never does."""

    petition_until: datetime | None = None
    opens_at: datetime | None = None
    """When the discussion is over; None until a petition has its cells."""
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    concluded_at: datetime | None = None
    withdrawn_at: datetime | None = None


def stage(times: Times, now: datetime) -> Stage:
    """The stage at `now`. No job has to come by for a vote to close or a petition to lapse."""
    if times.withdrawn_at is not None:
        return _ended(times, times.withdrawn_at)
    if times.concluded_at is not None:
        return Stage.OVER
    if times.closes_at is not None:
        return Stage.OPEN if now < times.closes_at else Stage.CLOSED
    if times.opens_at is not None:
        return Stage.DISCUSSION
    if times.petition_until is not None and now >= times.petition_until:
        return Stage.LAPSED
    return Stage.PETITION


def _ended(times: Times, at: datetime) -> Stage:
    """What ended without a result. Nobody takes back what is due to open: only time does."""
    if times.opened_at is not None:
        return Stage.VOID
    is_due = times.opens_at is not None and at >= times.opens_at
    return Stage.OVERTAKEN if is_due else Stage.WITHDRAWN


def ballot_key(vote: str, request_key: str) -> bytes:
    """The random key of the ballot that a form makes: 16 bytes of SHA-256.

    `request_key` is the form's own chance, kept nowhere: whoever sends the form twice
    votes once, and nothing leads from the key to the voter. `vote` as in `SB/M3`.
    """
    return hashlib.sha256(f"secret ballot {vote} {request_key}".encode()).digest()[:16]


def ensure_choice(choice: Choice, *, figures: Sequence[int], candidates: int) -> Choice:
    """The choice as it goes into the box. Raises `ChoiceUnknown`.

    Without candidates it is one of `figures`, or None to abstain; else the numbers of
    those approved of, who may be none.
    """
    if not candidates:
        if choice is None or (not isinstance(choice, tuple) and choice in figures):
            return choice
        raise ChoiceUnknown
    if not isinstance(choice, tuple) or len(set(choice)) < len(choice):
        raise ChoiceUnknown
    if any(not 0 <= one < candidates for one in choice):
        raise ChoiceUnknown
    return tuple(sorted(choice))


def shown_from(eligible: int, rule: Rule) -> int:
    """From how many ballots on the number cast is shown while voting goes on.

    The quorum, or half of the roll where there is none, and a handful in any case.
    """
    return max(rule.quorum_of(eligible) or -(-eligible // 2), HANDFUL)
