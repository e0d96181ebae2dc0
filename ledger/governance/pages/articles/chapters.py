"""Every article of the constitution, by chapter."""

from __future__ import annotations

from datetime import timedelta

from ledger.governance.pages.articles.reading import (
    DAY,
    HOUR,
    Article,
    as_figure,
    as_months,
    as_percent,
    as_period,
    as_ratio,
    as_sight,
    as_whole,
    percent_entry,
)
from ledger.text.phrases import N_

COMMITTEE = (
    Article(
        "seats",
        N_("Seats"),
        N_("The committee has %(value)s seats. All members elect its stewards, in secret."),
        *as_whole(lambda text: text.seats),
        kind="choice",
    ),
    Article(
        "alternates",
        N_("Alternates"),
        N_(
            "%(value)s alternates stand by, in the order in which they were elected. They step in"
            " when a seat becomes free early, or when too few stewards may vote."
        ),
        *as_whole(lambda text: text.alternates),
    ),
    Article(
        "term_months",
        N_("Terms"),
        N_("A term lasts %(value)s. About half of the seats are up for election at a time."),
        value=as_months,
        entry=lambda text, _reader: str(text.term_months),
    ),
    Article(
        "terms_in_a_row",
        N_("Terms in a row"),
        N_("At most %(value)s terms in a row; after half a year's break one may stand again."),
        *as_whole(lambda text: text.terms_in_a_row),
    ),
)
LIMITS = (
    Article(
        "least",
        N_("The limit that every cell has"),
        N_("Every cell may go %(value)s below zero. No vote sets a lower limit."),
        *as_figure(lambda text: text.grid.least),
        kind="figure",
    ),
    Article(
        "newcomers",
        N_("New cells"),
        N_("A cell that enrols begins with a limit of %(value)s."),
        *as_figure(lambda text: text.newcomers),
        kind="figure",
    ),
    Article(
        "step",
        N_("Steps"),
        N_("Limits are voted in steps of %(value)s."),
        *as_figure(lambda text: text.grid.step),
        kind="figure",
    ),
    Article(
        "cap",
        N_("The cap"),
        N_("A limit above %(value)s takes an exceptional vote."),
        *as_figure(lambda text: text.grid.cap),
        kind="figure",
    ),
    Article(
        "growth",
        N_("How far at once"),
        N_(
            "A limit grows by at most %(value)s, or by one step if that is more. Going further"
            " takes an exceptional vote."
        ),
        value=as_percent,
        entry=percent_entry,
        kind="percent",
    ),
    Article(
        "growth_time",
        N_("How soon again"),
        N_("What a limit grew within %(value)s is counted together."),
        *as_period(lambda text: text.grid.growth_time, DAY),
        kind="days",
    ),
)
VOTES = (
    Article(
        "ordinary_quorum",
        N_("Quorum of the committee"),
        N_(
            "%(value)s of the stewards who may vote. Below that, each vote that is missing counts"
            " for the limit as it is."
        ),
        *as_ratio("ordinary", "quorum"),
        kind="ratio",
    ),
    Article(
        "ordinary_threshold",
        N_("Agreement of the committee"),
        N_("More than %(value)s of the votes have to agree on a change."),
        *as_ratio("ordinary", "threshold"),
        kind="ratio",
    ),
    Article(
        "exceptional_quorum",
        N_("Quorum of exceptional votes"),
        N_("%(value)s of the stewards who may vote have to take part."),
        *as_ratio("exceptional", "quorum"),
        kind="ratio",
    ),
    Article(
        "exceptional_threshold",
        N_("Agreement in exceptional votes"),
        N_("More than %(value)s of the votes have to agree."),
        *as_ratio("exceptional", "threshold"),
        kind="ratio",
    ),
    Article(
        "all_members_quorum",
        N_("Quorum of all members"),
        N_("%(value)s of the cells on the roll. One cell, one vote, in secret."),
        *as_ratio("all_members", "quorum"),
        kind="ratio",
    ),
    Article(
        "all_members_threshold",
        N_("Agreement of all members"),
        N_("More than %(value)s of the votes have to say yes."),
        *as_ratio("all_members", "threshold"),
        kind="ratio",
    ),
)


def _term(name: str, heading: str, sentence: str, span: timedelta) -> Article:
    kind = "hours" if span == HOUR else "days"
    return Article(
        name, heading, sentence, *as_period(lambda text: getattr(text.terms, name), span), kind=kind
    )


PERIODS = (
    _term(
        "discussion",
        N_("Discussion"),
        N_("Every proposal is discussed for %(value)s before anybody votes."),
        HOUR,
    ),
    _term("voting", N_("Voting"), N_("A vote is open for %(value)s."), DAY),
    _term(
        "late",
        N_("Late quorum"),
        N_(
            "A vote of the committee that reaches its quorum in the last %(value)s is extended"
            " once, by as long again."
        ),
        HOUR,
    ),
    _term(
        "raise_wait",
        N_("Wait before a raise"),
        N_(
            "A raise takes effect %(value)s after its outcome is published; until then anybody who"
            " may can appeal."
        ),
        HOUR,
    ),
    _term(
        "cut_wait",
        N_("Wait before a cut"),
        N_("A cut takes effect %(value)s after its outcome is published."),
        DAY,
    ),
    _term(
        "panel",
        N_("Appeals"),
        N_("A panel drawn by lot has %(value)s; its silence upholds the decision."),
        DAY,
    ),
    _term(
        "execution",
        N_("Expiry"),
        N_("A decision that could not take effect within %(value)s expires."),
        DAY,
    ),
    _term(
        "reopening",
        N_("Opening again"),
        N_("A vote in which too few took part can be opened again within %(value)s, once."),
        DAY,
    ),
    _term(
        "return_after",
        N_("Coming again"),
        N_("What was voted down can be proposed again after %(value)s."),
        DAY,
    ),
)
OPENNESS = (
    Article(
        "transparency",
        N_("Who sees balances"),
        N_("%(value)s"),
        value=as_sight,
        entry=lambda text, _reader: text.transparency,
        kind="choice",
    ),
)
CHAPTERS: tuple[tuple[str, tuple[Article, ...]], ...] = (
    (N_("The committee"), COMMITTEE),
    (N_("Credit limits"), LIMITS),
    (N_("How votes are counted"), VOTES),
    (N_("How long things take"), PERIODS),
    (N_("Openness"), OPENNESS),
)
