"""What an account's postings come to, folded one by one and carried from month to month.

A closing keeps the fold as it stands at the month's end, so that the next begins there.
Folding everything from the first posting comes to the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.kernel import clock
from ledger.statements.rules.document import AGES, Ageing, DaysSince, Movement, Turnover
from ledger.statements.rules.months import Month


@dataclass(slots=True)
class Tally:
    """Turnover while it is counted."""

    earned: int = 0
    spent: int = 0
    partners: set[int] = field(default_factory=set)

    def count(self, one: Movement) -> None:
        """Take in a movement: a reversal takes back what it reverses, and is no trade."""
        if one.kind == "reversal":
            self.earned -= max(-one.amount, 0)
            self.spent -= max(one.amount, 0)
            return
        self.earned += max(one.amount, 0)
        self.spent += max(-one.amount, 0)
        self.partners.update(one.counterparts)

    def turnover(self) -> Turnover:
        """What it comes to."""
        return Turnover(self.earned, self.spent, len(self.partners))


@dataclass(slots=True)
class Running:
    """An account's fold. `lots` are what makes up its debt: (day spent, amount), oldest first.

    `year` is the calendar year that `this_year` counts.
    """

    balance: int = 0
    seq: int = 0
    lots: deque[tuple[date, int]] = field(default_factory=deque)
    zero_on: date | None = None
    earned_on: date | None = None
    spent_on: date | None = None
    year: int = 0
    this_year: Tally = field(default_factory=Tally)

    def begin(self, month: Month) -> None:
        """Enter a month: a new year counts anew."""
        if month.year != self.year:
            self.year, self.this_year = month.year, Tally()

    def take(self, one: Movement, zone: str) -> None:
        """Lay a posting on the account. Its day is that of its booking in `zone`."""
        day = clock.day_of(one.booked_at, zone)
        before, self.balance, self.seq = self.balance, self.balance + one.amount, one.seq
        if before * self.balance <= 0:
            self.zero_on = day
        if one.kind != "reversal":
            if one.amount > 0:
                self.earned_on = day
            else:
                self.spent_on = day
        self._age(day, before)
        self.this_year.count(one)

    def _age(self, day: date, before: int) -> None:
        """What goes out below zero is a new lot; what comes in pays the oldest."""
        grown = max(-self.balance, 0) - max(-before, 0)
        if grown > 0:
            if self.lots and self.lots[-1][0] == day:
                grown += self.lots.pop()[1]
            self.lots.append((day, grown))
        while grown < 0:
            since, amount = self.lots.popleft()
            if amount > -grown:
                self.lots.appendleft((since, amount + grown))
            grown += amount

    def ageing(self, on: date) -> Ageing:
        """The debt by its age on a day."""
        found = [0, 0, 0, 0, 0]
        for day, amount in self.lots:
            age = (on - day).days
            found[sum(age >= bound for bound in AGES)] += amount
        return Ageing(*found)

    def days_since(self, on: date) -> DaysSince:
        """How long ago things were on a day."""
        zero_on = on if self.balance == 0 else self.zero_on
        days = (zero_on, self.earned_on, self.spent_on)
        return DaysSince(*(None if day is None else (on - day).days for day in days))

    def kept(self, on: date) -> dict[str, object]:
        """As a closing keeps it. Lots too old to age any further become one."""
        return {
            "balance": self.balance,
            "seq": self.seq,
            "lots": [[day.isoformat(), amount] for day, amount in self._merged(on)],
            "zero_on": _iso(self.zero_on),
            "earned_on": _iso(self.earned_on),
            "spent_on": _iso(self.spent_on),
            "year": self.year,
            "earned": self.this_year.earned,
            "spent": self.this_year.spent,
            "partners": sorted(self.this_year.partners),
        }

    def _merged(self, on: date) -> list[tuple[date, int]]:
        old = [lot for lot in self.lots if (on - lot[0]).days >= AGES[-1]]
        if len(old) < 2:
            return list(self.lots)
        return [(old[0][0], sum(amount for _, amount in old)), *list(self.lots)[len(old) :]]


def run(running: Running, month: Month, movements: Iterable[Movement], zone: str) -> Turnover:
    """Take a month's movements into the fold; return the month's turnover."""
    tally = Tally()
    running.begin(month)
    for one in movements:
        running.take(one, zone)
        tally.count(one)
    return tally.turnover()


def resume(kept: Any) -> Running:
    """The fold as a closing kept it."""
    return Running(
        balance=kept["balance"],
        seq=kept["seq"],
        lots=deque((date.fromisoformat(day), amount) for day, amount in kept["lots"]),
        zero_on=_day(kept["zero_on"]),
        earned_on=_day(kept["earned_on"]),
        spent_on=_day(kept["spent_on"]),
        year=kept["year"],
        this_year=Tally(kept["earned"], kept["spent"], set(kept["partners"])),
    )


def sums(movements: Sequence[Movement]) -> tuple[int, int]:
    """Credits and debits: what was received and what was sent, both positive."""
    received = sum(one.amount for one in movements if one.amount > 0)
    return received, received - sum(one.amount for one in movements)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
