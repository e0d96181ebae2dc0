"""`post` with everything in force against the bare job through the driver."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg

from ledger.journal import service as journal
from ledger.kernel.errors import Refused
from ledger.persistence.engine import begin_writing, make_engine
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.bench.contest import Contestant, Job
from tests.databases import Database

ACCOUNTS = 10_000
_NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_DAY = date(2026, 11, 23)

BARE_TABLES = """
CREATE TABLE bare_account (id bigint PRIMARY KEY, balance bigint NOT NULL, floor bigint NOT NULL);
CREATE TABLE bare_entry (id {serial}, booked_at bigint NOT NULL);
CREATE TABLE bare_posting (entry bigint NOT NULL, account bigint NOT NULL, amount bigint NOT NULL,
                           PRIMARY KEY (entry, account));
"""

BARE_POST = """
WITH sent AS (
    UPDATE bare_account SET balance = balance - %(amount)s
    WHERE id = %(payer)s AND balance - %(amount)s >= floor RETURNING id
), entry AS (
    INSERT INTO bare_entry (booked_at) SELECT %(now)s FROM sent RETURNING id
), received AS (
    UPDATE bare_account SET balance = balance + %(amount)s FROM sent
    WHERE bare_account.id = %(payee)s
)
INSERT INTO bare_posting
SELECT entry.id, leg.account, leg.amount
FROM entry, (VALUES (%(payer)s, -%(amount)s), (%(payee)s, %(amount)s)) AS leg (account, amount)
"""
"""Check, entry, two postings, two balances, and nothing else."""


def ours(database: Database, *, shop: int | None = None) -> Contestant:
    """`post` in its unit of work; everybody pays `shop` where one is named."""

    def connect(client: int) -> Job:
        engine = make_engine(database.url)
        chance = random.Random(client)
        run = os.urandom(6).hex()

        def job(count: int) -> None:
            payer, payee = _pair(chance, shop)
            amount = chance.randint(1, 100)
            draft = journal.Draft(
                "trade",
                ((payer, -amount), (payee, amount)),
                _DAY,
                client + 1,
                f"{run}-{count:09}",
            )
            try:  # noqa: SIM105 - `suppress` would be counted as ours
                in_unit_of_work(engine, lambda session: journal.post(session, 1, draft, _NOW))
            except Refused:
                pass

        return job

    return Contestant("post", connect)


def bare_postgresql(database: Database, *, shop: int | None = None) -> Contestant:
    """One statement and its commit, by hand, through psycopg."""

    def connect(client: int) -> Job:
        connection = psycopg.connect(database.url.replace("+psycopg", ""))
        chance = random.Random(client)

        def job(count: int) -> None:
            payer, payee = _pair(chance, shop)
            asked = {
                "payer": payer,
                "payee": payee,
                "amount": chance.randint(1, 100),
                "now": count,
            }
            try:
                connection.execute(BARE_POST, asked)
                connection.commit()
            except psycopg.errors.DeadlockDetected:
                connection.rollback()

        return job

    return Contestant("bare statement", connect)


def bare_sqlite(database: Database, *, shop: int | None = None) -> Contestant:
    """The same job through the sqlite3 driver; one statement a table, as SQLite asks."""

    def connect(client: int) -> Job:
        connection = sqlite3.connect(
            database.url.removeprefix("sqlite:///"), isolation_level=None, timeout=30
        )
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = FULL")
        chance = random.Random(client)

        def job(count: int) -> None:
            payer, payee = _pair(chance, shop)
            amount = chance.randint(1, 100)
            connection.execute("BEGIN IMMEDIATE")
            sent = connection.execute(
                "UPDATE bare_account SET balance = balance - ?"
                " WHERE id = ? AND balance - ? >= floor",
                (amount, payer, amount),
            )
            if sent.rowcount:
                entry = connection.execute(
                    "INSERT INTO bare_entry (booked_at) VALUES (?)", (count,)
                ).lastrowid
                connection.execute(
                    "INSERT INTO bare_posting VALUES (?, ?, ?), (?, ?, ?)",
                    (entry, payer, -amount, entry, payee, amount),
                )
                connection.execute(
                    "UPDATE bare_account SET balance = balance + ? WHERE id = ?",
                    (amount, payee),
                )
            connection.execute("COMMIT")

        return job

    return Contestant("bare statements", connect)


def bare(database: Database, *, shop: int | None = None) -> Contestant:
    """The bare contestant for the database."""
    maker = bare_postgresql if database.kind == "postgresql" else bare_sqlite
    return maker(database, shop=shop)


def fill(database: Database) -> None:
    """Open the accounts of both contestants: floor −10,000, balance zero."""
    engine = make_engine(database.url)

    def open_accounts(session) -> None:
        journal.open_book(session, 1, _NOW)
        for number in range(1, ACCOUNTS + 1):
            journal.open_account(
                session, 1, number=number, kind="cell", floor=-10_000, ceiling=None,
                authority="founding", now=_NOW,
            )  # fmt: skip

    in_unit_of_work(engine, open_accounts)
    engine.dispose()
    owner = make_engine(database.owner_url)
    serial = "INTEGER PRIMARY KEY"
    if database.kind == "postgresql":
        serial = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    with begin_writing(owner) as connection:
        for statement in BARE_TABLES.format(serial=serial).split(";")[:-1]:
            connection.exec_driver_sql(statement)
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ACCOUNTS})"
        )
        connection.exec_driver_sql(
            f"INSERT INTO bare_account {numbers} SELECT i, 0, -10000 FROM n"
            if database.kind == "sqlite"
            else f"{numbers} INSERT INTO bare_account SELECT i, 0, -10000 FROM n"
        )
    owner.dispose()


@contextmanager
def held_open(database: Database) -> Iterator[None]:
    """Let another process have the database open, as a service's always has.

    With the last connection SQLite deletes its log, and each contestant's first seconds
    would go into growing a new one: a synced write to a growing file takes twice as long.
    """
    if database.kind != "sqlite":
        yield
        return
    hold = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]);"
        "connection.execute('SELECT count(*) FROM book').fetchall(); sys.stdin.read()"
    )
    path = database.url.removeprefix("sqlite:///")
    holder = subprocess.Popen([sys.executable, "-c", hold, path], stdin=subprocess.PIPE)
    try:
        yield
    finally:
        holder.communicate()


def _pair(chance: random.Random, shop: int | None) -> tuple[int, int]:
    payer = chance.randint(1, ACCOUNTS)
    payee = shop or chance.randint(1, ACCOUNTS)
    return (payer, payee) if payer != payee else (payer, payee % ACCOUNTS + 1)
