"""Who trades with whom, on which day, in what words, and how near a limit."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from ledger.trades.errors import DayAhead, DayTooOld, WithOneself

DAYS_BACK = 31
"""How long after the day a trade may still be recorded."""

SALT_BYTES = 16
NO_SALT = bytes(SALT_BYTES)
"""Stands where the words of who left were erased together with their salt."""

_NEAR = 80
"""Percent of the limit from which a warning stands beside the figures."""


def ensure_two_sides(payer: int, payee: int) -> None:
    """Raise `WithOneself` unless two accounts trade."""
    if payer == payee:
        raise WithOneself


def ensure_day(occurred_on: date, today: date) -> None:
    """A trade happened today or up to 31 days ago. Raises `DayAhead` or `DayTooOld`."""
    earliest = today - timedelta(days=DAYS_BACK)
    if occurred_on > today:
        raise DayAhead(today=today)
    if occurred_on < earliest:
        raise DayTooOld(earliest=earliest)


def memo_digest(salt: bytes, what: str) -> bytes:
    """What the journal keeps of the words: SHA-256 of salt and text.

    Once salt and text are erased nobody can tell what the words were.
    """
    return hashlib.sha256(salt + what.encode()).digest()


def is_near_floor(balance: int, floor: int) -> bool:
    """Whether a balance uses 80 % or more of its credit limit."""
    return floor < 0 and balance * 100 <= floor * _NEAR


def is_near_ceiling(balance: int, ceiling: int | None) -> bool:
    """Whether a balance fills 80 % or more of the highest one that is allowed."""
    return ceiling is not None and ceiling > 0 and balance * 100 >= ceiling * _NEAR
