"""Statements made up for the tests of their forms."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ledger.kernel.units import Unit, shown_number
from ledger.statements.formats import Extract, Line

POIN = Unit("poin", "poin", 2, "XPN")
JAM = Unit("jam", "jam", 0, "XJM")
ZONE = "Asia/Jakarta"
STARTS, ENDS = (
    datetime(2026, month, 1, tzinfo=ZoneInfo(ZONE)).astimezone(UTC) for month in (10, 11)
)

LONG = "Koperasi Perempuan Pembuat Jamu dan Ramuan Tradisional Nusantara Sragen Bersatu 1"
NAMES = (
    "Warung Siti",
    LONG[:80],
    "مؤسسة الأعشاب الطبية",
    "שכנים למען שכנים",
    "漢方薬の母たち",
    '=HYPERLINK("http://x") "kutip" \\ & <b>; | tag:x',
)
WORDS = (
    "Jamu kunyit asam",
    "=1+1",
    "شكراً على الخبز",
    "תודה",
    "味噌と豆腐 二キロ",
    '; | "kutip" & <b> \\ , é ½ kg\tbaru',
    "",
    "Sangat panjang " * 40,
)


def an_extract(
    trades: int, rng: random.Random | None = None, *, unit: Unit = POIN, name: str = NAMES[0],
    opening: int = 0, account: int = 42,
) -> Extract:  # fmt: skip
    """The month of an account with so many movements, of any size, with any words."""
    rng = rng or random.Random(1)
    lines: list[Line] = []
    balance = opening
    for number in range(1, trades + 1):
        amount = rng.choice((-1, 1)) * rng.randint(1, 50_000)
        balance += amount
        at = STARTS + (ENDS - STARTS) * number / (trades + 1)
        other = rng.randrange(len(NAMES))
        day = at.astimezone(ZoneInfo(ZONE)).date()
        lines.append(
            Line(
                seq=100 + number,
                entry_id=5000 + number,
                kind="reversal" if number % 50 == 7 else "trade",
                booked_at=at,
                booked_on=day,
                occurred_on=day - timedelta(days=rng.randrange(3)),
                other="" if number % 60 == 9 else shown_number("SB", other + 1),
                other_name="" if number % 60 == 9 else NAMES[other],
                what=rng.choice(WORDS),
                amount=amount,
                balance=balance,
            )
        )
    return Extract(
        number=f"{shown_number('SB', account)}-2026-10",
        community="SB",
        community_name="Simpul Bandung–Sragen",
        unit=unit,
        zone=ZONE,
        account=shown_number("SB", account),
        name=name,
        starts_at=STARTS,
        ends_at=ENDS,
        opening=opening,
        closing=balance,
        floor=-20000,
        fingerprint="ab" * 32,
        lines=tuple(lines),
    )


def tampered(extract: Extract, place: int) -> Extract:
    """The same with one smallest part more in one movement, and nothing else changed."""
    lines = list(extract.lines)
    lines[place] = replace(lines[place], amount=lines[place].amount + 1)
    return replace(extract, lines=tuple(lines))
