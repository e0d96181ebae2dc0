"""How a cell's balance went, day by day, against its limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.governance.rules.evidence.material import Movement, Window


def daily_balances(movements: Iterable[Movement], balance: int, window: Window) -> tuple[int, ...]:
    """The balance at the end of each day of the window, oldest first.

    `balance` is the one at the end of the last day. `movements` are all postings on the
    account since the window's first day: we go back from the present, so that nothing
    older is needed. Within a day the balance may have gone further.
    """
    moved = defaultdict[int, int](int)
    for day, amount in movements:
        moved[day] += amount
    found = []
    for day in range(window.last, window.first - 1, -1):
        found.append(balance)
        balance -= moved.get(day, 0)
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class DaysBelow:
    """How many of the `days` ended below zero, the longest run of them, and the present one."""

    below: int
    longest: int
    running: int
    days: int


def days_below(balances: Sequence[int]) -> DaysBelow:
    """Days that ended below zero: Σ 1[b_d < 0], and the longest spell.

    ReSource calls a credit in after 6 or 12 months; we call nothing in and show it. A day
    is below whether by 1 or by the whole limit: see `use_of_limit`.
    """
    longest = running = 0
    for balance in balances:
        running = running + 1 if balance < 0 else 0
        longest = max(longest, running)
    below = sum(balance < 0 for balance in balances)
    return DaysBelow(below, longest, running, len(balances))


@dataclass(frozen=True, slots=True)
class Use:
    """Which part of the limit was used on the `days` on which there was one."""

    mean: Fraction | None
    highest: Fraction | None
    days: int


def use_of_limit(balances: Sequence[int], limits: Sequence[tuple[int, int]], window: Window) -> Use:
    """The mean of max(0, -b_d) / L_d over the days with a limit above zero.

    `limits` are (first day in force, limit), oldest first. Days without a limit are left
    out; a limit lowered below a debt shows as more than one. High use can mean a limit
    too small as well as a cell in trouble.
    """
    used: list[Fraction] = []
    coming, limit = list(reversed(limits)), 0
    for day, balance in enumerate(balances, window.first):
        while coming and coming[-1][0] <= day:
            _, limit = coming.pop()
        if limit > 0:
            used.append(Fraction(max(-balance, 0), limit))
    if not used:
        return Use(None, None, 0)
    return Use(sum(used, Fraction()) / len(used), max(used), len(used))


def days_to_zero(balance: int, sales: int, days: int) -> Fraction | None:
    """Days of sales that would bring the balance back to zero: max(0, -b) / (S / days).

    The same idea as days sales outstanding in bookkeeping. None when there is a debt and
    there were no sales. It supposes that the cell sells on as it did and buys nothing.
    """
    debt = max(-balance, 0)
    if not debt:
        return Fraction()
    return Fraction(debt * days, sales) if sales else None
