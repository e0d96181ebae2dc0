"""Engines for SQLite and PostgreSQL, set up so that no committed entry is lost."""

from __future__ import annotations

import sqlite3
import time
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.types.numeric import Int8Dumper
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.persistence.prepared import forget_prepared
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
        return _postgresql_engine(url, pool_size)
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


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    """An engine that asks a connection whether it still lives only after a rest.

    Asking each time would cost a round trip for every payment. Plans are made once
    for each prepared statement: left to itself the planner makes a new one for
    every posting, which takes as long as the posting (measured). And no plan scans a
    table that has an index for it: one made while the table was empty would stay.
    """
    options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=0, connect_args={"options": options}
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "rollback", _forget_prepared)
    event.listen(engine, "rollback_savepoint", _forget_prepared)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _wake)
    return engine


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """Send every integer as a bigint.

    The driver would choose by size, and prepare one statement for each mixture of sizes.
    """
    connection.adapters.register_dumper(int, Int8Dumper)


def _forget_prepared(connection: Connection, *_savepoint: Any) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        forget_prepared(driver)


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _wake(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Replace a connection that died while it rested: the pool tries the next on this error."""
    since = record.info.get(_RESTS_SINCE)
    if since is None or time.monotonic() - since < _REST:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise DisconnectionError from error


_RESTS_SINCE = "simpul.rests_since"
_REST = 5.0
"""Seconds after which a resting connection is asked before it is used."""


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for name, value in _PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    for name, value in _PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise RuntimeError(f"SQLite did not take PRAGMA {name} = {value}; it says {found}.")


def _begin_sqlite(connection: Connection) -> None:
    """Begin as writer at once where the next transaction is announced to write.

    The driver's default begins as a reader and turns writer midway, which loses
    three of four concurrent updates without an error.
    """
    writes = connection.info.pop(_WRITES, False) or connection.get_execution_options().get("writes")
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


def announce_write(connection: Connection) -> None:
    """Let the next transaction on `connection` begin as writer."""
    connection.info[_WRITES] = True


_WRITES = "simpul.writes"
