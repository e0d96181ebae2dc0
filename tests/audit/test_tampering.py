"""Whoever gets past the database's defence is found: every column, every row, every table.

The tables are rebuilt without a constraint or a trigger, as their owner can; then
one thing is changed in a transaction, the audit looks, and all is rolled back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from ledger.audit.service import prove
from ledger.kernel.clock import to_micros
from ledger.persistence.engine import begin_writing
from tests.bookkeeping import Bookkeeper, audited
from tests.conftest import BOTH
from tests.databases import Databases, connected
from tests.postgres import PostgresMissing

KEYS = {
    "book": ["community_id"],
    "account": ["community_id", "number"],
    "entry": ["community_id", "id"],
    "posting": ["community_id", "account", "seq"],
    "account_change": ["community_id", "account", "number"],
    "attestation": ["community_id", "number"],
    "seal": ["community_id", "number"],
    "sealed": ["community_id", "seal", "place"],
    "seal_mark": ["community_id", "account"],
}
UNPROVEN = {("book", "opened_at"), ("account", "kind"), ("account", "not_before")}
"""No figure and no limit follows from these: no seal covers them."""

OTHERS = {
    "trade": "history",
    "history": "trade",
    "reversal": "trade",
    "open": "frozen",
    "frozen": "open",
    "entry": "change",
    "change": "entry",
    "attestation": "entry",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Defenceless:
    """Books that let everything pass, and the file that knows their seals."""

    engine: Engine
    anchors: Path

    @contextmanager
    def undone(self) -> Iterator[Connection]:
        """A connection whose changes are rolled back."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    def is_found(self, connection: Connection, tampered: str) -> bool:
        """Whether the audit finds something and names it."""
        wrong = prove(connection, self.anchors).wrong
        if wrong is None:
            print("not found:", tampered)
            return False
        return wrong.table in KEYS and bool(wrong.key) and bool(wrong.why)

    def rows(self, table: str) -> list[Row]:
        """The untouched rows of a table."""
        with self.undone() as connection:
            return rows_of(connection, table)


@pytest.fixture(scope="module", params=BOTH)
def books(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Defenceless]:
    """Two communities' sealed books, in tables that let everything pass."""
    try:
        with databases.fresh(request.param) as database, connected(database.owner_url) as engine:
            anchors = tmp_path_factory.mktemp("anchors") / "anchors"
            keep_books(engine, anchors)
            tear_down_the_defence(engine)
            yield Defenceless(engine, anchors)
    except PostgresMissing as missing:
        pytest.skip(f"no PostgreSQL: {missing}")


def keep_books(engine: Engine, anchors: Path) -> None:
    """A little of everything, in two communities, under three seals each."""
    for community in (1, 2):
        books = Bookkeeper(engine, community).with_accounts(1, 2, 3)
        then = books.now - timedelta(days=30)
        books.post(books.draft((1, -7), (2, 7), kind="history", booked_at=then))
        trade = books.pay(1, 2, 40, memo_digest=b"\x05" * 32)
        books.attest(b"\x07" * 32)
        books.seal()
        books.later(minutes=1).post(books.draft((2, -30), (1, 10), (3, 20)))
        books.limit(3, -50, 900)
        books.mark(2, "frozen")
        books.mark(2, "open")
        books.seal()
        books.later(minutes=1).reverse(trade.entry_id)
        books.attest(b"\x08" * 32, about="ballots")
        books.anchor(anchors)


def tear_down_the_defence(engine: Engine) -> None:
    """Rebuild every table without its constraints and triggers."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        cascade = "CASCADE" if engine.dialect.name == "postgresql" else ""
        for table in KEYS:
            connection.execute(text(f"CREATE TABLE loose AS SELECT * FROM {table}"))
            connection.execute(text(f"DROP TABLE {table} {cascade}"))
            connection.execute(text(f"ALTER TABLE loose RENAME TO {table}"))
        connection.commit()


def rows_of(connection: Connection, table: str) -> list[Row]:
    """All rows of a table, by key."""
    order = ", ".join(KEYS[table])
    found = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))
    return [dict(row) for row in found.mappings()]


def update(connection: Connection, table: str, row: Row, **new: Any) -> None:
    """Set columns of one row."""
    setting = ", ".join(f"{column} = :new_{column}" for column in new)
    parameters = {f"new_{column}": value for column, value in new.items()} | row
    connection.execute(text(f"UPDATE {table} SET {setting} WHERE {same(table)}"), parameters)


def delete(connection: Connection, table: str, row: Row) -> None:
    """Delete one row."""
    connection.execute(text(f"DELETE FROM {table} WHERE {same(table)}"), row)


def insert(connection: Connection, table: str, row: Row) -> None:
    """Add one row."""
    values = ", ".join(f":{column}" for column in row)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)


def same(table: str) -> str:
    """The condition that picks a row by its key."""
    return " AND ".join(f"{column} = :{column}" for column in KEYS[table])


def other_values(value: Any, rng: random.Random, *, every_byte: bool) -> Iterator[Any]:
    """Values that are not `value` but look like it."""
    match value:
        case bool() | int():
            yield from (value + 1, value - 1, value ^ 1 << rng.randrange(40))
        case date():
            yield value + timedelta(days=1)
        case str() if value in OTHERS:
            yield OTHERS[value]
        case str():
            for place in range(len(value)) if every_byte else [rng.randrange(len(value))]:
                yield f"{value[:place]}{chr(ord(value[place]) ^ 1)}{value[place + 1 :]}"
        case bytes():
            for place in range(len(value)) if every_byte else [rng.randrange(len(value))]:
                flipped = value[place] ^ 1 << rng.randrange(8)
                yield value[:place] + bytes([flipped]) + value[place + 1 :]


def test_untouched_books_prove_themselves(books: Defenceless) -> None:
    with books.undone() as connection:
        report = prove(connection, books.anchors)
    assert report.wrong is None
    assert [(each.entries, each.seals, each.waiting) for each in report.proven] == [(4, 3, 0)] * 2


@pytest.mark.soak
@pytest.mark.parametrize("table", KEYS)
def test_every_changed_value_is_found(
    books: Defenceless, table: str, rng: random.Random, soaking: bool
) -> None:
    rows = [row for row in books.rows(table) if row["community_id"] == 1]
    missed = 0
    for row in rows:
        for column, value in row.items():
            if (table, column) in UNPROVEN:
                continue
            empty = b"\x01" * 32 if column == "memo_digest" else 1
            for other in other_values(empty if value is None else value, rng, every_byte=soaking):
                with books.undone() as connection:
                    update(connection, table, row, **{column: other})
                    missed += not books.is_found(connection, f"{table} {row}: {column} = {other!r}")
    assert missed == 0


@pytest.mark.parametrize("table", KEYS)
def test_every_emptied_value_is_found(books: Defenceless, table: str) -> None:
    nullable = {"entry": ["memo_digest", "reverses"], "account": ["ceiling"]}
    nullable["account_change"] = ["ceiling"]
    rows = books.rows(table)
    for row in rows:
        for column in nullable.get(table, []):
            if row[column] is not None:
                with books.undone() as connection:
                    update(connection, table, row, **{column: None})
                    assert books.is_found(connection, f"{table} {row}: {column} = None")


@pytest.mark.parametrize("table", KEYS)
def test_every_deleted_row_is_found(books: Defenceless, table: str) -> None:
    rows = books.rows(table)
    for row in rows:
        with books.undone() as connection:
            delete(connection, table, row)
            assert books.is_found(connection, f"{table} {row} deleted")


@pytest.mark.parametrize("table", KEYS)
def test_every_cut_tail_is_found(books: Defenceless, table: str) -> None:
    rows = [row for row in books.rows(table) if row["community_id"] == 1]
    for length in range(len(rows)):
        with books.undone() as connection:
            for row in rows[length:]:
                delete(connection, table, row)
            assert books.is_found(connection, f"{table} cut to {length}")


@pytest.mark.parametrize("table", [table for table in KEYS if table != "book"])
def test_every_swap_of_neighbours_is_found(books: Defenceless, table: str) -> None:
    rows = books.rows(table)
    for one, two in pairwise(rows):
        contents = [content(table, row) for row in (one, two)]
        if contents[0] != contents[1]:
            with books.undone() as connection:
                update(connection, table, one, **contents[1])
                update(connection, table, two, **contents[0])
                assert books.is_found(connection, f"{table} {one} and {two} swapped")


def content(table: str, row: Row) -> Row:
    """What a row says besides its key."""
    return {
        column: value
        for column, value in row.items()
        if column not in KEYS[table] and (table, column) not in UNPROVEN
    }


@pytest.mark.parametrize("table", KEYS)
def test_every_duplicate_is_found(books: Defenceless, table: str) -> None:
    rows = books.rows(table)
    for row in rows:
        for copy in duplicates(table, row, rows):
            with books.undone() as connection:
                insert(connection, table, copy)
                assert books.is_found(connection, f"{table} {copy} added")


def duplicates(table: str, row: Row, rows: Sequence[Row]) -> Iterator[Row]:
    """The row once more, and once more under the next free key.

    A new book or a new attestation is what anybody might write who may write at
    all: nothing about it is wrong.
    """
    yield row
    if table not in {"book", "attestation"}:
        last = KEYS[table][-1]
        yield row | {last: 1 + max(other[last] for other in rows)}


def test_a_not_before_behind_the_last_posting_is_found(books: Defenceless) -> None:
    with books.undone() as connection:
        row = rows_of(connection, "account")[0]
        update(connection, "account", row, not_before=row["not_before"] - 1)
        assert books.is_found(connection, "not_before moved back")


def test_an_account_that_could_book_into_a_closed_month_is_found(engine: Engine) -> None:
    keeper = Bookkeeper(engine).with_accounts(1, 2)
    with begin_writing(engine) as connection:
        community, at = keeper.community, to_micros(keeper.now)
        connection.execute(text(f"INSERT INTO cutoff VALUES ({community}, {at})"))

    wrong = audited(engine).wrong
    assert wrong is not None
    assert (wrong.table, wrong.why) == ("account", "it could book into a closed month")


def test_a_limit_lifted_in_secret_is_found(engine: Engine) -> None:
    """Whoever holds the service's own rights moves a floor, trades, and moves it back."""
    keeper = Bookkeeper(engine).with_accounts(1, 2)
    with begin_writing(engine) as connection:
        connection.execute(text("UPDATE account SET floor = -9000 WHERE number = 1"))
    keeper.pay(1, 2, 500)
    with begin_writing(engine) as connection:
        connection.execute(text("UPDATE account SET floor = -100 WHERE number = 1"))

    wrong = audited(engine).wrong
    assert wrong is not None
    assert (wrong.table, wrong.key) == ("posting", "community 1, account 1, seq 1")


def test_a_limit_that_came_after_does_not_excuse(engine: Engine) -> None:
    """What a seal covers was not allowed by a change that only a later seal covers."""
    keeper = Bookkeeper(engine).with_accounts(1, 2)
    with begin_writing(engine) as connection:
        connection.execute(text("UPDATE account SET floor = -9000 WHERE number = 1"))
    keeper.pay(1, 2, 500)
    keeper.seal()
    keeper.limit(1, -9000)

    wrong = audited(engine).wrong
    assert wrong is not None
    assert wrong.table == "posting"
