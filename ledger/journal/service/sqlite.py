"""SQLite's side of posting: plain statements under the writer's lock of BEGIN IMMEDIATE."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from ledger.journal.rules.entries import Draft, Line, Position, Posted, fingerprint, posted_plain
from ledger.kernel.amounts import LARGEST
from ledger.kernel.clock import from_micros, to_micros

_READ_ACCOUNTS = """
SELECT number, balance, floor, ceiling, last_seq, not_before, status FROM account
WHERE community_id = ? AND number IN ({places})"""

_JUDGE = """
SELECT (SELECT coalesce(max(id), 0) + 1 FROM entry WHERE community_id = ?1),
       max(?5, l.not_before, h.not_before), l.last_seq + 1, l.balance + ?4,
       h.last_seq + 1, h.balance - ?4
FROM account AS l CROSS JOIN account AS h
WHERE l.community_id = ?1 AND l.number = ?2 AND h.community_id = ?1 AND h.number = ?3
  AND CASE WHEN ?4 < 0
      THEN l.status = 'open' AND l.balance + ?4 >= l.floor
       AND h.status <> 'closed' AND h.balance - ?4 <= coalesce(h.ceiling, ?8)
      ELSE h.status = 'open' AND h.balance - ?4 >= h.floor
       AND l.status <> 'closed' AND l.balance + ?4 <= coalesce(l.ceiling, ?8)
      END
  AND NOT EXISTS (
      SELECT 1 FROM entry WHERE community_id = ?1 AND actor = ?6 AND request_key = ?7
  )"""
"""Judge an entry of two postings: its id and instant, and each account's next seq and balance.

`?4` is what account `?2` receives and `?3` sends, negative the other way. The judgement is
`rules.entries.ensure_may_post` in SQL; a property test holds the two together. No row comes
back when it fails, an account is missing or the request key is on record.
"""

_LAY_BOTH = """
INSERT INTO posting (community_id, account, seq, entry_id, amount, balance)
VALUES (?1, ?2, ?3, ?4, ?5, ?6), (?1, ?7, ?8, ?4, -?5, ?9)"""

_MOVE_BOTH = """
UPDATE account SET balance = iif(number = ?2, ?3, ?5), last_seq = last_seq + 1, not_before = ?6
WHERE community_id = ?1 AND number IN (?2, ?4)"""

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

    def post_plain(self, draft: Draft, now: int) -> Posted | None:
        """Judge an entry of two postings in SQL, and write it."""
        (low, gain), (high, _) = sorted(draft.postings)
        run, community = self._driver.execute, self._community
        asked = (community, low, high, gain, now, draft.actor, draft.request_key, LARGEST)
        row = run(_JUDGE, asked).fetchone()
        if row is None:
            return None
        entry_id, booked_at, low_seq, low_after, high_seq, high_after = row
        posted = posted_plain(draft, row)
        laid = (community, low, low_seq, entry_id, gain, low_after, high, high_seq, high_after)
        run(_LAY_BOTH, laid)
        run(_WRITE_ENTRY, self._entry(draft, posted))
        run(_MOVE_BOTH, (community, low, low_after, high, high_after, booked_at))
        return posted

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

    def write(self, entries: Sequence[tuple[Draft, Posted]]) -> None:
        """Postings first: the row of an entry closes it, and its trigger checks the sum."""
        self._driver.executemany(_WRITE_POSTING, self._postings(entries))
        self._driver.executemany(_WRITE_ENTRY, (self._entry(*pair) for pair in entries))
        self._driver.executemany(_MOVE_ACCOUNT, self._last_lines(entries))

    def _last_lines(self, entries: Sequence[tuple[Draft, Posted]]) -> Iterator[tuple[Any, ...]]:
        """Each account as its last posting leaves it."""
        last = {line.account: (line, posted) for _, posted in entries for line in posted.lines}
        for line, posted in last.values():
            booked_at = to_micros(posted.booked_at)
            yield (line.balance, line.seq, booked_at, self._community, line.account)

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
