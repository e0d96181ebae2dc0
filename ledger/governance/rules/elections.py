"""Seats on the committee: which are up, how long a term is, and who may stand again."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

NOMINATIONS = timedelta(days=7)
"""How long candidates can be named before voting opens."""

HANDOVER = timedelta(days=30)
"""A seat whose term ends this soon after an election is up in it already."""

CALLED_AHEAD = timedelta(days=21)
"""So long before a term ends an election is called, if nobody called one."""

BREAK = timedelta(days=182)
"""Terms less than this apart are terms in a row."""

ELECTED = "decision:"
"""How the authority of an elected steward begins."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A steward's time in office. `ends_at` is None for who serves until an election."""

    person_id: int
    authority: str
    since: datetime
    ends_at: datetime | None
    until: datetime | None = None

    @property
    def is_elected(self) -> bool:
        """Whether the members elected them, and not the founding or two stewards."""
        return self.authority.startswith(ELECTED)

    @property
    def last(self) -> datetime | None:
        """When it was over or will be."""
        ends = [one for one in (self.until, self.ends_at) if one is not None]
        return min(ends, default=None)

    def stays_past(self, instant: datetime) -> bool:
        """Whether the members elected them for longer than `instant`."""
        return self.is_elected and (self.last is None or self.last > instant)


def seats_up(seats: int, serving: Sequence[Seat], closes_at: datetime) -> int:
    """How many of `seats` an election fills whose vote closes at `closes_at`."""
    kept = sum(one.stays_past(closes_at + HANDOVER) for one in serving)
    return max(seats - kept, 0)


def leaving(seats: int, serving: Sequence[Seat], seated: Sequence[int], now: datetime) -> list[int]:
    """Who makes room once `seated` took their seats: those not elected, the newest first.

    Then whose term ends soonest within `HANDOVER`. Nobody leaves as long as there are seats.
    """
    others = [one for one in serving if one.person_id not in seated]
    going = [one for one in others if not one.stays_past(now + HANDOVER)]
    going.sort(key=lambda one: (one.is_elected, one.last or now, -one.since.timestamp()))
    surplus = max(len(others) + len(seated) - seats, 0)
    return [one.person_id for one in going[:surplus]]


def full_terms(filled: int, seats: int) -> int:
    """How many of `filled` seats get a whole term; the others half of one.

    Never more than half of the committee, rounded up, is up at once: so terms are staggered.
    """
    return min(filled, -(-seats // 2))


def term_end(day: date, months: int) -> date:
    """The day on which a term of `months` that begins on `day` is over."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def terms_in_a_row(served: Sequence[Seat], at: datetime) -> int:
    """How many elected terms somebody has served up to `at` without half a year between."""
    count, newest = 0, at
    for one in sorted(served, key=lambda seat: seat.since, reverse=True):
        if not one.is_elected:
            continue
        if newest - (one.last or at) >= BREAK:
            break
        count, newest = count + 1, one.since
    return count
