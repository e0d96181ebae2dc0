"""How long a month takes to close, with 10,000 accounts and 1,000,000 postings in it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.journal import service as journal
from ledger.kernel.units import Unit
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.persistence.engine import make_engine
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.queries import statement
from ledger.statements.rules.months import Month
from ledger.statements.service import close_month
from tests.databases import Database

ACCOUNTS, ENTRIES = 10_000, 500_000
OCTOBER = Month(2026, 10)
BATCH = 20_000
_BEFORE = datetime(2026, 9, 30, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: to close, and to read one statement again, the median."""

    close: float
    reading: float


def measure(database: Database, accounts: int = ACCOUNTS, entries: int = ENTRIES) -> Spent:
    """Fill a month and close it."""
    engine = make_engine(database.url)
    there = in_unit_of_work(engine, lambda s: _found(s, accounts))
    waiting = _drafts(accounts, entries)
    for start in range(0, entries, BATCH):
        some = [next(waiting) for _ in range(min(BATCH, entries - start))]
        in_unit_of_work(engine, lambda s, d=some: journal.post_many(s, there.id, d, NOW))
    began = time.perf_counter()
    closing = close_month(engine, there, OCTOBER, NOW)
    spent = time.perf_counter() - began
    assert closing.head.leaves == accounts
    assert closing.sheet.total == 0
    readings = []
    for account in range(1, 40):
        began = time.perf_counter()
        found = in_unit_of_work(
            engine, lambda s, a=account: statement(s, there, a, OCTOBER), write=False
        )
        readings.append(time.perf_counter() - began)
        assert found is not None
        assert found.is_genuine
    engine.dispose()
    return Spent(spent, sorted(readings)[len(readings) // 2])


def community(session: Session) -> members.CommunityView:
    """The community that was filled."""
    found = members.community_by_code(session, "SB")
    assert found is not None
    return found


def _found(session: Session, accounts: int) -> members.CommunityView:
    command = membership.FoundCommunity(
        "SB", "Bench", "Sragen", Unit("poin", "poin", 2, "XPN"), "Asia/Jakarta", "id", -10000, None
    )
    community_id = membership.found_community(session, command, _BEFORE)
    limit = Limit(-10000, None, "founding")
    for number in range(1, accounts + 1):
        cell = membership.EnrolCell(number, f"Sel {number}", _BEFORE.date())
        membership.enrol_cell(session, community_id, cell, limit, _BEFORE)
    found = members.community(session, community_id)
    assert found is not None
    return found


def _drafts(accounts: int, entries: int) -> Iterator[journal.Draft]:
    """Trades through the whole of October, in the order of time."""
    chance = random.Random("closing")
    step = timedelta(days=30) / entries
    for number in range(entries):
        payer, payee = chance.sample(range(1, accounts + 1), 2)
        amount = chance.randint(1, 1000)
        yield journal.Draft(
            "history",
            ((payer, -amount), (payee, amount)),
            date(2026, 10, 1 + 30 * number // entries),
            1,
            f"closing-{number:012}",
            memo_digest=chance.randbytes(32),
            booked_at=datetime(2026, 10, 1, tzinfo=UTC) + number * step,
        )
