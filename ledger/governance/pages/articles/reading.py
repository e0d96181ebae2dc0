"""An article, and the ways in which its figure is read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from ledger.governance.rules.constitution import Constitution
from ledger.kernel.units import Unit
from ledger.members.service.wording import SIGHTS
from ledger.text.speaker import Speaker

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


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


def as_whole(get: Callable[[Constitution], int]) -> tuple[Value, Value]:
    """A number: how it is read, and how the form writes it."""
    return (
        lambda text, reader: reader.speaker.number(get(text)),
        lambda text, _reader: str(get(text)),
    )


def as_figure(get: Callable[[Constitution], int]) -> tuple[Value, Value]:
    """An amount of the unit."""
    return (
        lambda text, reader: reader.speaker.amount(get(text), reader.unit),
        lambda text, reader: reader.speaker.entry(get(text), reader.unit),
    )


def as_ratio(rule: str, part: str) -> tuple[Value, Value]:
    """A part of a rule, as a fraction; all of them reads as 100%."""

    def get(text: Constitution) -> Fraction:
        found = getattr(getattr(text, rule), part)
        assert isinstance(found, Fraction)
        return found

    def read(text: Constitution, _reader: Reader) -> str:
        found = get(text)
        return "100%" if found == 1 else str(found)

    return read, lambda text, _reader: str(get(text))


def as_period(get: Callable[[Constitution], timedelta], span: timedelta) -> tuple[Value, Value]:
    """A time, which the form counts in spans."""
    return (
        lambda text, reader: _lasting(get(text), reader.speaker),
        lambda text, _reader: str(-(-get(text) // span)),
    )


def _lasting(period: timedelta, speaker: Speaker) -> str:
    if period % DAY or period < 3 * DAY:
        return speaker.ngettext("%(count)s hour", "%(count)s hours", period // HOUR)
    return speaker.ngettext("%(count)s day", "%(count)s days", period // DAY)


def as_months(text: Constitution, reader: Reader) -> str:
    """The term of a seat."""
    return reader.speaker.ngettext("%(count)s month", "%(count)s months", text.term_months)


def as_percent(text: Constitution, _reader: Reader) -> str:
    """How far a limit may grow at once."""
    return f"{text.grid.growth.numerator * 100 // text.grid.growth.denominator}%"


def percent_entry(text: Constitution, _reader: Reader) -> str:
    """The same as the form writes it."""
    return str(text.grid.growth.numerator * 100 // text.grid.growth.denominator)


def as_sight(text: Constitution, reader: Reader) -> str:
    """Who sees balances."""
    return reader.speaker.gettext(SIGHTS[text.transparency])
