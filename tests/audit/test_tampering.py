"""Whoever gets past the database's defence is found: every column, every row, every table.

One thing is changed in a transaction, in tables without a defence; the audit looks, and
all is rolled back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.audit.service import prove
from ledger.kernel.clock import to_micros
from ledger.persistence.engine import begin_writing
from tests.audit.defenceless import KEYS, Defenceless, Row, delete, insert, rows_of, update
from tests.bookkeeping import Bookkeeper, audited

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
