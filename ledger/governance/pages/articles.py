"""The constitution in words: each article with its figure, for reading, changing, comparing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from ledger.governance.rules.constitution import Constitution
from ledger.kernel.units import Unit
from ledger.members.service.wording import SIGHTS
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.web import runtime

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which unit."""

    speaker: Speaker
    unit: Unit


Value = Callable[[Constitution, Reader], str]


@dataclass(frozen=True, slots=True)
class Article:
    """An article: `name` is its field in the form, `sentence` has `%(value)s` in it."""

    name: str
    heading: str
    sentence: str
    value: Value
    entry: Value
    kind: str = "whole"
    """What the form asks for: `whole`, `figure`, `percent`, `ratio`, `hours`, `days`, `choice`."""


@dataclass(frozen=True, slots=True)
class Told:
    """An article of one version, in the reader's words."""

    number: int
    heading: str
    sentence: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What an article says now, and what it would say."""

    heading: str
    before: str
    after: str


def _whole(get: Callable[[Constitution], int]) -> tuple[Value, Value]:
    return (
        lambda text, reader: reader.speaker.number(get(text)),
        lambda text, _reader: str(get(text)),
    )


def _figure(get: Callable[[Constitution], int]) -> tuple[Value, Value]:
    return (
        lambda text, reader: reader.speaker.amount(get(text), reader.unit),
        lambda text, reader: reader.speaker.entry(get(text), reader.unit),
    )


def _ratio(rule: str, part: str) -> tuple[Value, Value]:
    def get(text: Constitution) -> Fraction:
        found = getattr(getattr(text, rule), part)
        assert isinstance(found, Fraction)
        return found

    def written(text: Constitution, _reader: Reader) -> str:
        found = get(text)
        return str(found.numerator) if found.denominator == 1 else str(found)

    return written, written


def _period(get: Callable[[Constitution], timedelta], span: timedelta) -> tuple[Value, Value]:
    return (
        lambda text, reader: _lasting(get(text), reader.speaker),
        lambda text, _reader: str(-(-get(text) // span)),
    )


def _lasting(period: timedelta, speaker: Speaker) -> str:
    if period % _DAY or period < 3 * _DAY:
        return speaker.ngettext("%(count)s hour", "%(count)s hours", period // _HOUR)
    return speaker.ngettext("%(count)s day", "%(count)s days", period // _DAY)


def _months(text: Constitution, reader: Reader) -> str:
    return reader.speaker.ngettext("%(count)s month", "%(count)s months", text.term_months)


def _percent(text: Constitution, _reader: Reader) -> str:
    return f"{text.grid.growth.numerator * 100 // text.grid.growth.denominator}%"


def _percent_entry(text: Constitution, _reader: Reader) -> str:
    return str(text.grid.growth.numerator * 100 // text.grid.growth.denominator)


def _sight(text: Constitution, reader: Reader) -> str:
    return reader.speaker.gettext(SIGHTS[text.transparency])


COMMITTEE = (
    Article(
        "seats",
        N_("Seats"),
        N_("The committee has %(value)s seats. All members elect its stewards, in secret."),
        *_whole(lambda text: text.seats),
        kind="choice",
    ),
    Article(
        "alternates",
        N_("Alternates"),
        N_(
            "%(value)s alternates stand by, in the order in which they were elected. They step in"
            " when a seat becomes free early, or when too few stewards may vote."
        ),
        *_whole(lambda text: text.alternates),
    ),
    Article(
        "term_months",
        N_("Terms"),
        N_("A term lasts %(value)s. About half of the seats are up for election at a time."),
        value=_months,
        entry=lambda text, _reader: str(text.term_months),
    ),
    Article(
        "terms_in_a_row",
        N_("Terms in a row"),
        N_("At most %(value)s terms in a row; after half a year's break one may stand again."),
        *_whole(lambda text: text.terms_in_a_row),
    ),
)

LIMITS = (
    Article(
        "least",
        N_("The limit that every cell has"),
        N_("Every cell may go %(value)s below zero. No vote sets a lower limit."),
        *_figure(lambda text: text.grid.least),
        kind="figure",
    ),
    Article(
        "newcomers",
        N_("New cells"),
        N_("A cell that enrols begins with a limit of %(value)s."),
        *_figure(lambda text: text.newcomers),
        kind="figure",
    ),
    Article(
        "step",
        N_("Steps"),
        N_("Limits are voted in steps of %(value)s."),
        *_figure(lambda text: text.grid.step),
        kind="figure",
    ),
    Article(
        "cap",
        N_("The cap"),
        N_("A limit above %(value)s takes an exceptional vote."),
        *_figure(lambda text: text.grid.cap),
        kind="figure",
    ),
    Article(
        "growth",
        N_("How far at once"),
        N_(
            "A limit grows by at most %(value)s, or by one step if that is more. Going further"
            " takes an exceptional vote."
        ),
        value=_percent,
        entry=_percent_entry,
        kind="percent",
    ),
    Article(
        "growth_time",
        N_("How soon again"),
        N_("What a limit grew within %(value)s is counted together."),
        *_period(lambda text: text.grid.growth_time, _DAY),
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
        *_ratio("ordinary", "quorum"),
        kind="ratio",
    ),
    Article(
        "ordinary_threshold",
        N_("Agreement of the committee"),
        N_("More than %(value)s of the votes have to agree on a change."),
        *_ratio("ordinary", "threshold"),
        kind="ratio",
    ),
    Article(
        "exceptional_quorum",
        N_("Quorum of exceptional votes"),
        N_(
            "This share of the stewards who may vote has to take part: %(value)s"
            " (1 is all of them)."
        ),
        *_ratio("exceptional", "quorum"),
        kind="ratio",
    ),
    Article(
        "exceptional_threshold",
        N_("Agreement in exceptional votes"),
        N_("More than %(value)s of the votes have to agree."),
        *_ratio("exceptional", "threshold"),
        kind="ratio",
    ),
    Article(
        "all_members_quorum",
        N_("Quorum of all members"),
        N_("%(value)s of the cells on the roll. One cell, one vote, in secret."),
        *_ratio("all_members", "quorum"),
        kind="ratio",
    ),
    Article(
        "all_members_threshold",
        N_("Agreement of all members"),
        N_("More than %(value)s of the votes have to say yes."),
        *_ratio("all_members", "threshold"),
        kind="ratio",
    ),
)


def _term(name: str, heading: str, sentence: str, span: timedelta) -> Article:
    kind = "hours" if span == _HOUR else "days"
    return Article(
        name, heading, sentence, *_period(lambda text: getattr(text.terms, name), span), kind=kind
    )


PERIODS = (
    _term(
        "discussion",
        N_("Discussion"),
        N_("Every proposal is discussed for %(value)s before anybody votes."),
        _HOUR,
    ),
    _term("voting", N_("Voting"), N_("A vote is open for %(value)s."), _DAY),
    _term(
        "late",
        N_("Late quorum"),
        N_(
            "A vote of the committee that reaches its quorum in the last %(value)s is extended"
            " once, by as long again."
        ),
        _HOUR,
    ),
    _term(
        "raise_wait",
        N_("Wait before a raise"),
        N_(
            "A raise takes effect %(value)s after its outcome is published; until then anybody who"
            " may can appeal."
        ),
        _HOUR,
    ),
    _term(
        "cut_wait",
        N_("Wait before a cut"),
        N_("A cut takes effect %(value)s after its outcome is published."),
        _DAY,
    ),
    _term(
        "panel",
        N_("Appeals"),
        N_("A panel drawn by lot has %(value)s; its silence upholds the decision."),
        _DAY,
    ),
    _term(
        "execution",
        N_("Expiry"),
        N_("A decision that could not take effect within %(value)s expires."),
        _DAY,
    ),
    _term(
        "reopening",
        N_("Opening again"),
        N_("A vote in which too few took part can be opened again within %(value)s, once."),
        _DAY,
    ),
    _term(
        "return_after",
        N_("Coming again"),
        N_("What was voted down can be proposed again after %(value)s."),
        _DAY,
    ),
)

OPENNESS = (
    Article(
        "transparency",
        N_("Who sees balances"),
        N_("%(value)s"),
        value=_sight,
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


def told(
    text: Constitution, unit: Unit, before: Constitution | None = None
) -> list[tuple[str, list[Told]]]:
    """The chapters of a version in the visitor's words; marked what differs from `before`."""
    reader = Reader(runtime.speaker(), unit)
    say, number, chapters = reader.speaker.gettext, 0, []
    for heading, articles in CHAPTERS:
        lines = []
        for one in articles:
            number += 1
            lines.append(
                Told(
                    number,
                    say(one.heading),
                    say(one.sentence, value=one.value(text, reader)),
                    before is not None and one.value(before, reader) != one.value(text, reader),
                )
            )
        chapters.append((say(heading), lines))
    return chapters


def differences(before: Constitution, after: Constitution, unit: Unit) -> list[Change]:
    """The articles that differ, side by side."""
    reader = Reader(runtime.speaker(), unit)
    return [
        Change(reader.speaker.gettext(one.heading), was, would)
        for _, articles in CHAPTERS
        for one in articles
        if (was := one.value(before, reader)) != (would := one.value(after, reader))
    ]


def entries(text: Constitution, unit: Unit) -> dict[str, str]:
    """What the form's fields hold when nothing is changed yet."""
    reader = Reader(runtime.speaker(), unit)
    return {one.name: one.entry(text, reader) for _, articles in CHAPTERS for one in articles}
