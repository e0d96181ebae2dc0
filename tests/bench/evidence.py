"""How long it takes to lay the evidence before a committee.

A cell with 1,000 trades in a community of 2,000 cells with 100,000 trades in the year,
heavy-tailed as trade is: a few cells do much of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from ledger.governance.rules.evidence.cycles import cycles
from ledger.governance.rules.evidence.material import Movement, Position, Trade, Window
from ledger.governance.rules.evidence.panel import Around, Case, panel, what_if

CELLS, TRADES, THEIRS = 2_000, 100_000, 1_000
LAST = 739_000
SUBJECT = 1


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds, the best of three: the whole panel, and what takes most of it."""

    panel: float
    one_simulation: float
    cycles: float


def community() -> tuple[Case, Around]:
    """The cell and the community around it; the same every time."""
    chance = random.Random("evidence")
    weights = [1 / rank for rank in range(1, CELLS)]
    others = chance.choices(range(2, CELLS + 1), weights, k=2 * TRADES)
    trades = [
        Trade(LAST - chance.randrange(365), seller, buyer, chance.randint(5, 500))
        for seller, buyer in zip(others[::2], others[1::2], strict=True)
        if seller != buyer
    ]
    for place, partner in enumerate(others[:THEIRS]):
        sides = (SUBJECT, partner) if place % 2 else (partner, SUBJECT)
        trades.append(Trade(LAST - chance.randrange(365), *sides, chance.randint(5, 500)))
    positions = [
        Position(number, chance.randint(-3_000, 3_000), 3_000) for number in range(1, CELLS + 1)
    ]
    moved = [
        Movement(trade.day, trade.amount if trade.seller == SUBJECT else -trade.amount)
        for trade in trades
        if SUBJECT in (trade.seller, trade.buyer)
    ]
    case = Case(
        account=SUBJECT,
        balance=-1_200,
        status_quo=3_000,
        proposed=4_500,
        window=Window(LAST),
        movements=moved,
        limits=[(LAST - 200, 3_000)],
        seed="SB/42",
    )
    return case, Around(trades, positions, 20_000, 1_000, 9_000)


def measure() -> Spent:
    """Time the panel on the community."""
    case, around = community()
    return Spent(
        panel=_best(lambda: panel(case, around)),
        one_simulation=_best(lambda: what_if(case, case.proposed)),
        cycles=_best(lambda: cycles(around.trades, SUBJECT)),
    )


def _best(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)
