"""The figures of the evidence in words, each with what it was computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.governance.pages.explaining import EXPLAINED, Explained
from ledger.kernel.units import Unit
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

Panel = Mapping[str, Any]
"""A part of the frozen panel, see `rules.evidence.panel`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its `value`, and lines on what it was computed from, in words."""

    kind: str
    value: str
    lines: tuple[str, ...]

    @property
    def explained(self) -> Explained:
        """What stands one tap away."""
        return EXPLAINED[self.kind]


@dataclass(frozen=True, slots=True)
class Teller:
    """Says figures of a community in somebody's language; `names` of cells by number."""

    speaker: Speaker
    unit: Unit
    names: Mapping[int, str]

    def amount(self, value: int) -> str:
        """Smallest parts, as people write them."""
        return self.speaker.amount(value, self.unit)

    def of_pair(self, pair: Sequence[int]) -> str:
        """An amount that is a fraction of smallest parts, rounded to them."""
        return self.amount(round_half(pair[0], pair[1]))

    def number(self, value: int) -> str:
        """A count."""
        return self.speaker.number(value)

    def percent(self, pair: Sequence[int] | None) -> str:
        """A share as whole percents, or a dash for one that there is not."""
        if pair is None:
            return "\N{EN DASH}"
        return f"{self.number(round_half(100 * pair[0], pair[1]))}%"

    def decimal(self, pair: Sequence[int]) -> str:
        """A fraction with one decimal."""
        return self.speaker.figure(round_half(10 * pair[0], pair[1]), Unit("", "", 1, "XXX"))

    def say(self, message: str, **facts: object) -> str:
        """`message` in the language."""
        return self.speaker.gettext(message, **facts)


def round_half(part: int, whole: int) -> int:
    """The quotient of `part` and `whole`, rounded half away from zero, without a float."""
    sign = -1 if part < 0 else 1
    return sign * ((2 * abs(part) + whole) // (2 * whole))


def turnover(panel: Panel, teller: Teller) -> Figure:
    """What it gave and got."""
    found, spread = panel["turnover"], panel["spread"]
    said = (
        teller.say(
            N_(
                "Received %(sales)s in %(sold)s trades, sent %(purchases)s in %(bought)s trades,"
                " within %(days)s days."
            ),
            sales=teller.amount(found["sales"]),
            sold=teller.number(found["sold"]),
            purchases=teller.amount(found["purchases"]),
            bought=teller.number(found["bought"]),
            days=teller.number(found["days"]),
        ),
        teller.say(
            N_(
                "Of %(cells)s cells that traded, %(below)s have less. The middle half of them"
                " lies between %(low)s and %(high)s, the median at %(median)s."
            ),
            cells=teller.number(spread["cells"]),
            below=teller.number(spread["below"]),
            low=teller.amount(spread["low"]),
            median=teller.amount(spread["median"]),
            high=teller.amount(spread["high"]),
        ),
    )
    return Figure("turnover", teller.amount(found["sales"] + found["purchases"]), said)


def band(panel: Panel, teller: Teller) -> Figure:
    """Where experience would look."""
    found = panel["band"]
    value = teller.say(
        N_("%(low)s to %(high)s"),
        low=teller.amount(found["low"]),
        high=teller.amount(found["high"]),
    )
    said = teller.say(
        N_("From %(sold)s trades in which it gave."), sold=teller.number(found["sold"])
    )
    return Figure("band", value, (said,))


def reciprocity(panel: Panel, teller: Teller) -> Figure:
    """Whether it gives as much as it takes."""
    found = panel["turnover"]
    said = teller.say(
        N_("From %(count)s trades."), count=teller.number(found["sold"] + found["bought"])
    )
    return Figure("reciprocity", teller.percent(panel["reciprocity"]), (said,))


def diversity(panel: Panel, teller: Teller) -> Figure:
    """With how many it trades."""
    sides = (
        (
            N_(
                "Gives to %(count)s cells in %(trades)s trades; as diverse as %(effective)s equal"
                " ones, the largest has %(largest)s."
            ),
            panel["diversity"]["buyers"],
        ),
        (
            N_(
                "Gets from %(count)s cells in %(trades)s trades; as diverse as %(effective)s equal"
                " ones, the largest has %(largest)s."
            ),
            panel["diversity"]["sellers"],
        ),
    )
    said = tuple(
        teller.say(
            words,
            count=teller.number(side["count"]),
            trades=teller.number(side["trades"]),
            effective=teller.decimal(side["effective"]),
            largest=teller.percent(side["largest"]),
        )
        for words, side in sides
        if side["effective"] is not None
    )
    partners = len(panel["diversity"]["shares"])
    value = teller.speaker.ngettext("%(count)s partner", "%(count)s partners", partners)
    return Figure("diversity", value, said)


def cycles(panel: Panel, teller: Teller) -> Figure:
    """What comes round again."""
    found = panel["cycles"]
    said = teller.say(
        N_("%(circling)s of %(partners)s partners, counted once for each direction."),
        circling=teller.number(found["in_cycles"]),
        partners=teller.number(found["partners"]),
    )
    return Figure("cycles", teller.percent(found["share"]), (said,))


def days_below(panel: Panel, teller: Teller) -> Figure:
    """How long it was below zero."""
    found = panel["days_below"]
    value = teller.say(
        N_("%(below)s of %(days)s days"),
        below=teller.number(found["below"]),
        days=teller.number(found["days"]),
    )
    said = teller.say(
        N_("Longest run: %(longest)s days. Present run: %(running)s days."),
        longest=teller.number(found["longest"]),
        running=teller.number(found["running"]),
    )
    return Figure("days_below", value, (said,))


def use(panel: Panel, teller: Teller) -> Figure:
    """How far it used what it might."""
    found = panel["use"]
    said = teller.say(
        N_("At most %(highest)s, over %(days)s days with a limit."),
        highest=teller.percent(found["highest"]),
        days=teller.number(found["days"]),
    )
    return Figure("use", teller.percent(found["mean"]), (said,))


def days_to_zero(panel: Panel, teller: Teller) -> Figure:
    """How long the way back is."""
    found, traded = panel["days_to_zero"], panel["turnover"]
    if found is None:
        value = teller.say(N_("cannot be told: nothing was received"))
    else:
        days = round_half(found[0], found[1])
        value = teller.speaker.ngettext("%(count)s day", "%(count)s days", days)
    said = teller.say(
        N_("From %(sold)s trades in which it gave."), sold=teller.number(traded["sold"])
    )
    return Figure("days_to_zero", value, (said,))


def exposed(found: Panel, teller: Teller) -> Figure:
    """What all could owe, with the limit in question."""
    change = found["limits_proposed"] - found["limits"]
    said = (
        teller.say(
            N_("All limits together: %(limits)s now, %(proposed)s with this limit."),
            limits=teller.amount(found["limits"]),
            proposed=teller.amount(found["limits_proposed"]),
        ),
        teller.say(
            N_(
                "%(debtors)s of %(cells)s cells are below zero, together by %(debt)s. The three"
                " furthest: %(top)s. Concentration: %(concentration)s."
            ),
            debtors=teller.number(found["debtors"]),
            cells=teller.number(found["cells"]),
            debt=teller.amount(found["debt"]),
            top=teller.amount(found["top_debts"]),
            concentration=teller.percent(found["concentration"]),
        ),
    )
    return Figure("exposure", teller.speaker.amount(change, teller.unit, signed=True), said)


def covered(found: Panel, teller: Teller) -> Figure:
    """What the funds could bear."""
    said = teller.say(
        N_(
            "The funds hold %(fund)s: %(of_limit)s of this limit, %(of_top)s of the three"
            " largest balances below zero."
        ),
        fund=teller.amount(found["fund"]),
        of_limit=teller.percent(found["of_limit"]),
        of_top=teller.percent(found["of_top_debts"]),
    )
    return Figure("cover", teller.percent(found["of_limit"]), (said,))


def lost(found: Panel, teller: Teller) -> Figure:
    """Who would bear what."""
    largest = [
        f"{teller.names.get(number, '?')} {teller.of_pair(loss)}"
        for number, loss in found["largest"]
    ]
    said = [
        teller.say(
            N_(
                "%(holders)s cells have balances above zero. The one in the middle would bear"
                " %(median)s; if all bore the same, each %(each)s."
            ),
            holders=teller.number(found["holders"]),
            median=teller.of_pair(found["median"] or (0, 1)),
            each=teller.of_pair(found["per_cell"] or (0, 1)),
        )
    ]
    if largest:
        said.append(teller.say(N_("The largest shares: %(shares)s."), shares=", ".join(largest)))
    return Figure("loss", teller.amount(found["debt"]), tuple(said))


def futures(panel: Panel, teller: Teller) -> Figure:
    """What could come, with the present and with the proposed limit."""
    sides = (panel["with_present"], panel["with_proposed"])
    said = tuple(drawn(one, teller) for one in sides if one is not None)
    return Figure("futures", "", said) if said else Figure("futures", too_short(teller), ())


def prospect(panel: Panel, teller: Teller) -> str:
    """The futures in one line: how often it would come to the limit in question."""
    found = panel["with_proposed"] or panel["with_present"]
    if found is None:
        return teller.say(N_("cannot be told yet"))
    return teller.say(
        N_("With %(limit)s it comes to its limit in %(hit)s of futures"),
        limit=teller.amount(found["limit"]),
        hit=teller.percent((found["hit"], found["paths"])),
    )


def drawn(found: Panel, teller: Teller) -> str:
    """What the futures under a limit came to."""
    paths, change = found["paths"], found["debt_change"]
    facts = {
        "limit": teller.amount(found["limit"]),
        "hit": teller.percent((found["hit"], paths)),
        "returned": teller.percent((found["returned"] or 0, paths)),
        "median": teller.speaker.amount(change["median"], teller.unit, signed=True),
        "low": teller.speaker.amount(change["low"], teller.unit, signed=True),
        "high": teller.speaker.amount(change["high"], teller.unit, signed=True),
        "paths": teller.number(paths),
        "past": teller.number(found["past"]),
    }
    words = N_(
        "With %(limit)s: in %(hit)s of %(paths)s futures it comes to its limit. How far it is below"
        " zero changes by %(median)s in the median, 95 in 100 between %(low)s and %(high)s."
    )
    if found["returned"] is not None:
        words = N_(
            "With %(limit)s: in %(hit)s of %(paths)s futures it comes to its limit, in"
            " %(returned)s it comes back to zero. How far it is below zero changes by %(median)s"
            " in the median, 95 in 100 between %(low)s and %(high)s."
        )
    return teller.say(words, **facts)


def too_short(teller: Teller) -> str:
    """Why there are no futures."""
    return teller.say(N_("The past is shorter than eight weeks: no futures are drawn."))
