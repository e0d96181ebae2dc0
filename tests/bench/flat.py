"""Whether posting and reading cost the same in a large ledger as in a small one.

Both hold the same hundred accounts with the same trades; in the large one the
other accounts trade a hundred times as much besides.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from ledger.journal import queries
from ledger.journal import service as journal
from ledger.kernel.errors import Refused
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.bench import bulk
from tests.bench.posting import ACCOUNTS
from tests.databases import Database

_NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_DAY = date(2026, 11, 23)
Task = Callable[[Engine, random.Random, str], None]


WATCHED = range(1, 101)
SMALL = 10_000


def fill(database: Database, entries: int) -> None:
    """Book `SMALL` trades between the watched accounts, the rest between the others."""
    bulk.grow(database, SMALL, "watched", WATCHED)
    if entries > SMALL:
        bulk.grow(database, entries - SMALL, "others", range(101, ACCOUNTS + 1))


def post(engine: Engine, chance: random.Random, key: str) -> None:
    """Book one trade between two random accounts."""
    payer, payee = chance.sample(WATCHED, 2)
    draft = journal.Draft("trade", ((payer, -1), (payee, 1)), _DAY, 2, key)
    try:
        in_unit_of_work(engine, lambda session: journal.post(session, 1, draft, _NOW))
    except Refused:
        return


def home(engine: Engine, chance: random.Random, _key: str) -> None:
    """What a home page reads of the books: the figures and the newest movements."""
    number = chance.choice(WATCHED)

    def read(session) -> None:
        queries.account(session, 1, number)
        queries.movements(session, 1, number, limit=10)

    in_unit_of_work(engine, read, write=False)


def history(engine: Engine, chance: random.Random, _key: str) -> None:
    """A page of an account's history from a random place on."""
    number, before = chance.choice(WATCHED), chance.randint(60, 150)
    in_unit_of_work(
        engine,
        lambda session: queries.movements(session, 1, number, before_seq=before),
        write=False,
    )


TASKS: dict[str, Task] = {"posting": post, "home": home, "history page": history}


def compare(small: Engine, large: Engine, *, times: int = 600) -> dict[str, tuple[float, float]]:
    """Median seconds of each task in the small and in the large ledger, taken in turns."""
    chance, run = random.Random("flat"), os.urandom(6).hex()
    found: dict[str, tuple[float, float]] = {}
    for name, task in TASKS.items():
        spent: dict[Engine, list[float]] = {small: [], large: []}
        for turn in range(times):
            for engine in (small, large) if turn % 2 else (large, small):
                began = time.perf_counter()
                task(engine, chance, f"{run}-{turn:09}")
                spent[engine].append(time.perf_counter() - began)
        found[name] = (statistics.median(spent[small]), statistics.median(spent[large]))
    return found
