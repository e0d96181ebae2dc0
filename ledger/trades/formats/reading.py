"""How people wrote the values of their books: days, figures, numbers and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ledger.kernel import clock
from ledger.kernel.amounts import LARGEST, Amount
from ledger.kernel.names import NameUnreadable, normal_name
from ledger.kernel.units import read_number
from ledger.members.service import FIRST_FUND, EnrolCell
from ledger.text.phrases import N_
from ledger.trades.formats.lines import Problem

DAYS = ("iso", "dmy")
DECIMALS = (".", ",")

LONGEST_REFERENCE = 64

OPENING, ASSOCIATION = "*opening", "*association"
"""Sides of a trade that are no cell: what opening balances leave, and the community itself."""

_TIME = (
    r"(?:[T ]([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]{1,9})?"
    r"\s*(UTC|Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_PATTERNS = {
    "iso": re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}", re.ASCII),
    "dmy": re.compile(rf"([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{4}}){_TIME}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, as the person says, and into what.

    `days` is one of `DAYS`, `decimal` one of `DECIMALS`. `scale` is that of the
    community's unit; one unit is `seconds` of those who count time. `floor` and
    `ceiling` are the limits that the community gives a new cell. `opening` names an
    opening balance.
    """

    code: str
    scale: int
    zone: str
    today: date
    days: str = "iso"
    decimal: str = "."
    seconds: int = 3600
    floor: int = 0
    ceiling: int | None = None
    opening: str = ""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A cell of earlier books. `key` is what it is called there.

    `cell.number` is 0 where one is to be found. `has_limits`: they came with it, and are
    not the community's own. Limits and the `balance` it brings are in smallest parts.
    """

    key: str
    cell: EnrolCell
    floor: int
    ceiling: int | None
    has_limits: bool = False
    balance: int = 0


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A trade of the past: `payer` sent `amount` to `payee`, both by their keys."""

    reference: str
    day: date
    payer: str
    payee: str
    amount: Amount
    what: str


Values = Mapping[str, str]


def number_in(text: str, reading: Reading) -> int:
    """The account number. Raises `Problem`."""
    number = read_number(reading.code, text)
    if not number:
        raise Problem(N_("%(text)s is no account number of this community."), text=text)
    if number >= FIRST_FUND:
        raise Problem(N_("Numbers from %(first)s on belong to funds."), first=FIRST_FUND)
    return number


def name_in(text: str) -> str:
    """A name of a cell. Raises `Problem`."""
    try:
        return normal_name(text)
    except NameUnreadable as error:
        raise Problem(N_("The name is empty, too long, or has characters that hide.")) from error


def day_in(text: str, reading: Reading) -> date:
    """A day that has come, with or without a time; one of another zone is put into ours.

    Raises `Problem`.
    """
    if not text:
        raise Problem(N_("The day is missing."))
    day = _day(text, reading)
    if day is None:
        raise Problem(_NO_DAY[reading.days], text=text)
    if day > reading.today:
        raise Problem(N_("The day %(day)s lies ahead."), day=day.isoformat())
    if day.year < _EARLIEST:
        raise Problem(N_("The day %(day)s is too long ago."), day=day.isoformat())
    return day


def _day(text: str, reading: Reading) -> date | None:
    match = _PATTERNS[reading.days].fullmatch(text)
    if match is None:
        return None
    first, month, last, time, offset = match.groups()
    year, day = (first, last) if reading.days == "iso" else (last, first)
    try:
        found = date(int(year), int(month), int(day))
        if not (time and offset) or found.year < _EARLIEST:
            return found
        shift = "+00:00" if offset in {"UTC", "Z"} else offset
        clock_time = time if time.index(":") == _TWO else f"0{time}"
        instant = datetime.fromisoformat(f"{found.isoformat()}T{clock_time}{shift}")
    except ValueError:
        return None
    return clock.day_of(instant.astimezone(UTC), reading.zone)


def amount_in(text: str, reading: Reading) -> Amount:
    """A figure above zero, in smallest parts. Raises `Problem`."""
    found = figure_in(text, reading)
    if found <= 0:
        raise Problem(_OUT_OF_RANGE, text=text)
    return Amount(found)


def limit_in(text: str, reading: Reading) -> int:
    """A figure of zero or above. Raises `Problem`."""
    found = figure_in(text, reading)
    if found < 0:
        raise Problem(_OUT_OF_RANGE, text=text)
    return found


def figure_in(text: str, reading: Reading) -> int:
    """A figure with the decimal sign that was said, in smallest parts. Raises `Problem`.

    Groups of three may be marked by the other sign. Strict: `1.500` must not come in
    as 1.5 here and as 1500 there.
    """
    if not text:
        raise Problem(N_("A figure is missing."))
    match = _figure(reading.decimal).fullmatch(text)
    if match is None or len(match[3] or "") > reading.scale:
        raise Problem(_NO_FIGURE[reading.decimal], text=text, scale=reading.scale)
    whole, part = re.sub(r"\D", "", match[2]), (match[3] or "").ljust(reading.scale, "0")
    value: int = int(whole) * 10**reading.scale + int(part or "0")
    if value > LARGEST:
        raise Problem(_OUT_OF_RANGE, text=text)
    return -value if match[1] else value


def _figure(decimal: str) -> re.Pattern[str]:
    return _FIGURES[decimal]


_FIGURES = {
    decimal: re.compile(
        rf"(-?)([0-9]{{1,16}}|[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}}){{1,5}})"
        rf"(?:{re.escape(decimal)}([0-9]{{1,3}}))?",
        re.ASCII,
    )
    for decimal, group in ((".", ","), (",", "."))
}
_EARLIEST = 1950
_TWO = 2
_OUT_OF_RANGE = N_("The amount %(text)s is zero or less, or too large.")
_NO_FIGURE = {
    ".": N_("%(text)s is no amount with at most %(scale)s decimals after a point."),
    ",": N_("%(text)s is no amount with at most %(scale)s decimals after a comma."),
}
_NO_DAY = {
    "iso": N_("%(text)s is no day like 2026-11-03."),
    "dmy": N_("%(text)s is no day like 03/11/2026."),
}
