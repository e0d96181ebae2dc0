"""Rounds that are over and not yet published are counted together, and come to the same."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine

from ledger.governance import queries
from ledger.governance.queries.listing import Line
from tests.communities import a_cell
from tests.counting import counted
from tests.governance.councils import Council, a_council


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


def over(council: Council, many: int) -> dict[int, int]:
    """So many rounds whose time is over, which nobody has published; proposal by account."""
    cells = [council.community.enrol(a_cell()) for _ in range(many)]
    numbers = {council.propose(200, cell, account=cell.account): cell.account for cell in cells}
    council.pass_time(hours=72)
    council.run_jobs()
    for place, number in enumerate(numbers):
        for steward in council.stewards[: 5 if place % 2 else 2]:
            council.cast(number, steward, 150)  # a change of mind follows: the last counts
            council.cast(number, steward, 200 if place % 4 > 1 else 100)
    council.pass_time(days=5)
    return numbers


def lines(council: Council) -> tuple[list[Line], int]:
    """The list of proposals, and how many statements it takes."""
    with counted(council.engine) as statements:
        found = council.do(
            lambda s: queries.lines(s, council.community.view.id, council.now), write=False
        )
    return found, len(statements)


def test_a_list_takes_as_many_statements_for_many_rounds_that_are_over(council: Council) -> None:
    first = over(council, 2)
    little, few = lines(council)
    council.run_jobs()
    before = {one.number for one in little}
    later = over(council, 6)
    lot, many = lines(council)
    assert many == few
    states = {one.number: one.course.state for one in lot}
    assert {states[number] for number in later} == {"succeeded", "lapsed", "defeated"}
    council.run_jobs()
    published = {one.number: one.course.state for one in lines(council)[0]}
    assert {number: published[number] for number in later} == {
        number: {"succeeded": "queued"}.get(states[number], states[number]) for number in later
    }
    assert before == set(first)
