"""Who waits for their turn to write on SQLite, for how long, and who gives up."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from ledger.kernel.errors import Busy
from ledger.persistence import queue
from ledger.persistence.engine import make_engine
from ledger.persistence.queue import WriterQueue, patient_for
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.databases import Databases
from tests.turns import SOON, held


def in_line(turn: WriterQueue, most: int) -> None:
    """Wait until so many stand in line."""
    pause = Event()
    for _ in range(SOON * 100):
        if len(turn._waiting) == most:
            return
        pause.wait(0.01)
    raise AssertionError(f"{len(turn._waiting)} wait")


def test_who_waits_no_longer_gives_up_and_leaves_the_line(tmp_path: Path) -> None:
    turn = WriterQueue(str(tmp_path / "lock"))
    with held(turn), patient_for(0.01):
        for _ in range(3):
            with pytest.raises(Busy), turn:
                raise AssertionError("it was not its turn")
        assert not turn._waiting
    with patient_for(0.01), turn:
        pass
    with turn:
        pass


def test_whoever_has_patience_has_their_turn(tmp_path: Path) -> None:
    turn, done = WriterQueue(str(tmp_path / "lock")), []

    def write() -> None:
        with patient_for(SOON), turn:
            done.append(True)

    with held(turn) as over:
        waiting = Thread(target=write)
        waiting.start()
        in_line(turn, 1)
        assert not done
        over.set()
        waiting.join(SOON)
    assert done == [True]


def test_where_many_wait_the_others_wait_briefly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would keep every thread from those who only read."""
    monkeypatch.setattr(queue, "MOST_PATIENT", 2)
    monkeypatch.setattr(queue, "BRIEFLY", 0.01)
    turn, done = WriterQueue(str(tmp_path / "lock")), []

    def write() -> None:
        with patient_for(SOON), turn:
            done.append(True)

    with held(turn) as over:
        early = [Thread(target=write) for _ in range(2)]
        for thread in early:
            thread.start()
        in_line(turn, 2)
        with pytest.raises(Busy), patient_for(SOON), turn:
            raise AssertionError("it was not its turn")
        over.set()
        for thread in early:
            thread.join(SOON)
    assert done == [True, True]


def test_without_patience_nobody_waits_for_another_process_either(tmp_path: Path) -> None:
    here, there = (WriterQueue(str(tmp_path / "lock")) for _ in range(2))
    with held(there), pytest.raises(Busy), patient_for(0), here:
        raise AssertionError("it was not its turn")
    with patient_for(0), here:
        pass


def test_a_database_that_something_else_holds_is_busy_and_not_broken(databases: Databases) -> None:
    """A shell of SQLite, say, that has begun to write and was left so."""
    with databases.fresh("sqlite") as database:
        engine = make_engine(database.url)
        in_unit_of_work(engine, lambda s: s.execute(text("PRAGMA busy_timeout = 10")))
        other = sqlite3.connect(str(make_url(database.url).database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            in_unit_of_work(engine, lambda s: s.execute(text("DELETE FROM job")))
        other.execute("ROLLBACK")
        other.close()
        in_unit_of_work(engine, lambda s: s.execute(text("DELETE FROM job")))
        with suppress(Exception):
            engine.dispose()


class Interrupted(BaseException):
    """As Ctrl-C would be."""


def interrupt(*_: object) -> None:
    raise Interrupted


def test_nobody_waits_for_ever_behind_who_was_interrupted(tmp_path: Path) -> None:
    turn, done = WriterQueue(str(tmp_path / "lock")), Event()

    def write() -> None:
        with turn:
            done.set()

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with held(turn):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(Interrupted), turn:
                raise AssertionError("it was not its turn")
            behind = Thread(target=write, daemon=True)
            behind.start()
            in_line(turn, 1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert done.wait(SOON)


def test_a_turn_that_came_to_who_was_interrupted_goes_on_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The holder leaves just before who is next is interrupted."""
    turn = WriterQueue(None)

    class Ticket:
        """The turn comes, and then the interruption."""

        def __init__(self) -> None:
            self.is_taken = False

        def acquire(self, timeout: float = -1) -> bool:
            if self.is_taken:
                turn.__exit__()
                raise Interrupted
            self.is_taken = True
            return True

        def release(self) -> None:
            """The turn is this one's."""

    turn.__enter__()
    monkeypatch.setattr(queue.threading, "Lock", Ticket)
    with pytest.raises(Interrupted):
        turn.__enter__()
    with patient_for(0), turn:
        pass


def test_on_postgresql_whoever_waits_for_a_row_gives_up_too(postgres_engine: Engine) -> None:
    """While books of before are taken in, the accounts of their community are locked."""
    add = text("INSERT INTO book (community_id, opened_at) VALUES (9, 0)")
    in_unit_of_work(postgres_engine, lambda s: s.execute(add))
    lock = text("SELECT 1 FROM book WHERE community_id = 9 FOR UPDATE")
    has_it, is_done = Event(), Event()

    def hold(session: Session) -> None:
        session.execute(lock)
        has_it.set()
        is_done.wait(SOON)

    def waits(session: Session) -> str | None:
        return session.scalar(text("SHOW lock_timeout"))

    holder = Thread(target=lambda: in_unit_of_work(postgres_engine, hold))
    holder.start()
    assert has_it.wait(SOON)
    with patient_for(0.02):
        for _ in range(2):
            with pytest.raises(Busy):
                in_unit_of_work(postgres_engine, lambda s: s.execute(lock))
    is_done.set()
    holder.join(SOON)
    with patient_for(20):
        in_unit_of_work(postgres_engine, lambda s: s.execute(lock))
        assert in_unit_of_work(postgres_engine, waits) == "20s"
    assert in_unit_of_work(postgres_engine, waits) == "0"
