"""An entry that fits the books in all but one thing is found, and that thing is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ledger.audit.rules import fingerprint
from ledger.audit.service import prove
from ledger.kernel.clock import to_micros
from tests.audit.defenceless import Defenceless, insert, rows_of, update
from tests.bookkeeping import MORNING


def forge(connection: Connection, accounts: tuple[int, int] = (1, 2), **fields: object) -> None:
    """Write an entry of five from one account to another that fits, but for `fields`."""
    rows = [row for row in rows_of(connection, "account") if row["community_id"] == 1]
    known = {row["number"]: dict(row) for row in rows}
    lines = []
    for number, amount in zip(accounts, (-5, 5), strict=True):
        known[number]["last_seq"] += 1
        known[number]["balance"] += amount
        lines.append((number, known[number]["last_seq"], amount, known[number]["balance"]))
    instant = max(row["not_before"] for row in rows)
    entry = {"id": 900, "kind": "trade", "booked_at": instant, "occurred_on": "2026-11-23"} | fields
    printed = fingerprint(entry["kind"], entry["occurred_on"], None, sorted(lines))
    rest = {"actor": 7, "request_key": "forged", "fingerprint": printed, "legs": 2}
    insert(connection, "entry", {"community_id": 1} | entry | rest)
    for line in lines:
        posting = dict(zip(("account", "seq", "amount", "balance"), line, strict=True))
        insert(connection, "posting", {"community_id": 1, "entry_id": 900} | posting)
    for number in accounts:
        moved = {name: known[number][name] for name in ("balance", "last_seq")}
        update(connection, "account", known[number], not_before=entry["booked_at"], **moved)


def said_of(books: Defenceless, connection: Connection, **more: Any) -> str:
    """What the audit says."""
    return str(prove(connection, books.anchors, **more).wrong)


def test_a_forged_entry_that_fits_is_one_that_waits(books: Defenceless) -> None:
    """So that the findings below mean something."""
    with books.undone() as connection:
        forge(connection)
        assert said_of(books, connection) == "None"


def test_a_day_that_is_none_is_found(books: Defenceless) -> None:
    """PostgreSQL takes `infinity` for a date, which no page of ours could read again."""
    days = ["infinity", "yesterday", "20261123", "2026-11-31"]
    for day in days[:1] if books.engine.dialect.name == "postgresql" else days:
        with books.undone() as connection:
            forge(connection, occurred_on=day)
            assert f"(community 1, id 900): it occurred on '{day}'" in said_of(books, connection)


def test_a_kind_that_is_none_is_found(books: Defenceless) -> None:
    with books.undone() as connection:
        forge(connection, kind="bank")
        assert "(community 1, id 900): its kind is bank" in said_of(books, connection)


def test_two_postings_of_an_entry_on_one_account_are_found(books: Defenceless) -> None:
    with books.undone() as connection:
        forge(connection, accounts=(1, 1))
        assert "entry 900 has two postings on this account" in said_of(books, connection)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(hours=23), "None"),
        (timedelta(days=400), "account (community 1, number 1): it books in the future"),
    ],
)
def test_a_year_that_is_yet_to_come_is_found(
    books: Defenceless, ahead: timedelta, said: str
) -> None:
    """By a clock that was wrong or a hand: no month that ends would hold what is booked so."""
    with books.undone() as connection:
        forge(connection, booked_at=to_micros(MORNING + ahead))
        assert said_of(books, connection, now=MORNING) == said


def test_books_that_cannot_be_read_are_a_finding(books: Defenceless) -> None:
    with books.undone() as connection:
        connection.execute(text("ALTER TABLE seal_mark RENAME TO mislaid"))
        assert "database (all communities): unreadable: " in said_of(books, connection)
