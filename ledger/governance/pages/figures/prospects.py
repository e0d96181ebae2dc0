"""What could come, by drawing from the past."""

from __future__ import annotations

from ledger.governance.pages.figures.telling import Figure, Panel, Teller
from ledger.text.phrases import N_


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
