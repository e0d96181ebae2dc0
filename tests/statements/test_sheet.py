"""The community's sheet, figure by figure."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from ledger.kernel.merkle import canonical
from ledger.statements.rules.sheet import Closed, Fund, Light, Sheet, draw_up, read_sheet

LAST = date(2026, 10, 31)


def a_sheet(*accounts: Closed, before: tuple[int, ...] = ()) -> Sheet:
    return draw_up(
        accounts, LAST, trades=7, reversals=1, decisions=("42",), objected=3, volumes_before=before
    )


def a_cell(number: int, closing: int, earned: int = 0, days: int | None = 0) -> Closed:
    """`days` since its last trade; None for never."""
    last = None if days is None else LAST - timedelta(days=days)
    return Closed(number, "cell", closing, earned, days == 0, last)


def a_fund(number: int, closing: int) -> Closed:
    return Closed(number, "fund", closing, 0, False, LAST)


def test_every_figure() -> None:
    debtors = [a_cell(number, -10) for number in range(1, 12)]
    sheet = a_sheet(
        *debtors,
        a_cell(20, 100, 60),
        a_cell(21, 60, 40, days=89),
        a_cell(22, -20, days=90),
        a_cell(23, 0, days=None),
        a_fund(900, -30),
        before=(200, 300),
    )
    assert (sheet.cells, sheet.active, sheet.traded) == (15, 13, 12)
    assert (sheet.total, sheet.active_total) == (0, 50)
    assert (sheet.volume, sheet.positive, sheet.velocity) == (100, 160, 625)
    assert (sheet.debt, sheet.dormant) == (130, 20)
    assert sheet.top_ten_share == 110 * 1000 // 130
    assert sheet.active_share == 13 * 1000 // 15
    assert sheet.funds == (Fund(900, -30),)
    assert (sheet.own_deficit, sheet.usual_volume, sheet.deficit_ratio) == (30, 200, 150)
    assert read_sheet(json.loads(canonical(sheet.to_document()))) == sheet


@pytest.mark.parametrize(
    ("deficit", "volume", "light"),
    [
        (199, 100, Light.GREEN),
        (200, 100, Light.AMBER),
        (299, 100, Light.AMBER),
        (300, 100, Light.RED),
        (1, 0, Light.RED),
        (0, 0, Light.GREEN),
    ],
)
def test_the_colour_of_the_communitys_own_deficit(deficit: int, volume: int, light: Light) -> None:
    sheet = a_sheet(a_cell(1, deficit, volume), a_fund(900, -deficit))
    assert sheet.light is light


def test_nothing_is_divided_by_nothing() -> None:
    sheet = a_sheet()
    assert (sheet.velocity, sheet.top_ten_share, sheet.active_share) == (None, None, None)


def test_a_sheet_of_before_is_read_and_written_as_it_was_hashed() -> None:
    kept = a_sheet(a_cell(1, 0)).to_document()
    assert kept["objected"] == 3
    before = {name: value for name, value in kept.items() if name != "objected"}
    assert read_sheet(before).objected is None
    assert canonical(read_sheet(before).to_document()) == canonical(before)
