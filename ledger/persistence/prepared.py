"""One prepared statement on PostgreSQL, beginning its transaction in the same round trip.

The driver's cursor takes a round trip for BEGIN and a third of a posting's time in
Python. This calls libpq below it once, in the driver's own transaction: the driver
sees the connection in a transaction and commits or rolls back as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, DataError, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, Escaping, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Value = int | str | bytes | None


def run_prepared(
    driver: Connection[Any], name: bytes, statement: bytes, values: Sequence[Value]
) -> list[tuple[bytes | None, ...]]:
    """Run the statement called `name` and return its rows, values and columns as text.

    Prepares it at its first use on a connection. Python's lock is free while it waits.
    Raises the driver's own errors; the transaction then waits to be rolled back.
    """
    connection = driver.pgconn
    with driver.lock:
        if name not in (known := driver.__dict__.setdefault(_PREPARED, set())):
            # In case the driver deallocated nothing: closing what is not there is no error.
            _rows(connection, connection.close_prepared(name))
            _rows(connection, connection.prepare(name, statement))
            known.add(name)
        return _rows(connection, connection.exec_(_script(connection, name, values)))


def forget_prepared(driver: Connection[Any]) -> None:
    """Prepare anew from here on: at a rollback the driver deallocates what is prepared."""
    driver.__dict__.pop(_PREPARED, None)


_PREPARED = "_simpul_prepared"
"""Prepared statements live as long as the connection, so their names are kept on it."""


def _script(connection: PGconn, name: bytes, values: Sequence[Value]) -> bytes:
    """What libpq is to execute: the values written as literals, by libpq's own rules for text."""
    begin = b"BEGIN;" if connection.transaction_status == TransactionStatus.IDLE else b""
    literals = b",".join([_literal(connection, value) for value in values])
    return b"%bEXECUTE %b%b" % (begin, name, b"(%b)" % literals if values else b"")


def _literal(connection: PGconn, value: Value) -> bytes:
    if value is None:
        return b"NULL"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, bytes):
        return b"'\\x%b'" % value.hex().encode()
    if "\0" in value:
        raise DataError("PostgreSQL text cannot contain NUL (0x00) bytes")
    return bytes(Escaping(connection).escape_literal(value.encode()))


def _rows(connection: PGconn, result: PGresult) -> list[tuple[bytes | None, ...]]:
    if result.status in (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE):
        if connection.status != ConnStatus.OK:
            raise OperationalError(connection.get_error_message())
        raise error_from_result(result)
    columns = range(result.nfields)
    return [tuple([result.get_value(row, c) for c in columns]) for row in range(result.ntuples)]
