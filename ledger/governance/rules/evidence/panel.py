"""The whole panel about one cell, and how it is frozen into a decision's record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from ledger.governance.rules.evidence.balances import (
    DaysBelow,
    Use,
    daily_balances,
    days_below,
    days_to_zero,
    use_of_limit,
)
from ledger.governance.rules.evidence.cycles import Cycles, cycles
from ledger.governance.rules.evidence.exposure import (
    Cover,
    Exposure,
    LossShares,
    exposure,
    fund_cover,
    loss_shares,
)
from ledger.governance.rules.evidence.material import Movement, Position, Trade, Window
from ledger.governance.rules.evidence.simulation import Simulation, simulate, weekly_flows
from ledger.governance.rules.evidence.trading import (
    Band,
    Diversity,
    Spread,
    Turnover,
    diversity,
    reciprocity,
    spread,
    suggested_band,
    turnover,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A cell and the limit that is asked for it. Limits as positive figures.

    `movements` are all postings on its account in the window and `limits` (first day in
    force, limit) those in force then, both oldest first; `seed` is hashed to draw futures.
    """

    account: int
    balance: int
    status_quo: int
    proposed: int
    window: Window
    movements: Sequence[Movement]
    limits: Sequence[tuple[int, int]]
    seed: str


@dataclass(frozen=True, slots=True)
class Around:
    """The community: its trades in the window, all cells' positions, its fund, its policy."""

    trades: Sequence[Trade]
    positions: Sequence[Position]
    fund: int
    least: int
    cap: int


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that is shown about a case; no figure sums up the others."""

    turnover: Turnover
    spread: Spread
    band: Band
    reciprocity: Fraction | None
    diversity: Diversity
    cycles: Cycles
    balances: tuple[int, ...]
    days_below: DaysBelow
    use: Use
    days_to_zero: Fraction | None
    exposure: Exposure
    cover: Cover
    loss_now: LossShares
    loss_at_most: LossShares
    """If the cell left with the whole proposed limit used up."""
    with_present: Simulation | None
    with_proposed: Simulation | None

    def frozen(self) -> dict[str, Any]:
        """The panel for a record and its hash: integers, lists, fractions as pairs."""
        found = frozen(asdict(self))
        assert isinstance(found, dict)
        return found


def panel(case: Case, around: Around) -> Panel:
    """Compute the panel. Under a second for 1,000 trades of a cell among 2,000 cells."""
    window, account = case.window, case.account
    everybodys = Window(window.last, window.days).of(around.trades)
    theirs = [trade for trade in everybodys if account in (trade[1], trade[2])]
    traded = turnover(theirs, account, window)
    daily = daily_balances(case.movements, case.balance, window)
    exposed = exposure(around.positions, account, case.proposed)
    present, proposed = what_if(case, case.status_quo), what_if(case, case.proposed)
    return Panel(
        turnover=traded,
        spread=spread(everybodys, account),
        band=suggested_band(traded, least=around.least, cap=around.cap),
        reciprocity=reciprocity(traded),
        diversity=diversity(theirs, account),
        cycles=cycles(everybodys, account),
        balances=daily,
        days_below=days_below(daily),
        use=use_of_limit(daily, case.limits, window),
        days_to_zero=days_to_zero(case.balance, traded.sales, window.observed),
        exposure=exposed,
        cover=fund_cover(around.fund, case.proposed, exposed.top_debts),
        loss_now=loss_shares(around.positions, account, max(-case.balance, 0)),
        loss_at_most=loss_shares(around.positions, account, case.proposed),
        with_present=present,
        with_proposed=proposed,
    )


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a limit that somebody considers would mean, beside the present one."""

    limit: int
    balance: int
    exposure: Exposure
    cover: Cover
    loss_at_most: LossShares
    futures: Simulation | None


def consequences(case: Case, around: Around) -> Consequences:
    """What `case.proposed` would mean for the community and for the cell."""
    exposed = exposure(around.positions, case.account, case.proposed)
    return Consequences(
        limit=case.proposed,
        balance=case.balance,
        exposure=exposed,
        cover=fund_cover(around.fund, case.proposed, exposed.top_debts),
        loss_at_most=loss_shares(around.positions, case.account, case.proposed),
        futures=what_if(case, case.proposed),
    )


def what_if(case: Case, limit: int) -> Simulation | None:
    """The futures under `limit`, for the figure that somebody is about to choose."""
    flows = weekly_flows(case.movements, case.window)
    seed = int.from_bytes(hashlib.sha256(case.seed.encode()).digest()[:8], "big")
    return simulate(flows, case.balance, limit, seed=seed)


def frozen(part: Any) -> Any:
    """Plain values as they are kept: fractions as pairs, keys as text, tuples as lists."""
    if isinstance(part, Fraction):
        return [part.numerator, part.denominator]
    if isinstance(part, dict):
        return {str(name): frozen(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [frozen(inner) for inner in part]
    return part
