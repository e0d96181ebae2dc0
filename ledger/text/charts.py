"""The geometry of pictures in SVG: pages and PDF draw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 4, 12, 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across (at y) or a tick along the days (at x), and the value it stands for."""

    at: float
    value: int | date


@dataclass(frozen=True, slots=True)
class BalanceChart:
    """A balance over time, in the units of a `WIDTH` × `HEIGHT` picture."""

    line: str
    """The path's `d`: steps, because a balance stands still between postings."""

    area: str
    """The same, closed along zero."""

    end: tuple[float, float]
    zero: Mark
    floor: Mark
    top: Mark
    months: tuple[Mark, ...]
    lowest: int
    highest: int
    last: int
    proposed: Mark | None = None
    """A floor that is considered beside the present one."""


def balance_chart(
    balances: Sequence[tuple[date, int]],
    *,
    first: date,
    last: date,
    opening: int,
    floor: int,
    proposed: int | None = None,
) -> BalanceChart:
    """Lay out the balances after each posting, oldest first, from `first` to `last` day.

    `opening` is the balance before the first posting, `floor` ≤ 0 the limit and `proposed`
    another that is considered; all amounts are smallest parts.
    """
    values = [opening, *(balance for _day, balance in balances)]
    high, low = max(*values, 0), min(*values, floor, proposed or 0, 0)
    x, y = _Days(first, max((last - first).days, 1)), _Scale(low, max(high, low + 1))
    corners = [(x(first), y(opening))]
    for day, balance in balances:
        corners += [(x(day), corners[-1][1]), (x(day), y(balance))]
    corners.append((x(last), corners[-1][1]))
    line = "M" + "L".join(f"{across:.1f} {down:.1f}" for across, down in corners)
    return BalanceChart(
        line=line,
        area=f"{line}L{x(last):.1f} {y(0):.1f}L{x(first):.1f} {y(0):.1f}Z",
        end=corners[-1],
        zero=Mark(y(0), 0),
        floor=Mark(y(floor), floor),
        top=Mark(y(high), high),
        months=tuple(Mark(x(month), month) for month in _months(first, last)),
        lowest=min(values),
        highest=max(values),
        last=values[-1],
        proposed=None if proposed is None else Mark(y(proposed), proposed),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Amounts to heights: `low` at the bottom, `high` at the top."""

    low: int
    high: int

    def __call__(self, value: int) -> float:
        inner = HEIGHT - _TOP - _BOTTOM
        return _TOP + inner * (self.high - value) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class _Days:
    """Days to places along the picture."""

    first: date
    days: int

    def __call__(self, day: date) -> float:
        passed = min(max((day - self.first).days, 0), self.days)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * passed / self.days


def _months(first: date, last: date) -> list[date]:
    """The first days of months in the span, thinned so that their names fit."""
    starts: list[date] = []
    month = first.replace(day=1)
    while month <= last:
        if month >= first:
            starts.append(month)
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return starts[:: max(1, (len(starts) + 2) // 3)]
