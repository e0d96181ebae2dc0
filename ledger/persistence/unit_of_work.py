"""One transaction around one piece of work: the only committer."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from ledger.kernel.errors import Away, Busy
from ledger.persistence.desks import DeskPool
from ledger.persistence.engine import pool_of

_log = logging.getLogger(__name__)

_ATTEMPTS = 5
_TRY_AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL's states for a serialization failure and a deadlock."""

_LOCK_NOT_AVAILABLE = "55P03"
"""Its state for a lock that was not had in `lock_timeout`."""

_WHOLE_TABLES = (
    "enable_seqscan = on",
    # Right after a bulk import the planner takes tables for small, and would look up a
    # million rows one by one: four times slower.
    "enable_nestloop = off",
    "cursor_tuple_fraction = 1",
    "work_mem = '64MB'",
)

Result = TypeVar("Result")


def in_unit_of_work(
    engine: Engine, work: Callable[[Session], Result], *, write: bool = True
) -> Result:
    """Run `work(session)` in one transaction, commit once, and return what it returned.

    Any error rolls everything back. On a deadlock, a serialization failure, or when the
    connection was lost before the commit was asked for, `work` is run again, at most
    five times in all and with jitter between, so it must have no effect outside the
    session. Raises `Away` where no connection can be had, or none that lasts. On SQLite
    writers wait for their turn in a fair queue, on PostgreSQL for rows that others have
    locked, and raise `Busy` once their patience (`queue.patient_for`) is at its end;
    readers (`write=False`) never wait and may not write.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _run_once(engine, work, write)
        except _LostConnection as lost:
            if attempt == _ATTEMPTS:
                raise _away(lost.error) from lost.error
        except Exception as error:
            if _sqlstate(error) == _LOCK_NOT_AVAILABLE:
                raise Busy from error
            if attempt == _ATTEMPTS or _sqlstate(error) not in _TRY_AGAIN:
                raise
        time.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise AssertionError("unreachable")


def in_snapshot(engine: Engine, work: Callable[[Session], Result]) -> Result:
    """Run `work(session)`, which only reads, on the books as of one instant throughout.

    Others go on writing. A reader of SQLite sees one instant anyway. On PostgreSQL the
    planner, which serves payments else (`engine.make_engine`), is told that whole tables
    will be read to their end.
    """
    if engine.dialect.name != "postgresql":
        return in_unit_of_work(engine, work, write=False)
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading.connect() as connection, connection.begin(), Session(connection) as session:
        for setting in _WHOLE_TABLES:
            session.execute(text(f"SET LOCAL {setting}"))
        return work(session)


def _run_once(engine: Engine, work: Callable[[Session], Result], write: bool) -> Result:
    """Run once, in the writers' queue where there is one."""
    pool = pool_of(engine)
    if pool.queue is None or not write:
        return _run_at_desk(engine, pool, work, write)
    with pool.queue:
        return _run_at_desk(engine, pool, work, write)


def _run_at_desk(
    engine: Engine, pool: DeskPool, work: Callable[[Session], Result], write: bool
) -> Result:
    try:
        desk = pool.take(engine)
    except OperationalError as error:
        raise _away(error) from error
    try:
        desk.begin(write=write)
        result = work(desk.session)
        desk.commit()
    except BaseException as error:
        lost = desk.is_lost and not desk.asked
        pool.give_up(desk)
        if lost and isinstance(error, Exception):
            raise _LostConnection(error) from error
        raise
    pool.leave(desk)
    return result


def _away(error: Exception) -> Away:
    """What is told to whoever asked; the operator finds the reason in the log."""
    _log.warning("the database is away: %s", error)
    return Away()


class _LostConnection(Exception):
    """The database went away before it was asked to commit, so that nothing is."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def _sqlstate(error: Exception) -> str | None:
    """The journal speaks to the driver itself, so its errors come bare or wrapped."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None)
