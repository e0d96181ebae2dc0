"""Statements made up to be looked at: as `Paper`, out of frozen documents."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ledger.kernel.units import Unit
from ledger.statements.formats.extract import extract_of
from ledger.statements.queries.papers import Paper
from ledger.statements.rules.document import (
    Ageing,
    DaysSince,
    Limit,
    Movement,
    SealRef,
    Statement,
    Texts,
    Turnover,
    Waiting,
    Words,
)
from ledger.statements.rules.months import Month
from tests.statements.extracts import NAMES, POIN, WORDS, ZONE

MONTH = Month(2026, 10)


def a_paper(
    trades: int, *, name: str = NAMES[0], unit: Unit = POIN, opening: int = -4200,
    names: tuple[str, ...] = NAMES, seed: int = 1,
) -> Paper:  # fmt: skip
    """A month of so many trades with `names`, beginning below zero."""
    rng = random.Random(seed)
    starts, ends = MONTH.starts(ZONE), MONTH.ends(ZONE)
    movements, balance = [], opening
    for number in range(1, trades + 1):
        amount = rng.choice((-1, 1)) * rng.randint(1, 6000)
        balance += amount
        at = starts + (ends - starts) * number / (trades + 1)
        movements.append(_movement(rng, 100 + number, at, amount, balance))
    statement = Statement(
        community="SB", unit=unit, zone=ZONE, month=MONTH, start=starts, end=ends, account=42,
        kind="cell", name=bytes(32), opening=opening,
        received=sum(one.amount for one in movements if one.amount > 0),
        sent=-sum(one.amount for one in movements if one.amount < 0),
        closing=balance, last_seq=100 + trades, movements=tuple(movements),
        this_month=Turnover(12500, 9000, 4), this_year=Turnover(210000, 198750, 23),
        limit=Limit(3, -20000, 60000, "decision", "42", datetime(2026, 3, 4, tzinfo=ZoneInfo(ZONE)),
                    21, max(balance + 20000, 0)),
        debt=Ageing(max(-balance, 0) // 2, max(-balance, 0) - max(-balance, 0) // 2),
        days_since=DaysSince(12, 3, 1), waiting=Waiting(1, 2500, 2, 4000),
        seal=SealRef(812, bytes(range(32))), parties=tuple((n + 1, None) for n in range(6)),
    )  # fmt: skip
    texts = Texts(
        {**{number: Words(one, b"") for number, one in enumerate(names, 1)}, 42: Words(name, b"")},
        {one.seq: Words(WORDS[one.seq % len(WORDS)][:200], b"") for one in movements},
    )
    extract = extract_of(statement, texts, "Simpul Bandung–Sragen")
    return Paper(statement, extract, "Bandung, Sragen", "cd" * 32)


def _movement(rng: random.Random, seq: int, at: datetime, amount: int, balance: int) -> Movement:
    return Movement(
        seq=seq,
        entry=5000 + seq,
        kind="reversal" if seq % 50 == 7 else "trade",
        booked_at=at,
        occurred_on=at.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=rng.randrange(2)),
        counterparts=(rng.randrange(6) + 1,) if seq % 60 != 9 else (1, 2),
        memo=None,
        amount=amount,
        balance=balance,
    )
