"""The community's month on one sheet: what all accounts come to.

Ratios are integers in thousandths, so that the sheet can be hashed and read back exactly.
The two bounds of the community's own deficit are IRTA's: at most 2.5 to 3 average months
of trade; we show amber at 2 and red at 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

QUIET_DAYS = 90
"""A cell without a trade for this long is no longer active, and its debt lies dormant."""

TOP = 10
AMBER, RED = 2000, 3000


class Light(StrEnum):
    """How the community's own deficit stands to its trade."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Closed:
    """An account at the closing, as far as the sheet asks. `last_trade_on` is None for never."""

    account: int
    kind: str
    closing: int
    earned: int
    moved: bool
    last_trade_on: date | None


@dataclass(frozen=True, slots=True)
class Fund:
    """An account of the community itself."""

    account: int
    balance: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A community's month; figures in smallest parts, ratios in thousandths, None for x / 0.

    `total` is the sum of all balances, zero. `active` cells traded within 90 days,
    `active_total` is the sum of their balances. `volume` is what was earned, net of
    reversals; `velocity` is it to `positive`, the sum of positive balances. `dormant` is
    the debt of cells that are not active. `own_deficit` is what the community's own
    accounts owe, `deficit_ratio` it to `usual_volume`, the average of up to 12 months.
    `decisions` are those that came into force, as `42` or `M3`, and `objected` the paper
    slips that were still objected to when the month was closed. Where `objected` is None the
    closing is of before: it did not ask, and names no decisions but those about limits.
    """

    cells: int
    active: int
    traded: int
    total: int
    active_total: int
    trades: int
    reversals: int
    volume: int
    positive: int
    debt: int
    top_ten_share: int | None
    dormant: int
    active_share: int | None
    velocity: int | None
    funds: tuple[Fund, ...]
    decisions: tuple[str, ...]
    own_deficit: int
    usual_volume: int
    deficit_ratio: int | None
    objected: int | None = None

    @property
    def light(self) -> Light:
        """The colour of the community's own deficit; red where it owes and nobody trades."""
        if self.deficit_ratio is None:
            return Light.RED if self.own_deficit else Light.GREEN
        if self.deficit_ratio >= RED:
            return Light.RED
        return Light.AMBER if self.deficit_ratio >= AMBER else Light.GREEN

    def to_document(self) -> dict[str, object]:
        """As the closing keeps it."""
        document = asdict(self) | {
            "funds": [[fund.account, fund.balance] for fund in self.funds],
            "decisions": list(self.decisions),
        }
        if self.objected is None:
            document.pop("objected")
        return document


def read_sheet(kept: Any) -> Sheet:
    """The sheet as a closing kept it."""
    funds = tuple(Fund(account, balance) for account, balance in kept["funds"])
    return Sheet(**kept | {"funds": funds, "decisions": tuple(kept["decisions"])})


def draw_up(
    accounts: Sequence[Closed],
    last_day: date,
    *,
    trades: int,
    reversals: int,
    decisions: Sequence[str],
    objected: int,
    volumes_before: Iterable[int],
) -> Sheet:
    """The sheet of a month. `volumes_before` are those of up to eleven months before it."""
    cells = [one for one in accounts if one.kind == "cell"]
    active = [one for one in cells if _is_active(one, last_day)]
    debts = sorted((-one.closing for one in cells if one.closing < 0), reverse=True)
    positive = sum(one.closing for one in accounts if one.closing > 0)
    volume = sum(one.earned for one in accounts)
    volumes = [volume, *volumes_before]
    usual = sum(volumes) // len(volumes)
    own_deficit = sum(-one.closing for one in accounts if one.kind == "fund" and one.closing < 0)
    quiet = [one for one in cells if not _is_active(one, last_day)]
    return Sheet(
        cells=len(cells),
        active=len(active),
        traded=sum(one.moved for one in cells),
        total=sum(one.closing for one in accounts),
        active_total=sum(one.closing for one in active),
        trades=trades,
        reversals=reversals,
        volume=volume,
        positive=positive,
        debt=sum(debts),
        top_ten_share=_thousandths(sum(debts[:TOP]), sum(debts)),
        dormant=sum(max(-one.closing, 0) for one in quiet),
        active_share=_thousandths(len(active), len(cells)),
        velocity=_thousandths(volume, positive),
        funds=tuple(Fund(one.account, one.closing) for one in accounts if one.kind == "fund"),
        decisions=tuple(decisions),
        own_deficit=own_deficit,
        usual_volume=usual,
        deficit_ratio=_thousandths(own_deficit, usual),
        objected=objected,
    )


def _is_active(one: Closed, last_day: date) -> bool:
    return one.last_trade_on is not None and (last_day - one.last_trade_on).days < QUIET_DAYS


def _thousandths(part: int, whole: int) -> int | None:
    return part * 1000 // whole if whole > 0 else None
