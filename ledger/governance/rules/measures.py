"""What a decision can enact, kind by kind: by which rule, about whom, and when it takes effect.

A limit is a figure, and the middle of the ballots decides; everything else is a question
of yes (1) or no (0), counted by the same tally. `facts` of a proposal say the rest:

| kind | facts |
|---|---|
| `limit`, `freeze`, `thaw` | none |
| `pay`, `write_off` | `fund`, `amount` |
| `take_over` | `sponsor`, `amount` |
| `fund` | `name`, `purpose`, `limit` |

Amounts in smallest parts. What is owed may be less by the time: a write-off and a takeover
move what is still owed then, and never more than was voted on.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ledger.governance.rules.tally import Rule

Facts = Mapping[str, object]


class Kind(StrEnum):
    """What is proposed."""

    LIMIT = "limit"
    FREEZE = "freeze"
    """The account receives and does not send, until another decision."""
    THAW = "thaw"
    """Such a freeze ends."""
    PAY = "pay"
    """A fund pays a cell."""
    WRITE_OFF = "write_off"
    """A fund pays what a cell owes, in its stead."""
    TAKE_OVER = "take_over"
    """Another cell, which agreed to it, takes over what a cell owes."""
    FUND = "fund"
    """The community opens an account of its own."""


KINDS = tuple(kind.value for kind in Kind)

YES, NO = 1, 0
ANSWERS = (NO, YES)

ADVERSE = frozenset({Kind.FREEZE})
"""What takes something from its subject, so that it waits as a cut does."""

FROM_A_FUND = frozenset({Kind.PAY, Kind.WRITE_OFF})
OF_A_DEBT = frozenset({Kind.WRITE_OFF, Kind.TAKE_OVER})


def rule_of(kind: str, *, ordinary: Rule, exceptional: Rule) -> Rule:
    """By which rule a question is decided: a write-off takes everybody's part."""
    return exceptional if kind == Kind.WRITE_OFF else ordinary


def parties(kind: str, account: int, facts: Facts) -> tuple[int, ...]:
    """The cells whose own case it is: none of their people votes on it."""
    if kind == Kind.FUND:
        return ()
    sponsor = facts.get("sponsor")
    return (account, sponsor) if isinstance(sponsor, int) else (account,)


def is_cut(kind: str, result: int, status_quo: int) -> bool:
    """Whether a result takes something away, which gives more time to appeal."""
    return result < status_quo or (kind in ADVERSE and result == YES)


def still_owed(amount: int, balance: int) -> int:
    """How much of `amount` an account at `balance` still owes; 0 when it owes nothing."""
    return min(amount, max(-balance, 0))
