"""The geometry of pictures for evidence: months as bars, and futures as a fan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.text.charts import HEIGHT, WIDTH, Mark

_EDGE, _TOP, _BOTTOM = 4, 12, 24
_FEW = 4
"""So many months are named: more would not fit on a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A month: what was received stands above the line, what was sent hangs below it."""

    left: float
    width: float
    up: float
    down: float
    month: date
    is_named: bool


@dataclass(frozen=True, slots=True)
class MonthBars:
    """Months beside each other, in the units of a `WIDTH` × `HEIGHT` picture; `line` is zero."""

    line: float
    bars: tuple[Bar, ...]
    most: int


def month_bars(months: Sequence[tuple[date, int, int]]) -> MonthBars:
    """Lay out (first day, received, sent), oldest first; amounts in smallest parts."""
    inner = HEIGHT - _TOP - _BOTTOM
    up = max((one[1] for one in months), default=0)
    down = max((one[2] for one in months), default=0)
    scale = inner / max(up + down, 1)
    line, step = _TOP + up * scale, (WIDTH - 2 * _EDGE) / max(len(months), 1)
    every = max(1, -(-len(months) // _FEW))
    bars = tuple(
        Bar(
            left=_EDGE + place * step + step * 0.15,
            width=step * 0.7,
            up=received * scale,
            down=sent * scale,
            month=month,
            is_named=place % every == 0,
        )
        for place, (month, received, sent) in enumerate(months)
    )
    return MonthBars(line, bars, max(up, down))


@dataclass(frozen=True, slots=True)
class Fan:
    """Futures week by week: `band` holds 95 in 100 of them, `middle` is the median."""

    band: str
    middle: str
    zero: Mark
    floor: Mark
    weeks: int


def fan(intervals: Sequence[tuple[int, int, int]], *, now: int, floor: int) -> Fan:
    """Lay out (low, median, high) balances at the end of each week, from `now` on."""
    points = [(now, now, now), *intervals]
    high = max(*(one[2] for one in points), 0)
    low = min(*(one[0] for one in points), floor, 0)
    span, inner = max(high - low, 1), HEIGHT - _TOP - _BOTTOM
    step = (WIDTH - 2 * _EDGE) / max(len(points) - 1, 1)

    def y(value: int) -> float:
        return _TOP + inner * (high - value) / span

    def path(values: Sequence[int], places: Sequence[int]) -> str:
        return "L".join(
            f"{_EDGE + place * step:.1f} {y(value):.1f}"
            for place, value in zip(places, values, strict=True)
        )

    forth = list(range(len(points)))
    upper, lower = [one[2] for one in points], [one[0] for one in points]
    return Fan(
        band=f"M{path(upper, forth)}L{path(lower[::-1], forth[::-1])}Z",
        middle=f"M{path([one[1] for one in points], forth)}",
        zero=Mark(y(0), 0),
        floor=Mark(y(floor), floor),
        weeks=len(intervals),
    )
