"""Votes of all members: who is on the roll, and how many it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ledger.governance.rules.roll import (
    Cell,
    appellants_needed,
    may_show_result,
    petitioners_needed,
    roll,
)
from ledger.governance.rules.tally import ALL_MEMBERS, tally

OPENS = datetime(2026, 11, 24, 3, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MONTH = timedelta(days=30)


def test_the_roll_is_the_cells_of_at_least_30_days() -> None:
    cells = [
        Cell(4, OPENS - MONTH),
        Cell(3, OPENS - MONTH + TICK),
        Cell(2, OPENS - 9 * MONTH, left_at=OPENS),
        Cell(1, OPENS - 9 * MONTH, left_at=OPENS + TICK),
    ]
    assert roll(cells, OPENS) == (1, 4)


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "result", "outcome"),
    [
        (11, 0, 0, 1, "succeeded"),
        (10, 0, 9, 0, "lapsed"),
        (10, 10, 0, 0, "defeated"),
        (11, 10, 0, 1, "succeeded"),
        (0, 20, 0, 0, "defeated"),
        (0, 0, 0, 0, "lapsed"),
    ],
)
def test_a_fifth_takes_part_and_more_than_half_agree(
    yes: int, no: int, abstain: int, result: int, outcome: str
) -> None:
    ballots = [1] * yes + [0] * no + [None] * abstain
    found = tally(0, ballots, eligible=100, rule=ALL_MEMBERS)
    assert (found.result, found.outcome, found.quorum) == (result, outcome, 20)


@pytest.mark.parametrize(("cells", "needed"), [(3, 3), (60, 3), (61, 4), (100, 5), (101, 6)])
def test_how_many_appeal_together(cells: int, needed: int) -> None:
    assert appellants_needed(cells) == needed


@pytest.mark.parametrize(("cells", "needed"), [(1, 1), (10, 1), (11, 2), (120, 12)])
def test_how_many_ask_for_a_recall(cells: int, needed: int) -> None:
    assert petitioners_needed(cells) == needed


def test_a_handful_stays_hidden() -> None:
    assert [may_show_result(cast) for cast in (2, 3)] == [False, True]
