"""What a cell gave and got, and with whom."""

from __future__ import annotations

from ledger.governance.pages.figures.telling import Figure, Panel, Teller
from ledger.text.phrases import N_


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
