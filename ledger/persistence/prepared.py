"""One prepared statement on PostgreSQL, beginning its transaction in the same round trip.

The driver's cursor takes a round trip for BEGIN and a third of a posting's time in
Python. This speaks to libpq below it, by libpq's pipeline, in the driver's own
transaction: the driver sees the connection in a transaction and commits or rolls back
as ever.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from typing import Any

from psycopg import Connection, DataError, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
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
            _ensure_succeeded(connection, connection.close_prepared(name))
            _ensure_succeeded(connection, connection.prepare(name, statement))
            known.add(name)
        return _rows(_run(connection, name, values))


def forget_prepared(driver: Connection[Any]) -> None:
    """Prepare anew from here on: at a rollback the driver deallocates what is prepared."""
    driver.__dict__.pop(_PREPARED, None)


_PREPARED = "_simpul_prepared"
"""Prepared statements live as long as the connection, so their names are kept on it."""


def _run(connection: PGconn, name: bytes, values: Sequence[Value]) -> PGresult:
    """Send BEGIN, if it is due, and the statement together; return the statement's result."""
    texts = [_as_text(value) for value in values]
    formats = [Format.BINARY if type(value) is bytes else Format.TEXT for value in values]
    begins = connection.transaction_status == TransactionStatus.IDLE
    connection.enter_pipeline_mode()
    try:
        if begins:
            connection.send_query_params(b"BEGIN", None)
        connection.send_query_prepared(name, texts, formats)
        connection.pipeline_sync()
        results = _results(connection)
        connection.exit_pipeline_mode()
    except BaseException:  # of what was sent, nobody knows what was answered
        connection.finish()
        raise
    for result in results:
        _ensure_succeeded(connection, result)
    return results[-1]


def _results(connection: PGconn) -> list[PGresult]:
    """What the server answers to each statement, up to the end of the pipeline."""
    found: list[PGresult] = []
    while connection.flush():
        _wait_for(connection, select.POLLIN | select.POLLOUT)
        connection.consume_input()
    while True:
        while connection.is_busy():
            _wait_for(connection, select.POLLIN)
            connection.consume_input()
        result = connection.get_result()
        if result is None:  # it ends the results of a statement
            _ensure_open(connection)
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return found
        else:
            found.append(result)


def _wait_for(connection: PGconn, events: int) -> None:
    awaited = select.poll()
    awaited.register(connection.socket, events)
    awaited.poll()


def _as_text(value: Value) -> bytes | None:
    """As libpq takes it: bytes go as they are, and text ends at a NUL."""
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, str):
        if "\0" in value:
            raise DataError("PostgreSQL text cannot contain NUL (0x00) bytes")
        return value.encode()
    return value


def _rows(result: PGresult) -> list[tuple[bytes | None, ...]]:
    columns = range(result.nfields)
    return [tuple([result.get_value(row, c) for c in columns]) for row in range(result.ntuples)]


def _ensure_succeeded(connection: PGconn, result: PGresult) -> None:
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        _ensure_open(connection)
        raise error_from_result(result)


def _ensure_open(connection: PGconn) -> None:
    if connection.status != ConnStatus.OK:
        raise OperationalError(connection.get_error_message())
