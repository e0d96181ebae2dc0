"""Moving in with many trades: seconds of reading, foreseeing and booking, and the most memory."""

from __future__ import annotations

import gc
import random
import resource
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, TextIOWrapper
from itertools import pairwise
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple, cast

from ledger.credit.service import Limit
from ledger.persistence.engine import make_engine
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.formats import LAYOUTS
from ledger.trades.service import importing
from ledger.trades.service.importing import Files, Way
from tests.communities import a_community
from tests.databases import Database

_NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_CELLS = 80


class Measured(NamedTuple):
    """Seconds of each step, and by how much memory grew: what Python held, what the process did."""

    read: float
    foreseen: float
    booked: float
    held: int
    grown: int


@contextmanager
def books(trades: int) -> Iterator[Files]:
    """Files in Simpul's layout: on disk, because they must not count as memory."""
    with TemporaryFile() as history:
        chance = random.Random("moving")
        text = TextIOWrapper(history, "utf-8", write_through=True)
        text.write("reference,date,from,to,amount,description,activity\n")
        for number in range(trades):
            payer, payee = chance.sample(range(1, _CELLS + 1), 2)
            day = date(2016, 1, 1) + timedelta(days=chance.randrange(3600))
            amount = chance.randrange(1, 100)
            text.write(f"T{number},{day},SB{payer:03},SB{payee:03},{amount}.50,Beras {number},\n")
        text.detach()
        history.seek(0)
        yield Files(BytesIO(_members()), "members.csv", cast("BinaryIO", history), "trades.csv")


def move_in(database: Database, trades: int, *, traced: bool = False) -> Measured:
    """Take `trades` trades into an empty community; `traced` costs time and tells memory."""
    engine = make_engine(database.url)
    community = a_community(engine, _NOW).view
    layout, reading = (
        LAYOUTS["simpul"],
        importing.reading_of(Way(), community, Limit(0, None, "founding"), _NOW),
    )
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if traced:
        tracemalloc.start()
    times = [time.perf_counter()]
    with books(trades) as files, importing.staged(layout, reading, files) as stage:
        times.append(time.perf_counter())
        in_unit_of_work(
            engine, lambda s: importing.judge(s, community, layout, stage, _NOW), write=False
        )
        times.append(time.perf_counter())
        report = in_unit_of_work(
            engine, lambda s: importing.take(s, community, layout, stage, _NOW)
        )
        times.append(time.perf_counter())
    held = tracemalloc.get_traced_memory()[1] if traced else 0
    tracemalloc.stop()
    engine.dispose()
    assert (report.cells_added, report.trades_added) == (_CELLS, trades)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return Measured(*(after - before for before, after in pairwise(times)), held, grown)


def _members() -> bytes:
    head = (
        "number,name,elements,activity,line_of_business,locality,province,latitude,longitude,"
        "email,phone,joined_on,credit_limit,balance_cap\n"
    )
    lines = (f"SB{n:03},Sel {n},,,,,,,,,,2015-01-01,300,\n" for n in range(1, _CELLS + 1))
    return (head + "".join(lines)).encode()
