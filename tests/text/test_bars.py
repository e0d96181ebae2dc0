"""Pictures for evidence: bars and fans fit their frame and keep their proportions."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.text.bars import fan, month_bars
from ledger.text.charts import HEIGHT, WIDTH

AMOUNTS = st.integers(0, 10**15)
BALANCES = st.integers(-(10**15), 10**15)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=13))
def test_months_fit_and_keep_their_proportions(sums: list[tuple[int, int]]) -> None:
    months = [(date(2026, 1, 1), received, sent) for received, sent in sums]
    found = month_bars(months)
    for bar, (received, sent) in zip(found.bars, sums, strict=True):
        assert bar.left >= 0
        assert bar.left + bar.width <= WIDTH
        assert found.line - bar.up >= 0
        assert found.line + bar.down <= HEIGHT
        assert (bar.up > bar.down) == (received > sent)
    assert 1 <= sum(bar.is_named for bar in found.bars) <= 4


@given(st.lists(st.tuples(BALANCES, BALANCES, BALANCES), min_size=1, max_size=26), BALANCES)
def test_a_fan_fits_and_holds_its_middle(weeks: list[tuple[int, int, int]], now: int) -> None:
    ordered = [(low, middle, high) for low, middle, high in (sorted(week) for week in weeks)]
    found = fan(ordered, now=now, floor=-(10**14))
    across = [float(one) for one in re.findall(r"[ML]([\d.]+) ", found.band)]
    down = [float(one) for one in re.findall(r" ([\d.]+)", found.band + found.middle)]
    assert min(across) >= 0
    assert max(across) <= WIDTH
    assert min(down) >= 0
    assert max(down) <= HEIGHT
    upper, middle = down[: len(weeks) + 1], down[-len(weeks) - 1 :]
    assert all(one <= other for one, other in zip(upper, middle, strict=True))
