"""Sequential Phragmén against 150 elections that another program counted."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from ledger.governance.errors import (
    CandidateUnknown,
    ElectionTooLarge,
    OrderIncomplete,
    SeatsOutOfRange,
)
from ledger.governance.rules.phragmen import committees, elect, election

CASES = json.loads(Path(__file__).with_name("phragmen_cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_every_committee_that_ties_could_yield(case: dict[str, Any]) -> None:
    found = committees(election(case["candidates"], case["seats"], case["ballots"]))
    assert [list(committee) for committee in found] == sorted(case["committees"])


@pytest.mark.parametrize("case", CASES[::10], ids=range(0, len(CASES), 10))
def test_every_lot_seats_one_of_them_and_each_of_them_has_its_lot(
    case: dict[str, Any], rng: random.Random
) -> None:
    voted = election(case["candidates"], case["seats"], case["ballots"])
    orders = [rng.sample(range(voted.candidates), voted.candidates) for _ in range(300)]
    seated = {tuple(sorted(elect(voted, order))) for order in orders}
    assert seated == set(committees(voted))


def test_a_third_of_the_voters_seats_a_third_of_the_committee() -> None:
    ballots = [[0, 1, 2]] * 6 + [[3, 4]] * 3
    voted = election(5, 3, ballots)
    assert all(len({3, 4} & set(committee)) == 1 for committee in committees(voted))
    assert elect(voted, [2, 1, 0, 4, 3]) == (2, 1, 4)


def test_the_order_of_ballots_and_of_names_on_them_changes_nothing(rng: random.Random) -> None:
    for case in CASES[:20]:
        voted = election(case["candidates"], case["seats"], case["ballots"])
        shuffled = [rng.sample(ballot, len(ballot)) for ballot in case["ballots"]]
        rng.shuffle(shuffled)
        assert election(case["candidates"], case["seats"], shuffled) == voted


def test_fractions_stay_exact_over_many_seats() -> None:
    ballots = [[one, (one * 7 + 1) % 30] for one in range(30) for _ in range(one + 1)]
    voted = election(30, 15, ballots)
    assert len(elect(voted, range(30))) == 15


def test_who_is_approved_of_by_nobody_comes_last_and_by_lot() -> None:
    voted = election(4, 3, [[3]])
    assert committees(voted) == [(0, 1, 3), (0, 2, 3), (1, 2, 3)]
    assert elect(voted, [2, 0, 1, 3]) == (3, 2, 0)


@pytest.mark.parametrize("seats", [-1, 0, 4])
def test_seats_out_of_range(seats: int) -> None:
    with pytest.raises(SeatsOutOfRange):
        election(3, seats, [])


@pytest.mark.parametrize("ballot", [[3], [-1], [0, 0]])
def test_ballots_for_nobody_and_twice(ballot: list[int]) -> None:
    with pytest.raises(CandidateUnknown):
        election(3, 1, [ballot])


def test_too_many_ties_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(ElectionTooLarge):
        committees(election(40, 20, []))
    with pytest.raises(ElectionTooLarge):
        election(201, 1, [])
    assert len(elect(election(40, 20, []), range(40))) == 20


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [0, 1, 3]])
def test_a_lot_must_name_everybody(order: list[int]) -> None:
    with pytest.raises(OrderIncomplete):
        elect(election(3, 1, []), order)
