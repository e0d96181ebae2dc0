"""Books whose tables were rebuilt without a constraint or a trigger, as their owner can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from ledger.audit.service import prove
from tests.bookkeeping import Bookkeeper

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


def tear_down_the_defence(engine: Engine, tables: Iterable[str] = KEYS) -> None:
    """Rebuild every one of the tables without its constraints and triggers."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        cascade = "CASCADE" if engine.dialect.name == "postgresql" else ""
        for table in tables:
            connection.execute(text(f"CREATE TABLE loose AS SELECT * FROM {table}"))
            connection.execute(text(f"DROP TABLE {table} {cascade}"))
            connection.execute(text(f"ALTER TABLE loose RENAME TO {table}"))
        connection.commit()


def rows_of(connection: Connection, table: str, key: list[str] | None = None) -> list[Row]:
    """All rows of a table, by its key."""
    order = ", ".join(key or KEYS[table])
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
