"""Calendar months of a community: `[first instant, first instant of the next)` in its zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.kernel import clock

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; written `2026-10`, kept as the integer 202610."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def key(self) -> int:
        """As the tables keep it: 202610."""
        return self.year * 100 + self.number

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Month:
        """The month after."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Month:
        """The month before."""
        return month_of(self.first_day - timedelta(days=1))

    def starts(self, zone: str) -> datetime:
        """Its first instant in the time zone named `zone`, in UTC."""
        return clock.start_of(self.first_day, zone)

    def ends(self, zone: str) -> datetime:
        """The first instant that is past it, in UTC."""
        return clock.start_of(self.next.first_day, zone)


def month_of(day: date) -> Month:
    """The month that a calendar day lies in."""
    return Month(day.year, day.month)


def month_at(instant: datetime, zone: str) -> Month:
    """The month that an instant lies in, in the time zone named `zone`."""
    return month_of(clock.day_of(instant, zone))


def month_kept(key: int) -> Month:
    """The month behind the integer 202610."""
    return Month(*divmod(key, 100))


def read_month(text: str) -> Month | None:
    """The month written as `2026-10`; None for anything else."""
    match = _WRITTEN.fullmatch(text)
    return Month(int(match[1]), int(match[2])) if match and int(match[1]) else None
