"""What all could owe, what the funds could bear, and who would bear the rest."""

from __future__ import annotations

from ledger.governance.pages.figures.telling import Figure, Panel, Teller
from ledger.text.phrases import N_


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
