"""Engines for SQLite and PostgreSQL, set up so that no committed entry is lost."""

from __future__ import annotations

import sqlite3
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from ledger.persistence.queue import WriterQueue

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": 30000,
}
"""`synchronous` 2 is FULL: the log is synced before a commit is answered."""


def make_engine(url: str, *, pool_size: int = 16) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`.

    Raises ValueError for any other database: the journal's defence exists on
    these two only.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url)
    if backend == "postgresql":
        return create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    raise ValueError(f"Simpul keeps its books on SQLite or PostgreSQL, not on {backend}.")


def writer_queue(engine: Engine) -> WriterQueue | None:
    """The queue that writers of `engine` wait in; None where the database queues them."""
    return _QUEUES.get(engine)


_QUEUES: WeakKeyDictionary[Engine, WriterQueue] = WeakKeyDictionary()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("Simpul's SQLite database is a file: sqlite:///var/simpul.db")
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    _QUEUES[engine] = WriterQueue(f"{path}.lock")
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for name, value in _PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    for name, value in _PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise RuntimeError(f"SQLite did not take PRAGMA {name} = {value}; it says {found}.")


def _begin_sqlite(connection: Connection) -> None:
    """Begin as writer at once where the unit of work says so.

    The driver's default begins as a reader and turns writer midway, which loses
    three of four concurrent updates without an error.
    """
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")
