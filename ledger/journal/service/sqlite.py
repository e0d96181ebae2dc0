"""SQLite's side of posting: plain statements under the writer's lock of BEGIN IMMEDIATE."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from ledger.journal.rules.entries import Draft, Line, Position, Posted, fingerprint
from ledger.kernel.clock import from_micros, to_micros

_READ_ACCOUNTS = """
SELECT number, balance, floor, ceiling, last_seq, not_before, status FROM account
WHERE community_id = ? AND number IN ({places})"""

_FIND_KEY = """
SELECT id, fingerprint FROM entry WHERE community_id = ? AND actor = ? AND request_key = ?"""

_WRITE_POSTING = """
INSERT INTO posting (community_id, account, seq, entry_id, amount, balance)
VALUES (?, ?, ?, ?, ?, ?)"""

_WRITE_ENTRY = """
INSERT INTO entry (community_id, id, kind, booked_at, occurred_on, actor, memo_digest,
                   request_key, fingerprint, reverses, legs)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_MOVE_ACCOUNT = """
UPDATE account SET balance = ?, last_seq = ?, not_before = ?
WHERE community_id = ? AND number = ?"""


class SqliteBooks:
    """One community's books over a `sqlite3` connection. See `books.Books`."""

    def __init__(self, driver: Any, community_id: int) -> None:
        self._driver = driver
        self._community = community_id

    def lock(self, numbers: Collection[int]) -> dict[int, Position]:
        found: dict[int, Position] = {}
        for some in _chunks(sorted(numbers), 500):
            rows = self._driver.execute(
                _READ_ACCOUNTS.format(places=",".join("?" * len(some))),
                (self._community, *some),
            )
            found.update((row[0], Position(*row)) for row in rows)
        return found

    def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, bytes]]:
        found: dict[tuple[int, str], tuple[int, bytes]] = {}
        for key in keys:
            row = self._driver.execute(_FIND_KEY, (self._community, *key)).fetchone()
            if row:
                found[key] = row
        return found

    def is_reversed(self, entry_id: int) -> bool:
        row = self._driver.execute(
            "SELECT 1 FROM entry WHERE community_id = ? AND reverses = ?",
            (self._community, entry_id),
        ).fetchone()
        return row is not None

    def recall(self, entry_id: int) -> Posted:
        (booked_at,) = self._driver.execute(
            "SELECT booked_at FROM entry WHERE community_id = ? AND id = ?",
            (self._community, entry_id),
        ).fetchone()
        rows = self._driver.execute(
            "SELECT account, seq, amount, balance FROM posting"
            " WHERE community_id = ? AND entry_id = ? ORDER BY account",
            (self._community, entry_id),
        )
        return Posted(entry_id, from_micros(booked_at), tuple(Line(*row) for row in rows), True)

    def new_ids(self, count: int) -> list[int]:
        (last,) = self._driver.execute(
            "SELECT coalesce(max(id), 0) FROM entry WHERE community_id = ?",
            (self._community,),
        ).fetchone()
        return list(range(last + 1, last + 1 + count))

    def write(self, entries: Sequence[tuple[Draft, Posted]], moved: Sequence[Position]) -> None:
        """Postings first: the row of an entry closes it, and its trigger checks the sum."""
        self._driver.executemany(_WRITE_POSTING, self._postings(entries))
        self._driver.executemany(_WRITE_ENTRY, (self._entry(*pair) for pair in entries))
        self._driver.executemany(
            _MOVE_ACCOUNT,
            [(p.balance, p.last_seq, p.not_before, self._community, p.number) for p in moved],
        )

    def _postings(self, entries: Sequence[tuple[Draft, Posted]]) -> Iterator[tuple[Any, ...]]:
        for _, posted in entries:
            for line in posted.lines:
                yield (
                    self._community,
                    line.account,
                    line.seq,
                    posted.entry_id,
                    line.amount,
                    line.balance,
                )

    def _entry(self, draft: Draft, posted: Posted) -> tuple[Any, ...]:
        return (
            self._community,
            posted.entry_id,
            draft.kind,
            to_micros(posted.booked_at),
            draft.occurred_on.isoformat(),
            draft.actor,
            draft.memo_digest,
            draft.request_key,
            fingerprint(draft),
            draft.reverses,
            len(posted.lines),
        )


def _chunks(values: list[int], size: int) -> Iterator[list[int]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
