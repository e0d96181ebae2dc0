"""How much a cell trades, with whom, and how evenly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ledger.governance.rules.evidence.material import Trade, Window

LOW_FACTOR, HIGH_FACTOR = 2, 3


@dataclass(frozen=True, slots=True)
class Month:
    """What a cell received and sent in one calendar month."""

    year: int
    month: int
    received: int
    sent: int


@dataclass(frozen=True, slots=True)
class Turnover:
    """Sales and purchases in the window; `sold` and `bought` count their trades."""

    sales: int
    purchases: int
    sold: int
    bought: int
    days: int
    months: tuple[Month, ...]
    """Every calendar month that the window touches, oldest first."""

    @property
    def total(self) -> int:
        """Sales and purchases together."""
        return self.sales + self.purchases


def turnover(trades: Iterable[Trade], account: int, window: Window) -> Turnover:
    """What `account` sold and bought; `trades` are those of the window.

    The sum says nothing about whether the same goods go round, see `cycles`.
    """
    received, sent = defaultdict[int, int](int), defaultdict[int, int](int)
    sold = bought = 0
    for day, seller, buyer, amount in trades:
        if seller == account:
            received[day] += amount
            sold += 1
        elif buyer == account:
            sent[day] += amount
            bought += 1
    sales, purchases = sum(received.values()), sum(sent.values())
    months = _months(received, sent, window)
    return Turnover(sales, purchases, sold, bought, window.observed, months)


def _months(received: dict[int, int], sent: dict[int, int], window: Window) -> tuple[Month, ...]:
    found: dict[tuple[int, int], list[int]] = {}
    for day in range(window.first, window.last + 1):
        written = date.fromordinal(day)
        sums = found.setdefault((written.year, written.month), [0, 0])
        sums[0] += received.get(day, 0)
        sums[1] += sent.get(day, 0)
    return tuple(Month(*key, *sums) for key, sums in found.items())


@dataclass(frozen=True, slots=True)
class Band:
    """Between which limits experience would look; `sold` is the number of sales behind it."""

    low: int
    high: int
    sold: int


def suggested_band(traded: Turnover, *, least: int, cap: int) -> Band:
    """Two to three times the sales of an average month, within what the policy allows.

    Greco's rule of thumb (The End of Money, and his answers to practitioners): c·S/12
    with c from 2 to 3. A young cell's year is not full yet, so its band is low; the
    rule knows nothing of seasons, and nothing of what a cell could sell if it had more
    credit.
    """
    low, high = (
        min(max(factor * traded.sales // 12, least), cap) for factor in (LOW_FACTOR, HIGH_FACTOR)
    )
    return Band(low, high, traded.sold)


def reciprocity(traded: Turnover) -> Fraction | None:
    """1 - |S - P| / (S + P): 1 sells as much as it buys, 0 does only one; None without trade.

    As in the Cape Town Talent Exchange's advice to keep the mean balance near zero. Over
    a short window one large purchase shows as one-sidedness.
    """
    if not traded.total:
        return None
    return 1 - Fraction(abs(traded.sales - traded.purchases), traded.total)


@dataclass(frozen=True, slots=True)
class Partners:
    """Those on one side of a cell's trades, with their shares in the turnover there.

    `effective` is the number of equally large partners that would be as diverse.
    """

    count: int
    trades: int
    effective: Fraction | None
    largest: Fraction | None


@dataclass(frozen=True, slots=True)
class Diversity:
    """Whom a cell sells to, and whom it buys from."""

    buyers: Partners
    sellers: Partners
    shares: tuple[tuple[int, Fraction], ...]
    """Every partner's share in the whole turnover, the largest first."""


def diversity(trades: Iterable[Trade], account: int) -> Diversity:
    """How many partners a cell has, weighted: 1 / Σ p².

    The inverse of Herfindahl's index (Laakso and Taagepera, 1979). It can't see that two
    partners are one household, nor a ring that trades for show.
    """
    bought_from, sold_to = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for _, seller, buyer, amount in trades:
        if seller == account:
            sold_to[buyer].append(amount)
        elif buyer == account:
            bought_from[seller].append(amount)
    together = defaultdict[int, int](int)
    for side in (sold_to, bought_from):
        for partner, amounts in side.items():
            together[partner] += sum(amounts)
    whole = sum(together.values())
    ranked = sorted(together.items(), key=lambda one: (-one[1], one[0]))
    return Diversity(
        buyers=_partners(list(sold_to.values())),
        sellers=_partners(list(bought_from.values())),
        shares=tuple((partner, Fraction(amount, whole)) for partner, amount in ranked),
    )


def _partners(amounts: Sequence[Sequence[int]]) -> Partners:
    sums = [sum(one) for one in amounts]
    whole, trades = sum(sums), sum(map(len, amounts))
    if not whole:
        return Partners(len(sums), trades, None, None)
    effective = Fraction(whole * whole, sum(one * one for one in sums))
    return Partners(len(sums), trades, effective, Fraction(max(sums), whole))


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a cell stands among those that traded: quartiles of their turnover.

    `below` is how many of the `cells` have less.
    """

    low: int
    median: int
    high: int
    below: int
    cells: int


def spread(trades: Iterable[Trade], account: int) -> Spread:
    """The turnover of all cells that traded, in quartiles by rank; zeros if none did."""
    totals = defaultdict[int, int](int)
    for _, seller, buyer, amount in trades:
        totals[seller] += amount
        totals[buyer] += amount
    ranked = sorted(totals.values())
    if not ranked:
        return Spread(0, 0, 0, 0, 0)
    low, median, high = (ranked[(len(ranked) - 1) * quarter // 4] for quarter in (1, 2, 3))
    below = sum(total < totals.get(account, 0) for total in ranked)
    return Spread(low, median, high, below, len(ranked))
