"""Which figures can be balloted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from ledger.governance.errors import (
    BelowEveryones,
    FigureOutOfRange,
    GridUnreadable,
    NothingToDecide,
)
from ledger.governance.rules.grid import Grid, choice, since
from ledger.governance.rules.tally import ALL_MEMBERS, EXCEPTIONAL, ORDINARY
from ledger.kernel.amounts import LARGEST

GRID = Grid(step=50, least=100, cap=600)
START = datetime(2026, 8, 25, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_the_grid_reaches_half_as_far_again() -> None:
    found = choice(GRID, status_quo=400, proposed=500)
    assert found.figures == (100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600)
    assert found.rule == ORDINARY
    assert choice(GRID, status_quo=300, proposed=400).figures[-1] == 450


def test_or_one_step_where_that_is_more() -> None:
    assert choice(Grid(50, 0, 600), status_quo=0, proposed=50).figures == (0, 50)
    assert choice(Grid(100, 0, 600), status_quo=100, proposed=200).figures == (0, 100, 200)


def test_the_present_and_the_proposed_are_legal_off_the_grid() -> None:
    found = choice(GRID, status_quo=130, proposed=175)
    assert found.figures == (100, 130, 150, 175)


def test_a_present_limit_above_the_cap_stays_legal_and_may_be_cut() -> None:
    found = choice(GRID, status_quo=900, proposed=700)
    assert found.figures[-2:] == (700, 900)
    assert found.rule == ORDINARY


@pytest.mark.parametrize(
    ("status_quo", "proposed", "exceptional"),
    [(400, 600, False), (400, 601, True), (300, 450, False), (300, 451, True), (450, 650, True)],
)
def test_beyond_cap_and_growth_it_takes_everybody(
    status_quo: int, proposed: int, exceptional: bool
) -> None:
    found = choice(GRID, status_quo=status_quo, proposed=proposed, ordinary=ALL_MEMBERS)
    assert found.is_exceptional is exceptional
    assert found.rule == (EXCEPTIONAL if exceptional else ALL_MEMBERS)
    assert found.figures[-1] == max(proposed, GRID.highest((status_quo,)) // 50 * 50)


def test_growth_is_counted_from_the_lowest_limit_of_the_last_90_days() -> None:
    history = [
        (START - timedelta(days=200), 100),
        (START - timedelta(days=100), 200),
        (START + timedelta(days=10), 300),
    ]
    assert since(history, START) == (200, 300)
    assert since(history, START - timedelta(days=100)) == (200, 300)
    assert since(history, START - timedelta(days=100) - TICK) == (100, 200, 300)
    assert since([], START) == ()
    assert GRID.highest(since(history, START)) == 300
    assert not choice(GRID, status_quo=300, proposed=350).is_exceptional
    assert choice(GRID, status_quo=300, proposed=350, in_force=since(history, START)).is_exceptional


def test_growth_is_rounded_down() -> None:
    assert Grid(1, 0, 999, Fraction(1, 3)).highest([100]) == 133


def test_what_is_not_worth_a_vote() -> None:
    with pytest.raises(NothingToDecide):
        choice(GRID, status_quo=200, proposed=200)
    with pytest.raises(BelowEveryones) as below:
        choice(GRID, status_quo=50, proposed=99)
    assert below.value.facts == {"least": 100}
    assert choice(GRID, status_quo=50, proposed=100).figures == (50, 100)
    for figure in (-1, LARGEST + 1, True, 1.5):
        with pytest.raises(FigureOutOfRange):
            choice(GRID, status_quo=200, proposed=figure)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "parts",
    [
        (0, 0, 10),
        (-1, 0, 10),
        (1, -1, 10),
        (1, 11, 10),
        (1, 0, 1000),
        (1.0, 0, 10),
        (True, 0, 10),
        (LARGEST, 0, LARGEST + 1),
        (1, 0, 10, Fraction(-1, 2)),
    ],
)
def test_grids_that_are_none(parts: tuple[int, ...]) -> None:
    with pytest.raises(GridUnreadable):
        Grid(*parts)  # type: ignore[arg-type]


def test_the_largest_grid() -> None:
    assert len(choice(Grid(1, 0, 999, Fraction(10)), status_quo=99, proposed=1).figures) == 1000
