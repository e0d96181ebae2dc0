"""SQLAlchemy's two dialects with our own way to begin and to commit.

As methods of the dialect they cost a call. Listeners for the same events are asked at
every begin, commit and rollback, those without a listener included.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from ledger.kernel.errors import Busy
from ledger.persistence.prepared import forget_prepared


def begin_driver(dialect: Dialect, driver: Any, *, write: bool) -> None:
    """Begin below SQLAlchemy, which finds the transaction begun when it comes to use it.

    The driver of PostgreSQL begins by itself at its first statement. SQLite's would begin
    as a reader and turn writer midway, which loses three of four concurrent updates
    without an error: here a writer is one from the beginning. Raises `Busy` when something
    that knows nothing of the writers' queue writes for longer than the driver waits.
    """
    if dialect.name != "sqlite":
        return
    try:
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN DEFERRED")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise Busy from error
        raise


class SqliteDialect(SQLiteDialect_pysqlite):
    """Begins as a reader where nobody has begun yet: see `begin_driver`."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        driver = dbapi_connection.driver_connection
        if not driver.in_transaction:
            begin_driver(self, driver, write=False)


class PostgresqlDialect(PGDialect_psycopg):
    """Commits by one call of libpq, and takes nothing but COMMIT for an answer.

    PostgreSQL answers ROLLBACK, without an error, to a COMMIT of what has failed.
    """

    supports_statement_cache = True

    def do_commit(self, dbapi_connection: Any) -> None:
        driver = dbapi_connection.driver_connection
        with driver.lock:
            if driver.pgconn.transaction_status == TransactionStatus.IDLE:
                return
            result = driver.pgconn.exec_(b"COMMIT")
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)
        if result.command_status != b"COMMIT":
            raise InFailedSqlTransaction("the transaction had failed: nothing is committed")

    def do_rollback(self, dbapi_connection: Any) -> None:
        forget_prepared(dbapi_connection.driver_connection)
        dbapi_connection.rollback()

    def do_rollback_to_savepoint(self, connection: Any, name: str) -> None:
        forget_prepared(connection.connection.driver_connection)
        super().do_rollback_to_savepoint(connection, name)  # type: ignore[no-untyped-call]


registry.register("sqlite.simpul", __name__, "SqliteDialect")
registry.register("postgresql.simpul", __name__, "PostgresqlDialect")
