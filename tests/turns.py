"""Somebody who writes for long while others want to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from ledger.persistence.queue import WriterQueue

SOON = 10
"""Seconds in which whatever is expected has come long since."""


@contextmanager
def held(turn: WriterQueue) -> Iterator[Event]:
    """Somebody writes until the event is set, or to the block's end."""
    has_it, is_done = Event(), Event()

    def write() -> None:
        with turn:
            has_it.set()
            is_done.wait(SOON)

    thread = Thread(target=write)
    thread.start()
    assert has_it.wait(SOON)
    try:
        yield is_done
    finally:
        is_done.set()
        thread.join(SOON)
