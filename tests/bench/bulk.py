"""`post_many` in trades a second, beside the bare inserts of the same rows."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg

from ledger.journal import service as journal
from ledger.persistence.engine import make_engine
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.bench.posting import ACCOUNTS
from tests.databases import Database

BATCH = 20_000
_NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_DAY = date(2026, 11, 23)


def drafts(count: int, run: str, accounts: range) -> Iterator[journal.Draft]:
    """Random trades of 1 to 100 between `accounts`."""
    chance = random.Random(run)
    for number in range(count):
        payer, payee = chance.sample(accounts, 2)
        amount = chance.randint(1, 100)
        yield journal.Draft(
            "history", ((payer, -amount), (payee, amount)), _DAY, 1, f"{run}-{number:012}"
        )


def grow(
    database: Database,
    entries: int,
    run: str = "grow",
    accounts: range = range(1, ACCOUNTS + 1),
) -> float:
    """Book `entries` trades through `post_many`; return how many a second."""
    engine = make_engine(database.url)
    waiting = drafts(entries, run, accounts)
    spent = 0.0
    for start in range(0, entries, BATCH):
        some = [next(waiting) for _ in range(min(BATCH, entries - start))]
        began = time.perf_counter()
        in_unit_of_work(
            engine, lambda session, some=some: journal.post_many(session, 1, some, _NOW)
        )
        spent += time.perf_counter() - began
    engine.dispose()
    return entries / spent


def bare_inserts(database: Database, entries: int) -> float:
    """Insert as many bare entries and postings through the driver, one commit a batch."""
    chance = random.Random("bare")
    spent = 0.0
    for _ in range(0, entries, BATCH):
        rows = [(chance.randint(1, ACCOUNTS), chance.randint(1, 100)) for _ in range(BATCH)]
        began = time.perf_counter()
        _BARE[database.kind](database, rows)
        spent += time.perf_counter() - began
    return entries / spent


def _bare_sqlite(database: Database, rows: list[tuple[int, int]]) -> None:
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM bare_entry").fetchone()
    numbered = list(enumerate(rows, start=last + 1))
    connection.executemany("INSERT INTO bare_entry VALUES (?, 0)", ((n,) for n, _ in numbered))
    connection.executemany(
        "INSERT INTO bare_posting VALUES (?, ?, ?), (?, ?, ?)",
        ((n, payer, -amount, n, payer + 1, amount) for n, (payer, amount) in numbered),
    )
    connection.execute("COMMIT")
    connection.close()


def _bare_postgresql(database: Database, rows: list[tuple[int, int]]) -> None:
    with psycopg.connect(database.url.replace("+psycopg", "")) as connection:
        connection.execute(
            "WITH entry AS (INSERT INTO bare_entry (booked_at)"
            " SELECT n FROM generate_series(1, %s) AS n RETURNING id, booked_at)"
            " INSERT INTO bare_posting SELECT id, payer + side, amount * (2 * side - 1)"
            " FROM entry JOIN unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY"
            "   AS asked (payer, amount, n) ON booked_at = n,"
            " generate_series(0, 1) AS side",
            (len(rows), [payer for payer, _ in rows], [amount for _, amount in rows]),
        )


_BARE = {"sqlite": _bare_sqlite, "postgresql": _bare_postgresql}
