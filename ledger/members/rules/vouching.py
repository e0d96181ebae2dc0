"""Which cells may vouch for a new one: none of the asker's making, and none that is new."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.members.errors import FromTheSameHand, MayNotVouch, TooNewToVouch

NEEDED = 2
"""So many cells vouch for a new one."""

HERE_FOR = timedelta(days=30)
"""So long a cell has been here before it vouches."""

APART = timedelta(days=180)
"""So long a cell does not vouch for what those ask who enrolled it."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who would vouch: `kind` is what they are to their cell, `status` that of its account.

    `people` all act for the cell; `enrolled_by` asked and signed for it.
    """

    kind: str
    status: str
    people: Set[int]
    here_since: datetime
    enrolled_by: Set[int]


def ensure_may_vouch(voucher: Voucher, asked_by: int, now: datetime) -> None:
    """Raise `MayNotVouch`, `TooNewToVouch` or `FromTheSameHand` unless the cell may vouch."""
    if voucher.kind != "holder" or voucher.status != "open" or asked_by in voucher.people:
        raise MayNotVouch
    if now < voucher.here_since + HERE_FOR:
        raise TooNewToVouch(days=HERE_FOR.days)
    if now < voucher.here_since + APART and asked_by in voucher.enrolled_by:
        raise FromTheSameHand(days=APART.days)
