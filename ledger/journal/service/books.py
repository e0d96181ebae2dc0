"""What posting needs of a database, in the few statements that it takes.

Both keepers speak to the driver: the ORM would cost nine tenths of the speed,
and this is the one place where speed comes before convenience.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ledger.journal.rules.entries import Draft, Position, Posted
from ledger.journal.service.postgresql import PostgresqlBooks
from ledger.journal.service.sqlite import SqliteBooks


class Books(Protocol):
    """One community's books, inside the transaction of a session."""

    def post_plain(self, draft: Draft, now: int) -> Posted | None:
        """Post a draft that `is_plain`; `now` is in microseconds.

        None, and nothing written, where a rule says no, an account is missing or the
        request key is on record: posting in order then says why.
        """

    def lock(self, numbers: Collection[int]) -> dict[int, Position]:
        """Lock the accounts in number order and return those that exist."""

    def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, bytes]]:
        """Entry id and fingerprint of each (actor, request key) that is on record."""

    def is_reversed(self, entry_id: int) -> bool:
        """Whether an entry on record reverses `entry_id`."""

    def recall(self, entry_id: int) -> Posted:
        """The recorded entry as the answer to a replay."""

    def new_ids(self, count: int) -> list[int]:
        """Ids for new entries, rising; to be called with the accounts locked."""

    def write(self, entries: Sequence[tuple[Draft, Posted]]) -> None:
        """Write entries with their postings, and move the accounts."""


def books_of(session: Session, community_id: int) -> Books:
    """The keeper for the session's database.

    The unit of work binds its session to a connection that is in its transaction:
    going to it straight is several times cheaper than `session.connection()`.
    """
    session.flush()
    if session.in_nested_transaction():
        session.connection()  # a savepoint is made when its session is first used
    bound = session.bind
    connection = bound if isinstance(bound, Connection) else session.connection()
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return SqliteBooks(driver, community_id)
    return PostgresqlBooks(driver, community_id)
