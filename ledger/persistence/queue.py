"""A fair queue for SQLite's single writer, and how long a writer waits on either database.

SQLite's own busy wait starves some of those who wait (measured: one of 16
processes did a single transfer while the luckiest did 5,030), so writers queue
here first: in arrival order inside a process, by `flock` between processes.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ledger.kernel.errors import Busy

MOST_PATIENT = 8
"""When so many wait in a process, further ones wait `BRIEFLY`: half of the threads of a
server must stay free for those who only read."""

BRIEFLY = 2.0
"""Seconds; without somebody who writes for long nobody ever waits so."""

_patience: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def patient_for(seconds: float | None) -> Iterator[None]:
    """Within, wait so long for a turn to write and raise `Busy` then; None waits for ever."""
    before = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(before)


def patience() -> float | None:
    """How many seconds a writer waits here and now; None: for ever."""
    return _patience.get()


class WriterQueue:
    """Lets one writer in at a time, first come first served within this process.

    Used as `with queue:`, which no thread may do twice at once. Raises `Busy` when the
    patience (`patient_for`) is at its end. Only the first in line waits for another process,
    and that it does to the end, if it has any patience: asking again and again whether the
    lock is free would put it behind those who stand at it.
    """

    def __init__(self, lock_file: str | None) -> None:
        """`lock_file` is shared by all processes on one database; None for a private one."""
        self._lock_file = lock_file
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False
        self._descriptor: int | None = None
        self._owner = os.getpid()

    def __enter__(self) -> None:
        """Wait for this thread's turn to write and hold it while the block runs."""
        seconds = patience()
        self._enter(seconds)
        try:
            descriptor = self._descriptor_of_this_process()
            if descriptor is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if seconds != 0 else fcntl.LOCK_NB))
        except BlockingIOError:
            self._leave()
            raise Busy from None
        except BaseException:
            self._leave()
            raise

    def __exit__(self, *_error: object) -> None:
        try:
            if self._descriptor is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._leave()

    def _enter(self, seconds: float | None) -> None:
        with self._mutex:
            if not self._busy:
                self._busy = True
                return
            if seconds is not None and len(self._waiting) >= MOST_PATIENT:
                seconds = min(seconds, BRIEFLY)
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        try:
            has_come = ticket.acquire(timeout=-1 if seconds is None else seconds)
        except BaseException:  # such as Ctrl-C: nobody behind may wait for who is gone
            if not self._step_out(ticket):
                self._leave()
            raise
        if not has_come and self._step_out(ticket):
            raise Busy

    def _step_out(self, ticket: threading.Lock) -> bool:
        """Leave the line. False where this very moment brought the turn."""
        with self._mutex:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
            return True

    def _leave(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def _descriptor_of_this_process(self) -> int | None:
        """Open the lock file once per process: a fork must not share its parent's lock."""
        if self._lock_file is None:
            return None
        if self._descriptor is None or self._owner != os.getpid():
            self._descriptor = os.open(
                self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            self._owner = os.getpid()
        return self._descriptor
