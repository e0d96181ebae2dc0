"""One prepared statement on PostgreSQL, beginning its transaction in the same round trip.

The driver's cursor takes a round trip for BEGIN and a third of a posting's time in
Python. This speaks to libpq below it, in the driver's own transaction: the driver
sees the connection in a transaction and commits or rolls back as ever.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from typing import Any

from psycopg import Connection, DataError, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


def run_prepared(
    driver: Connection[Any], name: bytes, statement: bytes, values: Sequence[bytes | None]
) -> list[tuple[bytes | None, ...]]:
    """Run the statement called `name` and return its rows, values and columns as text.

    Prepares it at its first use on a connection. Raises the driver's own errors; the
    transaction then waits to be rolled back.
    """
    if any(value and b"\0" in value for value in values):
        raise DataError("PostgreSQL text cannot contain NUL (0x00) bytes")
    connection = driver.pgconn
    with driver.lock:
        if name not in (known := driver.__dict__.setdefault(_PREPARED, set())):
            # In case the driver deallocated nothing: closing what is not there is no error.
            _rows(connection.close_prepared(name))
            _rows(connection.prepare(name, statement))
            known.add(name)
        return _rows(_send(connection, name, values))


def forget_prepared(driver: Connection[Any]) -> None:
    """Prepare anew from here on: at a rollback the driver deallocates what is prepared."""
    driver.__dict__.pop(_PREPARED, None)


_PREPARED = "_simpul_prepared"
"""Prepared statements live as long as the connection, so their names are kept on it."""


def _send(connection: PGconn, name: bytes, values: Sequence[bytes | None]) -> PGresult:
    """The statement's result. Even when BEGIN fails every answer is read to the end."""
    begins = connection.transaction_status == TransactionStatus.IDLE
    connection.enter_pipeline_mode()
    try:
        if begins:
            connection.send_query_params(b"BEGIN", None)
        connection.send_query_prepared(name, values)
        connection.pipeline_sync()
        _flush(connection)
        answers = [_answer(connection) for _ in range(2 if begins else 1)]
        _next(connection)
    finally:
        if connection.status == ConnStatus.OK:
            connection.exit_pipeline_mode()
    return next((each for each in answers if each.status in _FAILED), answers[-1])


def _answer(connection: PGconn) -> PGresult:
    """One statement's result; libpq ends each with an empty one."""
    found = _next(connection)
    if found is None:
        raise OperationalError(connection.get_error_message())
    _next(connection)
    return found


def _next(connection: PGconn) -> PGresult | None:
    """The next result, waiting outside Python's lock: a thread may hold what we wait for."""
    while connection.is_busy():
        _wait_for(connection, select.POLLIN)
        connection.consume_input()
    return connection.get_result()


def _flush(connection: PGconn) -> None:
    while connection.flush():
        _wait_for(connection, select.POLLIN | select.POLLOUT)
        connection.consume_input()


def _wait_for(connection: PGconn, events: int) -> None:
    ready = select.poll()
    ready.register(connection.socket, events)
    ready.poll()


def _rows(result: PGresult) -> list[tuple[bytes | None, ...]]:
    if result.status in _FAILED:
        raise error_from_result(result)
    columns = range(result.nfields)
    return [tuple([result.get_value(row, c) for c in columns]) for row in range(result.ntuples)]
