"""The evidence as a page shows it: each figure in words, with what it was computed from.

Reads the frozen form of the panel (`evidence.panel.Panel.frozen`), so that a case under
discussion and one decided years ago are shown by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.governance.pages import figures
from ledger.governance.pages.figures import Figure, Panel, Teller
from ledger.text.bars import Fan, MonthBars, fan, month_bars
from ledger.text.charts import BalanceChart, balance_chart

PARTNERS = 6
"""So many partners are shown by name."""


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's share in the turnover, in percent; the last may be all the others."""

    name: str
    percent: int
    shown: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """What says more as a picture; None where there is nothing to draw."""

    balance: BalanceChart | None
    months: MonthBars | None
    partners: tuple[Share, ...]
    futures: Fan | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole panel: figures in three groups, pictures, and the replies to it.

    `prospect` says in one line what the futures came to.
    """

    trade: tuple[Figure, ...]
    balance: tuple[Figure, ...]
    community: tuple[Figure, ...]
    futures: Figure
    prospect: str
    pictures: Pictures
    replies: tuple[str, ...]


def show(panel: Panel, teller: Teller, last: date, status_quo: int, proposed: int) -> Shown:
    """The panel in words. `last` is its last day; limits as positive figures."""
    return Shown(
        trade=(
            figures.turnover(panel, teller),
            figures.band(panel, teller),
            figures.reciprocity(panel, teller),
            figures.diversity(panel, teller),
            figures.cycles(panel, teller),
        ),
        balance=(
            figures.days_below(panel, teller),
            figures.use(panel, teller),
            figures.days_to_zero(panel, teller),
        ),
        community=(
            figures.exposed(panel["exposure"], teller),
            figures.covered(panel["cover"], teller),
            figures.lost(panel["loss_at_most"], teller),
        ),
        futures=figures.futures(panel, teller),
        prospect=figures.prospect(panel, teller),
        pictures=Pictures(
            _drawn(panel, last, status_quo, proposed),
            _months(panel),
            _partners(panel, teller),
            fan_of(panel["with_proposed"], panel["balances"]),
        ),
        replies=tuple(one["text"] for one in panel.get("replies", ()) if one["text"]),
    )


def named(panel: Panel) -> set[int]:
    """The accounts whose names the page says."""
    partners = [number for number, _share in panel["diversity"]["shares"][:PARTNERS]]
    return {*partners, *(number for number, _loss in panel["loss_at_most"]["largest"])}


def fan_of(found: Panel | None, balances: Sequence[int]) -> Fan | None:
    """The futures as a picture."""
    if found is None or not balances:
        return None
    weeks = [(one["low"], one["median"], one["high"]) for one in found["fan"]]
    return fan(weeks, now=balances[-1], floor=-found["limit"])


def _drawn(panel: Panel, last: date, status_quo: int, proposed: int) -> BalanceChart | None:
    balances: Sequence[int] = panel["balances"]
    if len(balances) < 2:
        return None
    first = last - timedelta(days=len(balances) - 1)
    moved = [
        (first + timedelta(days=place), balance)
        for place, balance in enumerate(balances)
        if place and balance != balances[place - 1]
    ]
    return balance_chart(
        moved,
        first=first,
        last=last,
        opening=balances[0],
        floor=-status_quo,
        proposed=-proposed if proposed != status_quo else None,
    )


def _months(panel: Panel) -> MonthBars | None:
    months = [
        (date(one["year"], one["month"], 1), one["received"], one["sent"])
        for one in panel["turnover"]["months"]
    ]
    return month_bars(months) if any(one[1] or one[2] for one in months) else None


def _partners(panel: Panel, teller: Teller) -> tuple[Share, ...]:
    shares = panel["diversity"]["shares"]
    shown = [
        Share(
            teller.names.get(number, "?"),
            figures.round_half(100 * share[0], share[1]),
            teller.percent(share),
        )
        for number, share in shares[:PARTNERS]
    ]
    if len(shares) > PARTNERS:
        rest = 100 - sum(one.percent for one in shown)
        others = len(shares) - PARTNERS
        name = teller.speaker.ngettext("%(count)s other", "%(count)s others", others)
        shown.append(Share(name, rest, teller.percent((max(rest, 0), 100))))
    return tuple(shown)
