"""What could happen with a limit: many futures drawn from the cell's own past.

A moving block bootstrap (Künsch, The jackknife and the bootstrap for general stationary
observations, Annals of Statistics 17, 1989) of the cell's weekly net flows, in blocks of
four weeks so that good and bad spells stay together. It supposes that the coming half
year is like the last year. It can't see what a larger limit would change in the cell's
plans, and the past flows were themselves held in by the old limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from ledger.governance.rules.evidence.material import Movement, Window

PATHS = 2_000
WEEKS = 26
BLOCK = 4
FEWEST_WEEKS = 8
"""With a shorter past the futures would be copies of one another."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle of the futures and the range of 95 in 100 of them."""

    low: int
    median: int
    high: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What `paths` futures of `weeks` weeks came to, under one limit, drawn from `past` weeks."""

    limit: int
    paths: int
    weeks: int
    past: int
    hit: int
    """In how many the cell came to its limit while wanting to spend."""
    returned: int | None
    """In how many it came back to zero; None if it is not below."""
    debt_change: Interval
    """By how much the cell's debt, and with it the community's, would differ at the end."""
    fan: tuple[Interval, ...]
    """The balance at the end of each week."""


def weekly_flows(movements: Iterable[Movement], window: Window) -> tuple[int, ...]:
    """The net of each whole week of the window, oldest first, counted back from its last day."""
    weeks = window.observed // 7
    flows = [0] * weeks
    for day, amount in movements:
        back = (window.last - day) // 7
        if 0 <= back < weeks:
            flows[weeks - 1 - back] += amount
    return tuple(flows)


def simulate(
    flows: Sequence[int],
    balance: int,
    limit: int,
    *,
    seed: int,
    paths: int = PATHS,
    weeks: int = WEEKS,
) -> Simulation | None:
    """Draw `paths` futures from `flows`; None when the past is shorter than eight weeks.

    The same seed draws the same weeks for every limit, so that two limits differ by
    nothing but themselves. In each week the one rule of limits holds: nothing takes the
    balance further below -`limit`.
    """
    if len(flows) < FEWEST_WEEKS:
        return None
    chance = Random(seed).random
    ends: list[list[int]] = []
    hits = returns = 0
    for _ in range(paths):
        path, was_held = _path(_future(flows, weeks, chance), balance, limit)
        ends.append(path)
        hits += was_held
        returns += max(path) >= 0
    fan = tuple(_interval([path[week] for path in ends]) for week in range(weeks))
    debt = max(-balance, 0)
    return Simulation(
        limit=limit,
        paths=paths,
        weeks=weeks,
        past=len(flows),
        hit=hits,
        returned=returns if balance < 0 else None,
        debt_change=_interval([max(-path[-1], 0) - debt for path in ends]),
        fan=fan,
    )


def _future(flows: Sequence[int], weeks: int, chance: Callable[[], float]) -> list[int]:
    """As many weeks as are wanted, in blocks that begin anywhere in the past."""
    starts = len(flows) - BLOCK + 1
    future: list[int] = []
    while len(future) < weeks:
        start = int(chance() * starts)
        future += flows[start : start + BLOCK]
    return future[:weeks]


def _path(future: Sequence[int], balance: int, limit: int) -> tuple[list[int], bool]:
    """The balance after each week, and whether the limit ever held it."""
    path, was_held, floor = [], False, -limit
    for flow in future:
        wished = balance + flow
        if flow < 0 and wished <= floor:
            was_held = True
            wished = min(balance, floor)
        balance = wished
        path.append(balance)
    return path, was_held


def _interval(values: list[int]) -> Interval:
    """Ranks of 2.5, 50 and 97.5 in a hundred: integers of the sample itself, no interpolation."""
    ranked = sorted(values)
    low, median, high = (
        ranked[-(-len(ranked) * permille // 1000) - 1] for permille in (25, 500, 975)
    )
    return Interval(low, median, high)
