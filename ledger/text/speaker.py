"""A speaker says numbers, days and sentences in one language, for one time zone."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date

from ledger.kernel import amounts
from ledger.kernel.amounts import Amount, AmountUnreadable
from ledger.kernel.units import Unit
from ledger.text.catalogues import Catalogue, catalogue

DEFAULT_LANGUAGE = "id"
DEFAULT_ZONE = "Asia/Jakarta"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""Languages that people may choose, each under its own name."""

_REGIONS = {"en": "en_GB"}
"""English is written here with the day before the month, as Indonesians do."""

_CLOCKS = {"id": "%H.%M", "en": "%H:%M"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says things in `language` ("id" or "en"), with times in the zone named `zone`."""

    language: str = DEFAULT_LANGUAGE
    zone: str = DEFAULT_ZONE

    @property
    def direction(self) -> str:
        """`"ltr"` or `"rtl"`, for the page's `dir`."""
        return str(_locale(self.language).text_direction)

    def gettext(self, message: str, **facts: object) -> str:
        """`message` in this language, its `%(name)s` placeholders filled with `facts`.

        A `Phrase` brings its own facts.
        """
        known = {**getattr(message, "facts", {}), **facts}
        said = self._catalogue.gettext(str(message))
        return said % known if known else said

    def ngettext(self, one: str, many: str, count: int, **facts: object) -> str:
        """The form for `count`; `%(count)s` is filled with the number as people write it."""
        facts.setdefault("count", self.number(count))
        return self.form(one, many, count) % facts

    def form(self, one: str, many: str, count: int) -> str:
        """The form for `count`, its placeholders still open."""
        return self._catalogue.ngettext(one, many, count)

    def amount(self, value: int, unit: Unit, signed: bool = False) -> str:
        """Smallest parts with the unit's symbol: `−1.234,50 poin`; `signed` adds the plus."""
        return f"{self.figure(value, unit, signed)}{NBSP}{unit.symbol}"

    def figure(self, value: int, unit: Unit, signed: bool = False) -> str:
        """Smallest parts as a number with all the unit's decimals, without its symbol."""
        whole, part = divmod(abs(value), 10**unit.scale)
        sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
        decimals = f"{_marks(self.language)[1]}{part:0{unit.scale}d}" if unit.scale else ""
        return f"{sign}{self._grouped(whole)}{decimals}"

    def number(self, value: int) -> str:
        """A count, grouped as people write it: `1.234`."""
        return f"{MINUS if value < 0 else ''}{self._grouped(abs(value))}"

    def ratio(self, thousandths: int) -> str:
        """Thousandths as a number with two decimals, rounded down: `1,25`."""
        whole, part = divmod(abs(thousandths) // 10, 100)
        sign = MINUS if thousandths < 0 else ""
        return f"{sign}{self._grouped(whole)}{_marks(self.language)[1]}{part:02d}"

    def day(self, day: date) -> str:
        """`3 November 2026`. A datetime is shown as its day in this speaker's zone."""
        return format_date(self._in_zone(day), "d MMMM y", locale=_locale(self.language))

    def short_day(self, day: date) -> str:
        """`3 Nov 2026`, for lists."""
        return format_date(self._in_zone(day), "d MMM y", locale=_locale(self.language))

    def month(self, day: date) -> str:
        """`November 2026`, for any day of the month."""
        return format_date(self._in_zone(day), "MMMM y", locale=_locale(self.language))

    def short_month(self, day: date) -> str:
        """`Nov 2026`, for charts."""
        return format_date(self._in_zone(day), "MMM y", locale=_locale(self.language))

    def time(self, instant: datetime) -> str:
        """`14.05 WIB`, in this speaker's zone."""
        local = instant.astimezone(ZoneInfo(self.zone))
        return f"{local.strftime(_CLOCKS[self.language])}{NBSP}{local.tzname()}"

    def moment(self, instant: datetime) -> str:
        """Day and time: `3 November 2026, 14.05 WIB`."""
        return f"{self.day(instant)}, {self.time(instant)}"

    def parse_amount(self, text: str, unit: Unit) -> Amount:
        """Read an amount as people write it here: `1.234,50`, or `1234,5` without groups.

        Strict, because `1,500` means 1.5 to one reader and 1500 to another: marks
        must be this locale's own, groups of three or absent, decimals at most the
        unit's, digits ASCII. Raises `AmountUnreadable` or `AmountOutOfRange`.
        """
        return amounts.as_amount(self.parse_limit(text, unit))

    def parse_limit(self, text: str, unit: Unit) -> int:
        """Read a limit in the same way, which unlike an amount may be zero."""
        text = text.strip(f" {NBSP}") if len(text) <= _LONGEST_FIGURE else ""
        match = _figure_pattern(self.language).fullmatch(text)
        if match is None:
            raise AmountUnreadable(scale=unit.scale)
        whole = match[1].replace(_marks(self.language)[0], "")
        return amounts.parse_limit(f"{whole}.{match[2]}" if match[2] else whole, unit.scale)

    def entry(self, value: int, unit: Unit) -> str:
        """`value` as `parse_amount` reads it back, to fill a form's field again."""
        return self.figure(value, unit).replace(MINUS, "-")

    @property
    def _catalogue(self) -> Catalogue:
        return catalogue(self.language)

    def _grouped(self, whole: int) -> str:
        return f"{whole:,}".replace(",", _marks(self.language)[0])

    def _in_zone(self, day: date) -> date:
        return day.astimezone(ZoneInfo(self.zone)).date() if isinstance(day, datetime) else day


speaking: ContextVar[Speaker] = ContextVar("speaking", default=Speaker())  # noqa: B039 - frozen
"""Who speaks in the templates rendered now; the edge or a job sets it."""

_LONGEST_FIGURE = 32


def negotiate(chosen: str | None, accepted: list[str]) -> str:
    """The language to speak: the one `chosen`, else the first `accepted` one we have.

    `accepted` are language tags, best first, as a browser sends them.
    """
    for tag in [chosen or "", *accepted]:
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return DEFAULT_LANGUAGE


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(_REGIONS.get(language, language))


@lru_cache
def _marks(language: str) -> tuple[str, str]:
    """The marks between groups and before decimals."""
    symbols = _locale(language).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@lru_cache
def _figure_pattern(language: str) -> re.Pattern[str]:
    group, decimal = map(re.escape, _marks(language))
    whole = rf"(0|[1-9][0-9]{{0,15}}|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}}){{1,5}})"
    return re.compile(rf"{whole}(?:{decimal}([0-9]{{1,3}}))?", re.ASCII)
