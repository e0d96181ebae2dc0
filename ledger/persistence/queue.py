"""A fair queue for SQLite's single writer.

SQLite's own busy wait starves some of those who wait (measured: one of 16
processes did a single transfer while the luckiest did 5,030), so writers queue
here first: in arrival order inside a process, by `flock` between processes.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque


class WriterQueue:
    """Lets one writer in at a time, first come first served within this process.

    Used as `with queue:`, which no thread may do twice at once.
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
        self._enter()
        try:
            descriptor = self._descriptor_of_this_process()
            if descriptor is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._leave()
            raise

    def __exit__(self, *_error: object) -> None:
        try:
            if self._descriptor is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._mutex:
            if not self._busy:
                self._busy = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        ticket.acquire()

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
