"""Votes of all members: one vote for each cell, secret, and how many it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

ENROLLED_FOR = timedelta(days=30)
"""How long a cell is enrolled when it may vote: nobody joins for the sake of one vote."""

APPEAL_SHARE, FEWEST_APPELLANTS = Fraction(1, 20), 3
RECALL_SHARE = Fraction(1, 10)

HANDFUL = 3
"""With fewer ballots than this nothing is shown: a figure would name its voter."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the roll sees it: when it was enrolled, and when it left, if it did."""

    number: int
    enrolled_at: datetime
    left_at: datetime | None = None


def roll(cells: Iterable[Cell], opens_at: datetime) -> tuple[int, ...]:
    """The numbers of the cells that may vote when voting opens, rising."""
    return tuple(
        sorted(
            cell.number
            for cell in cells
            if cell.enrolled_at <= opens_at - ENROLLED_FOR
            and (cell.left_at is None or cell.left_at > opens_at)
        )
    )


def appellants_needed(cells: int) -> int:
    """How many cells can appeal against a decision together; its subject can alone."""
    return max(FEWEST_APPELLANTS, _share(APPEAL_SHARE, cells))


def petitioners_needed(cells: int) -> int:
    """How many cells it takes to put a steward's recall to the vote."""
    return max(1, _share(RECALL_SHARE, cells))


def may_show_result(cast: int) -> bool:
    """Whether the figures of a secret vote may be shown after its close, beside the outcome."""
    return cast >= HANDFUL


def _share(share: Fraction, cells: int) -> int:
    return -(-cells * share.numerator // share.denominator)
