"""Whoever tampers with closed months is found: by the audit, or by composing them again."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.audit import rules
from ledger.audit.service import prove
from ledger.audit.service.closings import _leaf
from ledger.journal.service import seal_all
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.rules.months import Month
from tests.audit.defenceless import rows_of, tear_down_the_defence
from tests.audit.test_tampering import other_values
from tests.bookkeeping import audited, proven
from tests.communities import ACommunity, a_cell, a_community
from tests.conftest import BOTH
from tests.databases import Databases, connected
from tests.postgres import PostgresMissing
from tests.statements.closing import closed_all

KEYS = {
    "closing": ["community_id", "month"],
    "closing_line": ["community_id", "month", "account"],
    "frozen_name": ["community_id", "account", "version"],
    "attested_pdf": ["community_id", "digest"],
}
UNPROVEN = {
    ("closing", "closed_at"),
    ("attested_pdf", "attested_at"),
    ("attested_pdf", "month"),
    ("attested_pdf", "account"),
}
"""When the work was done, and in whose list a PDF's digest stands: no figure follows from these."""

MONTHS = (Month(2026, 9), Month(2026, 10))


@dataclass(frozen=True)
class Closed:
    """A community with two closed months."""

    community: ACommunity
    accounts: tuple[int, ...]

    def is_found(self, connection: Connection) -> bool:
        """Whether the audit or a statement composed again says that something is wrong."""
        if prove(connection, None).wrong is not None:
            return True
        with Session(connection) as session:
            for month in MONTHS:
                for account in self.accounts:
                    view = queries.statement(session, self.community.view, account, month)
                    if view is None or not view.is_genuine:
                        return True
        return False


def kept(engine: Engine) -> Closed:
    """Trades, a reversal, a change of a name, two closings, and a PDF that was attested."""
    community = a_community(engine, datetime(2026, 9, 10, 3, tzinfo=UTC))
    cells = [community.enrol(a_cell().with_limit(100)) for _ in range(3)]
    community.pay(cells[0], cells[1], 7)
    october = community.later(days=30)
    october.pay(cells[0], cells[1], 30)
    october.ask(cells[1], cells[2], 5)
    october.later(days=1).pay(cells[2], cells[0], 5)
    later = october.later(days=40)
    assert closed_all(later) == 2
    digest = hashlib.sha256(b"%PDF-").digest()
    in_unit_of_work(
        engine,
        lambda s: service.attest_pdf(s, community.view.id, 1, MONTHS[1], digest, later.now),
    )
    return Closed(later, tuple(cell.account for cell in cells))


@pytest.fixture(scope="module", params=BOTH)
def closed(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Closed]:
    """Its tables let everything pass."""
    try:
        with databases.fresh(request.param) as database, connected(database.owner_url) as engine:
            made = kept(engine)
            tear_down_the_defence(engine, KEYS)
            yield made
    except PostgresMissing as missing:
        pytest.skip(f"no PostgreSQL: {missing}")


def same(table: str) -> str:
    return " AND ".join(f"{column} = :{column}" for column in KEYS[table])


def test_closed_books_prove_themselves(engine: Engine, tmp_path: Path) -> None:
    made = kept(engine)
    seal_all(engine, tmp_path / "anchors", made.community.now)
    assert [one.closings for one in proven(engine, tmp_path / "anchors")] == [2]
    with engine.connect() as connection:
        assert not made.is_found(connection)


@pytest.mark.parametrize("table", KEYS)
def test_every_changed_value_is_found(closed: Closed, table: str, rng: random.Random) -> None:
    engine = closed.community.engine
    with engine.connect() as connection:
        rows = rows_of(connection, table, KEYS[table])
    for row in rows:
        for column, value in row.items():
            if (table, column) in UNPROVEN or value is None:
                continue
            other = next(other_values(value, rng, every_byte=False))
            with engine.connect() as connection:
                connection.execute(
                    text(f"UPDATE {table} SET {column} = :new_value WHERE {same(table)}"),
                    {"new_value": other, **row},
                )
                assert is_found_or_unreadable(closed, connection), (table, column, value, other)
                connection.rollback()


@pytest.mark.parametrize("table", KEYS)
def test_every_deleted_row_is_found(closed: Closed, table: str) -> None:
    engine = closed.community.engine
    with engine.connect() as connection:
        rows = rows_of(connection, table, KEYS[table])
    for row in rows:
        with engine.connect() as connection:
            connection.execute(text(f"DELETE FROM {table} WHERE {same(table)}"), row)
            assert is_found_or_unreadable(closed, connection), (table, row)
            connection.rollback()


def is_found_or_unreadable(closed: Closed, connection: Connection) -> bool:
    """Kept JSON that no longer reads, or has another field, is found as well."""
    try:
        return closed.is_found(connection)
    except (KeyError, LookupError, TypeError, ValueError):
        return True


def test_a_closing_that_was_taken_back_is_found(closed: Closed) -> None:
    """Every row of the last month is gone; what the seals cover still says that it was."""
    with closed.community.engine.connect() as connection:
        for table in ("attested_pdf", "closing_line", "closing"):
            connection.execute(text(f"DELETE FROM {table} WHERE month = 202610"))
        wrong = prove(connection, None).wrong
        assert wrong is not None
        assert wrong.table == "attestation"
        connection.rollback()


def test_an_account_that_was_left_out_is_found(closed: Closed) -> None:
    """Whoever writes root, number of leaves and hash anew still can't make its postings go."""
    engine = closed.community.engine
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM closing_line WHERE month = 202610 AND account = 3"))
        row = connection.execute(text("SELECT * FROM closing WHERE month = 202610")).one()
        lines = connection.execute(
            text("SELECT * FROM closing_line WHERE month = 202610 ORDER BY place")
        ).all()
        root = rules.tree_hash([_leaf(line) for line in lines])
        made = rules.closing_hash(
            community="SB",
            month="2026-10",
            number=row.number,
            start=row.starts_at,
            end=row.ends_at,
            leaves=2,
            root=root,
            previous=row.previous,
            sheet=rules.sheet_digest(row.sheet, row.sheet_salt),
        )
        connection.execute(
            text("INSERT INTO attestation VALUES (1, 4, 0, 'closing', :hash)"), {"hash": made}
        )
        connection.execute(
            text(
                "UPDATE closing SET leaves = 2, root = :root, hash = :hash, attestation = 4"
                " WHERE month = 202610"
            ),
            {"root": root, "hash": made},
        )
        wrong = prove(connection, None).wrong
        assert wrong is not None
        assert wrong.why == "the account has postings and no line"
        connection.rollback()


def test_the_database_lets_nobody_change_what_was_closed(engine: Engine) -> None:
    kept(engine)
    for statement in (
        "UPDATE closing_line SET incoming = 9",
        "UPDATE closing SET leaves = 9",
        "DELETE FROM closing_line",
        "DELETE FROM closing",
        "DELETE FROM frozen_name",
        "UPDATE frozen_name SET digest = salt",
        "DELETE FROM attested_pdf",
    ):
        with engine.connect() as connection:
            with pytest.raises(DBAPIError):
                connection.execute(text(statement))
            connection.rollback()
    assert audited(engine).wrong is None
