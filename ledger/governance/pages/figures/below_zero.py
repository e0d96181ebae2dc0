"""How a cell went below zero, and how long the way back is."""

from __future__ import annotations

from ledger.governance.pages.figures.telling import Figure, Panel, Teller, round_half
from ledger.text.phrases import N_


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
