"""Killed at any moment: what was answered stands, nothing stands half, no retry books twice."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.bookkeeping import Bookkeeper, proven
from tests.databases import Databases, connected
from tests.journal.writer import draft_of
from tests.postgres import PostgresMissing

PROJECT = Path(__file__).parent.parent.parent

_DEEP = -100_000
"""Each death leaves the balances a little lower: no limit is to end the long loop."""


class Nursery:
    """Brings up writers, one after another, and listens to them until they are dead."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def raise_and_kill(self, generation: int, kill: Callable[[int], None]) -> dict[int, int]:
        """Let a writer write, call `kill` with its process, and return what it had answered.

        Entry ids by number of the request.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{generation}\n")
        self._process.stdin.flush()
        answered: dict[int, int] = {}
        writer = 0
        killed = False
        for line in self._process.stdout or ():
            word, *rest = line.split()
            if word == "gone":
                return answered
            if word == "writer":
                writer = int(rest[0])
            else:
                answered[int(rest[0])] = int(rest[1])
            if writer and answered and not killed:
                kill(writer)
                killed = True
        raise AssertionError("the nursery itself has died")


@contextmanager
def nursery(url: str) -> Iterator[Nursery]:
    """A nursery whose writers write to the database at `url`."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journal.writer", url],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield Nursery(process)
        finally:
            process.kill()


def ensure_nothing_lost(books: Bookkeeper, generation: int, answered: dict[int, int]) -> None:
    """Compare the books with what the writer had answered, and ask again as its client would."""
    assert found(books.engine, generation).items() >= answered.items()
    unanswered = max(answered) + 1  # the request in flight when the writer died
    retry = books.post(draft_of(generation, unanswered))
    assert books.post(draft_of(generation, unanswered)).entry_id == retry.entry_id
    for number in (1, max(answered)):
        again = books.post(draft_of(generation, number))
        assert (again.entry_id, again.replayed) == (answered[number], True)
    assert found(books.engine, generation) == answered | {unanswered: retry.entry_id}


def found(engine: Engine, generation: int) -> dict[int, int]:
    """The entries of a generation: ids by number of the request."""
    query = text("SELECT request_key, id FROM entry WHERE actor = :generation")
    with engine.connect() as connection:
        rows = connection.execute(query, {"generation": generation}).all()
    assert len(rows) == len({row.request_key for row in rows})
    return {int(row.request_key[-6:]): row.id for row in rows}


@pytest.mark.soak
def test_a_writer_killed_again_and_again_loses_nothing_on_sqlite(
    databases: Databases, rng: random.Random, soaking: bool
) -> None:
    def kill(writer: int) -> None:
        time.sleep(rng.uniform(0, 0.06))
        os.kill(writer, signal.SIGKILL)

    kills = 200 if soaking else 15
    with databases.fresh("sqlite") as database, connected(database.url) as engine:
        books = Bookkeeper(engine).with_accounts(1, 2, 3, floor=_DEEP)
        with nursery(database.url) as writers:
            for generation in range(1, kills + 1):
                answered = writers.raise_and_kill(generation, kill)
                ensure_nothing_lost(books, generation, answered)
                if generation % 20 == 0:
                    proven(engine)
        books.seal()
        (totals,) = proven(engine)
        assert totals.entries > kills


@pytest.mark.soak
@pytest.mark.postgresql
def test_a_whole_postgresql_killed_again_and_again_loses_nothing(
    databases: Databases, rng: random.Random, soaking: bool
) -> None:
    home = databases.home / "crash"
    home.mkdir(mode=0o755)
    own = Databases(home, fsync="on")

    def kill(_writer: int) -> None:
        time.sleep(rng.uniform(0, 0.3))
        own.server.kill()

    kills = 10 if soaking else 1
    try:
        with own.fresh("postgresql") as database, connected(database.url) as engine:
            books = Bookkeeper(engine).with_accounts(1, 2, 3, floor=_DEEP)
            with nursery(database.url) as writers:
                for generation in range(1, kills + 1):
                    answered = writers.raise_and_kill(generation, kill)
                    own.server.start()
                    engine.dispose()  # the client begins anew, as its process would
                    ensure_nothing_lost(books, generation, answered)
                    proven(engine)
    except PostgresMissing as missing:
        pytest.skip(f"no PostgreSQL: {missing}")
    finally:
        own.stop()


@pytest.fixture
def strace() -> str:
    """The program that shows a process's calls of the system."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("no strace on this machine")
    if subprocess.run([program, "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("strace may not look into processes here")
    return program


@pytest.mark.parametrize("careless", [False, True], ids=["as it is", "without syncing"])
def test_sqlite_syncs_its_log_before_it_answers(
    strace: str, databases: Databases, tmp_path: Path, careless: bool
) -> None:
    """Each answer comes after a sync of the log, or, in the negative control, does not."""
    trace = tmp_path / "trace"
    with databases.fresh("sqlite") as database:
        with connected(database.url) as engine:
            Bookkeeper(engine).with_accounts(1, 2, 3)
        program = [sys.executable, "-m", "tests.journal.writer", database.url, "--once", "30"]
        subprocess.run(
            [strace, "-f", "-y", "-e", "trace=fsync,fdatasync,write", "-o", trace, *program]
            + ["--careless"] * careless,
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )
    synced = [bool(re.search(r"f(data)?sync\(\d+<[^>]*-wal>\) += 0", part)) for part in acks(trace)]
    # The first one makes the log, which is synced once at its birth.
    assert synced[1:] == [not careless] * 29


def acks(trace: Path) -> list[str]:
    """What the system was asked for before each answer, since the one before."""
    return re.split(r'write\(1<[^>]*>, "ack', trace.read_text())[:-1]
