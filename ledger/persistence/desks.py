"""A pool whose connections are kept at hand, each with its session, between units of work.

To check a connection out and make a session costs more than to judge a payment and write
it, above all where many processes drive each other out of the caches (see decision 0020).
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.persistence.dialects import begin_driver
from ledger.persistence.queue import WriterQueue, patience

_REST = 5.0
"""Seconds after which a kept connection is checked in: the pool asks if it still lives."""


_WAITS = "waits for locks"
"""What a connection remembers: milliseconds, 0 for ever; None if it does not know."""


class Desk:
    """A connection that is checked out, and the session that works over it.

    The transaction is the driver's. SQLAlchemy joins it when the session is first used:
    to begin and commit there too costs a payment that needs no session a tenth of its time.
    Once the database was `asked` to commit, only it knows whether it did.
    """

    __slots__ = ("asked", "connection", "dialect", "left_at", "lent", "patience", "session")

    def __init__(self, engine: Engine) -> None:
        self.connection: Connection = engine.connect()
        self.lent = self.connection.connection
        self.dialect = engine.dialect
        self.session = Session(self.connection, expire_on_commit=False)
        self.left_at = 0.0
        self.asked = False
        self.patience: float | None = -1.0  # not looked up yet

    def begin(self, *, write: bool) -> None:
        """Begin the driver's transaction."""
        self.asked = False
        begin_driver(self.dialect, self.lent.driver_connection, write=write)
        if write and (seconds := patience()) != self.patience:
            self._be_patient(seconds)

    def _be_patient(self, seconds: float | None) -> None:
        """Have PostgreSQL wait for a lock as long as the writer does; it does so from then on."""
        wanted = 0 if seconds is None else max(1, round(seconds * 1000))
        known = self.connection.info.get(_WAITS, 0)
        if self.dialect.name == "postgresql" and seconds != 0 and wanted != known:
            driver: Any = self.lent.driver_connection
            driver.execute(f"SET lock_timeout = {wanted}")
            self.connection.info[_WAITS] = wanted
        self.patience = seconds

    def commit(self) -> None:
        """Commit what the session holds and the driver wrote, and empty the session."""
        if not self.session.in_transaction():  # it was not used
            self.asked = True
            self.dialect.do_commit(self.lent)
            return
        self.session.flush()
        self.asked = True
        if self.connection.in_transaction():
            self.session.commit()
        else:
            self.dialect.do_commit(self.lent)
        self.session.close()

    @property
    def is_lost(self) -> bool:
        """Whether the database has gone away from this connection."""
        return self.connection.invalidated or getattr(self.lent.driver_connection, "closed", False)


class DeskPool(QueuePool):
    """Lends desks besides connections. Threads may take and leave them at the same time.

    `queue` is where its writers wait for their turn, if the database has them wait.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.queue: WriterQueue | None = None
        self._free: deque[Desk] = deque()
        self._taken: set[Desk] = set()

    def take(self, engine: Engine) -> Desk:
        """The desk that was left last, whose caches are warm, or else a new one."""
        desk = self._rested() or Desk(engine)
        self._taken.add(desk)
        return desk

    def leave(self, desk: Desk) -> None:
        """Keep the desk, unless the last connection is lent: somebody may wait for it."""
        if len(self._taken) + len(self._free) < self.size():
            desk.left_at = time.monotonic()
            self._free.append(desk)
        else:
            desk.connection.close()
        self._taken.discard(desk)

    def give_up(self, desk: Desk) -> None:
        """Check the desk's connection in after an error: the pool puts it in order.

        Where the database went away from one it did so from all, and each desk that
        rests would fail somebody once.
        """
        self._taken.discard(desk)
        if desk.is_lost:
            desk.connection.invalidate()  # or session and pool would try to roll it back
            self._close_free()
        else:
            desk.connection.info[_WAITS] = None  # rolled back with the rest, if set just now
        with suppress(DBAPIError):  # lost just now, and nobody saw it yet
            desk.session.close()
            desk.connection.rollback()
        desk.connection.close()

    def _rested(self) -> Desk | None:
        while self._free:
            try:
                desk = self._free.pop()
            except IndexError:
                break  # another thread was faster
            if time.monotonic() - desk.left_at < _REST:
                return desk
            desk.connection.close()
        return None

    def _close_free(self) -> None:
        while self._free:
            with suppress(IndexError):  # another thread was faster
                self._free.pop().connection.invalidate()

    def dispose(self) -> None:
        """Close the free desks too."""
        self._close_free()
        super().dispose()

    def recreate(self) -> DeskPool:
        """An empty pool of the same kind, for an engine that goes on after it was disposed of."""
        pool = super().recreate()
        assert isinstance(pool, DeskPool)
        pool.queue = self.queue
        return pool
