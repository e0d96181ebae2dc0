"""How long it takes to draw a month's statements on two processors, and in how much memory."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

from ledger.persistence.engine import make_engine
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.queries.papers import paper
from ledger.statements.service import draw_all
from ledger.statements.service.papers import drawn
from tests.bench import closing
from tests.databases import Database

STATEMENTS, MOVEMENTS_OF_EACH = 1_000, 18
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds for all, of processors for all, and for one; the most memory of a process, in MB."""

    all: float
    busy: float
    one: float
    memory: float
    drawn: int


def measure(database: Database, statements: int = STATEMENTS) -> Spent:
    """Fill a month, close it and draw it."""
    closing.measure(database, statements, statements * MOVEMENTS_OF_EACH // 2)
    engine = make_engine(database.url)
    community = in_unit_of_work(engine, closing.community, write=False)
    began, own = time.perf_counter(), time.process_time()
    made = draw_all(
        engine, community, closing.OCTOBER, "https://simpul.example.org", closing.NOW,
        workers=WORKERS, progress=_tell,
    )  # fmt: skip
    spent = time.perf_counter() - began
    children = _used(resource.RUSAGE_CHILDREN)
    busy = time.process_time() - own + children.ru_utime + children.ru_stime
    found = in_unit_of_work(engine, lambda s: paper(s, community, 1, closing.OCTOBER), write=False)
    drawn(found, "en", "https://simpul.example.org")
    began = time.process_time()
    drawn(found, "en", "https://simpul.example.org")
    one = time.process_time() - began
    engine.dispose()
    most = max(_used(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Spent(spent, busy, one, most / 1024, made)


def _used(who: int) -> resource.struct_rusage:
    return resource.getrusage(who)


def _tell(count: int) -> None:
    print("." * (count // 16), end="", flush=True)
