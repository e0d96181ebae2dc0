"""Engines for SQLite and PostgreSQL, set up so that no committed entry is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from ledger.persistence.desks import DeskPool
from ledger.persistence.dialects import begin_driver
from ledger.persistence.queue import WriterQueue

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": 30000,
    "cache_size": -8000,
    "wal_autocheckpoint": 16000,
}
"""`synchronous` 2 is FULL: the log is synced before a commit is answered. 8 MB of cache for
each connection; the log goes into the database after 16,000 pages (64 MB), sixteen times as
seldom as by default: a page that many postings touch is then written once for them all."""


def make_engine(url: str, *, pool_size: int = 16) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`.

    Raises ValueError for any other database: the journal's defence exists on
    these two only.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url, pool_size)
    if backend == "postgresql":
        return _postgresql_engine(url, pool_size)
    raise ValueError(f"Simpul keeps its books on SQLite or PostgreSQL, not on {backend}.")


def pool_of(engine: Engine) -> DeskPool:
    """The pool of an engine made here."""
    assert isinstance(engine.pool, DeskPool)
    return engine.pool


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("Simpul's SQLite database is a file: sqlite:///var/simpul.db")
    engine = create_engine(
        make_url(url).set(drivername="sqlite+simpul"),
        poolclass=DeskPool,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"timeout": 30, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    pool_of(engine).queue = WriterQueue(f"{path}.lock")
    return engine


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    """An engine whose pool asks a connection whether it still lives before it lends it.

    Desks keep the round trip out of payments. Plans are made once for each prepared
    statement: left to itself the planner makes a new one for every posting, which
    takes as long as the posting (measured). And no plan scans a table that has an
    index for it: one made while the table was empty would stay.
    """
    options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
    engine = create_engine(
        make_url(url).set(drivername="postgresql+simpul"),
        poolclass=DeskPool,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": options},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Send every integer as a bigint.

    The driver would choose by size, and prepare one statement for each mixture of sizes.
    """
    connection.adapters.register_dumper(int, Int8Dumper)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for name, value in _PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    for name, value in _PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise RuntimeError(f"SQLite did not take PRAGMA {name} = {value}; it says {found}.")


@contextmanager
def begin_writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes, without a session: for migrations and the owner's hand."""
    with engine.connect() as connection:
        begin_driver(engine.dialect, connection.connection.driver_connection, write=True)
        with connection.begin():
            yield connection
