"""The fold of an account's postings, against a model that is slow and plain."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.kernel import clock
from ledger.kernel.merkle import canonical
from ledger.statements.rules.document import Ageing, Movement, Turnover
from ledger.statements.rules.months import Month, month_at, month_of
from ledger.statements.rules.running import Running, resume, run, sums

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin")
START = datetime(2025, 10, 20, tzinfo=UTC)


def a_history(chance: random.Random) -> list[Movement]:
    """Up to sixty postings through up to two years, now and then far apart."""
    found: list[Movement] = []
    at, balance = START, 0
    for seq in range(1, chance.randint(1, 60)):
        at += timedelta(
            seconds=chance.choice((0, 1, 3600, 86400 * 5, 86400 * chance.randint(1, 90)))
        )
        amount = chance.choice((1, -1)) * chance.randint(1, 50)
        if chance.random() < 0.15 and balance:
            amount = -balance
        kind = "reversal" if chance.random() < 0.1 else "trade"
        balance += amount
        found.append(
            Movement(
                seq,
                seq * 3,
                kind,
                at,
                at.date(),
                (chance.randint(2, 6),),
                None,
                amount,
                balance,
                1 if kind == "reversal" else None,
            )
        )
    return found


def months_of(history: Sequence[Movement], zone: str) -> list[Month]:
    first, last = (month_at(history[place].booked_at, zone) for place in (0, -1))
    months = [first]
    while months[-1] <= last:
        months.append(months[-1].next)
    return months


def aged_plainly(history: Sequence[Movement], on: date, zone: str) -> Ageing:
    """First in, first out: what is still open of all that was ever sent, unit by unit."""
    sent: list[tuple[date, int]] = []
    received = 0
    for one in history:
        if one.amount < 0:
            sent.append((clock.day_of(one.booked_at, zone), -one.amount))
        else:
            received += one.amount
    buckets = [0, 0, 0, 0, 0]
    for day, amount in sent:
        paid = min(amount, received)
        received -= paid
        age = (on - day).days
        place = 0 if age <= 30 else 1 if age <= 90 else 2 if age <= 180 else 3 if age <= 365 else 4
        buckets[place] += amount - paid
    return Ageing(*buckets)


def turned_plainly(history: Sequence[Movement]) -> Turnover:
    earned = spent = 0
    partners = set()
    for one in history:
        if one.kind != "reversal":
            partners |= set(one.counterparts)
            if one.amount > 0:
                earned += one.amount
            else:
                spent -= one.amount
        elif one.amount > 0:
            spent -= one.amount
        else:
            earned += one.amount
    return Turnover(earned, spent, len(partners))


def test_ten_thousand_histories_open_as_they_closed(rng: random.Random) -> None:
    """Closed month by month, each from what the one before carried over."""
    for _ in range(10_000):
        check(a_history(rng), rng.choice(ZONES))


def check(history: Sequence[Movement], zone: str) -> None:
    if not history:
        return
    carried = Running()
    closing = seq = 0
    for month in months_of(history, zone):
        here = [one for one in history if month_at(one.booked_at, zone) == month]
        opening = carried.balance
        assert opening == closing
        run(carried, month, here, zone)
        received, sent = sums(here)
        closing = opening + received - sent
        assert closing == carried.balance
        seq = here[-1].seq if here else seq
        assert carried.seq == seq
        carried = resume(json.loads(canonical(carried.kept(month.last_day))))
    assert closing == history[-1].balance


def test_what_is_carried_comes_to_what_the_whole_history_says(rng: random.Random) -> None:
    """Ageing, turnover of month and year, and the days since, against the plain model."""
    for _ in range(300):
        history, zone = a_history(rng), rng.choice(ZONES)
        if history:
            compare(history, zone)


def compare(history: Sequence[Movement], zone: str) -> None:
    carried = Running()
    for month in months_of(history, zone):
        until = [one for one in history if month_at(one.booked_at, zone) <= month]
        here = [one for one in until if month_at(one.booked_at, zone) == month]
        year = [one for one in until if month_at(one.booked_at, zone).year == month.year]
        assert run(carried, month, here, zone) == turned_plainly(here)
        assert carried.this_year.turnover() == turned_plainly(year)
        on = month.last_day
        ageing = carried.ageing(on)
        assert ageing == aged_plainly(until, on, zone)
        assert ageing.total == max(-carried.balance, 0)
        since = carried.days_since(on)
        zeros = [
            clock.day_of(one.booked_at, zone)
            for one in until
            if one.balance * (one.balance - one.amount) <= 0
        ]
        if carried.balance == 0:
            assert since.zero == 0
        else:
            assert since.zero == (on - zeros[-1]).days
        for found, sign in ((since.earning, 1), (since.spending, -1)):
            days = [
                clock.day_of(one.booked_at, zone)
                for one in until
                if one.kind != "reversal" and one.amount * sign > 0
            ]
            assert found == ((on - days[-1]).days if days else None)
        carried = resume(json.loads(canonical(carried.kept(on))))


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (180, 2), (181, 3), (365, 3), (366, 4), (900, 4)],
)
def test_where_the_ages_of_a_debt_begin(days: int, bucket: int) -> None:
    on = date(2026, 10, 31)
    day = on - timedelta(days=days)
    running = Running()
    booked = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    run(
        running,
        month_of(day),
        [Movement(1, 1, "trade", booked, day, (2,), None, -70, -70)],
        "Asia/Jakarta",
    )
    found = running.ageing(on)
    figures = (found.to_30, found.to_90, found.to_180, found.to_365, found.over)
    assert figures == tuple(70 if place == bucket else 0 for place in range(5))
    assert resume(json.loads(canonical(running.kept(on)))).ageing(on) == found
