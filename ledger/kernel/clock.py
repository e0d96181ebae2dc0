"""The only reader of the clock. Services take `now`; edges call `now()`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """The present instant, in UTC with microseconds."""
    return datetime.now(UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware `instant`: exact, and equal on every database."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant, in UTC, of `micros` microseconds since 1970."""
    return _EPOCH + micros * _MICROSECOND


def iso(when: date | None) -> str | None:
    """A day or an instant in ISO 8601, None where there is none: as JSON holds it."""
    return when.isoformat() if when else None


def day_of(instant: datetime, zone: str) -> date:
    """The calendar day of `instant` in the time zone named `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The first instant of `day` in `zone`, in UTC, also where clocks skip or repeat midnight."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def noon_of(day: date, zone: str) -> datetime:
    """Noon of `day` in `zone`, as an instant in UTC: no zone's clock skips noon."""
    return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
