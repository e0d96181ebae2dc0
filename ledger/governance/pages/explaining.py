"""What each figure of the evidence is, where its formula is from, and what it can't tell."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.text.phrases import N_


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure's name, and what stands one tap away from it: message ids."""

    title: str
    formula: str
    source: str
    limits: str


EXPLAINED: dict[str, Explained] = {
    "turnover": Explained(
        N_("Turnover"),
        N_("Everything received and sent in trades of the last 365 days, without reversed ones."),
        N_("Plain bookkeeping."),
        N_("It does not say whether the same goods go round and round: see trade in circles."),
    ),
    "band": Explained(
        N_("Limit that experience suggests"),
        N_(
            "Two to three times what was received in an average month, within everybody's limit"
            " and the cap."
        ),
        N_("Thomas Greco's rule of thumb, from practice in several exchanges."),
        N_(
            "A young cell's year is not full yet, so its band is low. The rule knows no seasons,"
            " and not what the cell could sell with more credit."
        ),
    ),
    "days_below": Explained(
        N_("Days below zero"),
        N_("Days that ended with a balance below zero, and the longest run of them."),
        N_("ReSource calls credit in after 6 or 12 months; nothing is called in here."),
        N_(
            "A day counts whether the balance was just below zero or at the limit: see use of"
            " the limit."
        ),
    ),
    "use": Explained(
        N_("Use of the limit"),
        N_(
            "The part of the limit in force that was used, as the mean over all days on which"
            " there was one."
        ),
        N_("Usual in mutual credit and banking."),
        N_("High use can mean a limit too small as well as a cell in trouble."),
    ),
    "days_to_zero": Explained(
        N_("Days of sales back to zero"),
        N_("What is below zero now, divided by what is received on an average day."),
        N_("As days sales outstanding in bookkeeping."),
        N_("It supposes that the cell gives on as it did and takes nothing."),
    ),
    "reciprocity": Explained(
        N_("Giving and taking in balance"),
        N_("1 − |received − sent| ÷ (received + sent): 100% gives as much as it takes."),
        N_("Community exchanges advise to stay near zero on average."),
        N_("Over a short time one large purchase looks one-sided."),
    ),
    "diversity": Explained(
        N_("Diversity of partners"),
        N_("1 ÷ Σ share²: how many equally large partners would be as diverse."),
        N_("Laakso and Taagepera, 1979; Herfindahl's index."),
        N_("It cannot see that two partners are one household, nor a ring that trades for show."),
    ),
    "cycles": Explained(
        N_("Trade in circles"),
        N_(
            "Turnover with partners from whom goods find the way back through at most four"
            " cells, over all turnover."
        ),
        N_("Mattsson, Criscione and Takes, Scientific Reports 13, 2023."),
        N_("A high share can be a working local economy, or a ring that trades for show."),
    ),
    "exposure": Explained(
        N_("What the community stands in for"),
        N_("The sum of all balances below zero, and the sum of all limits before and after."),
        N_("Plain bookkeeping; concentration is Herfindahl's index."),
        N_("Not everybody can be at their limit at once: all balances add up to zero."),
    ),
    "cover": Explained(
        N_("Cover by the fund"),
        N_(
            "The community's funds, over this limit and over the three largest balances below zero."
        ),
        N_("A rule of thumb of reserves."),
        N_("What a fund is meant for is the community's to say."),
    ),
    "loss": Explained(
        N_("If the cell left with the whole limit used"),
        N_("That sum shared out in proportion to balances above zero, beside equal shares."),
        N_("Follows from balances that add up to zero."),
        N_(
            "Nobody loses anything by itself: whoever holds a balance finds less to get for it."
            " Who holds much today may hold little then."
        ),
    ),
    "futures": Explained(
        N_("The next 26 weeks"),
        N_("2,000 futures, each put together from four-week pieces of the cell's own last year."),
        N_("Moving block bootstrap: Künsch, Annals of Statistics 17, 1989."),
        N_(
            "It supposes that the coming half year is like the last year, and cannot see what a"
            " larger limit would change in the cell's plans."
        ),
    ),
}
