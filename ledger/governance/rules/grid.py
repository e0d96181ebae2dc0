"""Which figures can be balloted: the policy's grid, its cap, and how fast a limit may grow.

Bounds hold when voting opens, for what can be balloted, and never for the result.
All figures are limits as people say them: positive, in smallest parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from ledger.governance.errors import BelowEveryones, GridUnreadable, NothingToDecide
from ledger.governance.rules.tally import EXCEPTIONAL, ORDINARY, Rule, ensure_figure
from ledger.kernel.amounts import LARGEST

MOST_FIGURES = 1_000


@dataclass(frozen=True, slots=True)
class Grid:
    """The figures of a policy: `least`, which every cell has, and up in steps to `cap`.

    A limit grows by at most `growth` of itself or one step, whichever is more, in
    `growth_time`. Raises `GridUnreadable`.
    """

    step: int
    least: int
    cap: int
    growth: Fraction = Fraction(1, 2)
    growth_time: timedelta = timedelta(days=90)

    def __post_init__(self) -> None:
        whole = all(type(figure) is int for figure in (self.step, self.least, self.cap))
        if not (whole and self.step > 0 and 0 <= self.least <= self.cap <= LARGEST):
            raise GridUnreadable
        if (self.cap - self.least) // self.step >= MOST_FIGURES or self.growth < 0:
            raise GridUnreadable

    def highest(self, in_force: Iterable[int]) -> int:
        """How far an ordinary vote may raise a limit.

        `in_force` are the limits in force in the last `growth_time`, at least one. The
        lowest counts: growth is what happens within any such time, after a cut as well.
        """
        lowest = min(in_force)
        growth = lowest * self.growth.numerator // self.growth.denominator
        return min(self.cap, lowest + max(growth, self.step))


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands on a ballot, as it was when voting opened."""

    status_quo: int
    proposed: int
    figures: tuple[int, ...]
    """Everything that can be balloted, rising; the present and the proposed among it."""
    rule: Rule
    is_exceptional: bool
    """Whether the proposed limit goes beyond the cap or grows faster than it may."""


def choice(
    grid: Grid,
    *,
    status_quo: int,
    proposed: int,
    in_force: Iterable[int] = (),
    ordinary: Rule = ORDINARY,
    exceptional: Rule = EXCEPTIONAL,
) -> Choice:
    """What can be balloted about raising or lowering a limit to `proposed`.

    `in_force` are the limits of the last `grid.growth_time`, see `since`. A proposal
    beyond the bounds is `exceptional`: it takes everybody's part and two thirds.
    Raises `FigureOutOfRange`, `NothingToDecide` or `BelowEveryones`.
    """
    ensure_figure(status_quo)
    ensure_figure(proposed)
    if proposed == status_quo:
        raise NothingToDecide
    if proposed < grid.least:
        raise BelowEveryones(least=grid.least)
    bound = grid.highest((status_quo, *in_force))
    figures = {status_quo, proposed, *range(grid.least, bound + 1, grid.step)}
    beyond = proposed > max(bound, status_quo)
    rule = exceptional if beyond else ordinary
    return Choice(status_quo, proposed, tuple(sorted(figures)), rule, beyond)


def since(history: Iterable[tuple[datetime, int]], start: datetime) -> tuple[int, ...]:
    """The limits in force from `start` on: the last one set before it, and all after.

    `history` holds (set at, limit) in the order in which they were set.
    """
    before: tuple[int, ...] = ()
    after = []
    for set_at, limit in history:
        if set_at <= start:
            before = (limit,)
        else:
            after.append(limit)
    return (*before, *after)
