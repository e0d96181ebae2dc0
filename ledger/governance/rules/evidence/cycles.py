"""How much of a cell's trade runs in circles: what comes round again needs no credit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from ledger.governance.rules.evidence.material import Trade

LONGEST = 4
"""The most cells in a circle that counts."""

_Neighbours = Mapping[int, AbstractSet[int]]


@dataclass(frozen=True, slots=True)
class Cycles:
    """The share of a cell's turnover with partners from whom the way leads back to it.

    `in_cycles` of its `partners` are such, counted once for each direction of trade.
    """

    share: Fraction | None
    in_cycles: int
    partners: int


def cycles(trades: Iterable[Trade], account: int) -> Cycles:
    """Turnover on edges in directed cycles of at most four cells, over all turnover.

    After Mattsson, Criscione and Takes, Circulation of a digital community currency
    (Scientific Reports 13, 2023), who found that circulation in Sarafu kept to short
    cycles among groups. A high share can be a working local economy, or a ring trading
    for show: it says that goods return, not that they are wanted.
    """
    sold_to, bought_from = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    turnover: dict[tuple[int, int], int] = defaultdict(int)
    for _, seller, buyer, amount in trades:
        sold_to[seller].add(buyer)
        bought_from[buyer].add(seller)
        if account in (seller, buyer):
            turnover[seller, buyer] += amount
    whole = sum(turnover.values())
    if not whole:
        return Cycles(None, 0, 0)
    reached = _within(sold_to, account, LONGEST - 1)
    leading = _within(bought_from, account, LONGEST - 1)
    circling = {
        edge
        for edge in turnover
        if (edge[1] in leading if edge[0] == account else edge[0] in reached)
    }
    share = Fraction(sum(turnover[edge] for edge in circling), whole)
    return Cycles(share, len(circling), len(turnover))


def _within(neighbours: _Neighbours, start: int, steps: int) -> set[int]:
    """Who is reached from `start` in one to `steps` steps."""
    found: set[int] = set()
    edge = {start}
    for _ in range(steps):
        edge = {further for one in edge for further in neighbours.get(one, ())} - found
        found |= edge
    return found
