"""The picture of a balance."""

import re
from datetime import date
from itertools import pairwise

from ledger.kernel.units import Unit
from ledger.text.charts import HEIGHT, WIDTH, balance_chart
from ledger.text.templates import environment

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def test_a_balance_moves_in_steps_and_stays_inside_the_picture() -> None:
    chart = balance_chart(
        [(date(2026, 3, 1), 5000), (date(2026, 9, 1), -2000)],
        first=FIRST, last=LAST, opening=0, floor=-30000,
    )  # fmt: skip
    corners = [tuple(map(float, corner.split())) for corner in chart.line[1:].split("L")]
    assert len(corners) == 6
    assert all(0 <= across <= WIDTH and 0 <= down <= HEIGHT for across, down in corners)
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(corners))
    assert (chart.lowest, chart.highest, chart.last) == (-2000, 5000, -2000)
    assert chart.floor.at > chart.zero.at > chart.top.at


def test_an_account_without_movement_or_limit_is_a_flat_line() -> None:
    chart = balance_chart([], first=FIRST, last=FIRST, opening=0, floor=0)
    assert chart.lowest == chart.highest == chart.last == 0


def test_the_picture_tells_its_story_in_words() -> None:
    moved = [(date(2026, 3, 1), 5000)]
    chart = balance_chart(moved, first=FIRST, last=LAST, opening=0, floor=-30000)
    jinja = environment()
    source = "{% from 'macros/charts.html' import balance_chart %}{{ balance_chart(chart, unit) }}"
    svg = jinja.from_string(source).render(chart=chart, unit=Unit("poin", "poin", 2, "XPO"))
    assert "tertinggi 50,00" in svg
    assert "style=" not in svg


def test_the_name_of_the_last_month_ends_within_the_picture() -> None:
    moved = [(date(2026, 1, 10), 5000)]
    chart = balance_chart(
        moved, first=date(2026, 1, 10), last=date(2026, 6, 3), opening=0, floor=-30000
    )
    jinja = environment()
    source = "{% from 'macros/charts.html' import balance_chart %}{{ balance_chart(chart, unit) }}"
    svg = jinja.from_string(source).render(chart=chart, unit=Unit("poin", "poin", 2, "XPO"))
    labels = re.findall(r'<text class="chart-label"( text-anchor="end")? x="([0-9.]+)"', svg)
    assert len(labels) > 1
    for ends_there, place in labels:
        assert float(place) + (0 if ends_there else _LONGEST_LABEL) <= WIDTH


_LONGEST_LABEL = 110
"""Of a month on a phone, in the units of the picture."""
