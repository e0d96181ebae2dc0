"""PostgreSQL's side of posting: one statement for an entry of two, arrays for many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg.errors import SerializationFailure, UniqueViolation

from ledger.journal.rules.entries import Draft, Line, Position, Posted, fingerprint, posted_plain
from ledger.kernel.clock import from_micros, to_micros
from ledger.persistence.prepared import run_prepared

_POST = b"SELECT public.post_entry($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
"""The database's own function for an entry of two postings, which judges and writes it.

See its migration, `one_way_in`. It answers NULL when a rule says no or the key is on
record. A property test holds its judgement to `rules.entries.ensure_may_post`.
"""

_POST_MANY = """
SELECT public.post_entries(
    %s, %s::bigint[], %s::text[], %s::bigint[], %s::date[], %s::bigint[], %s::bytea[], %s::text[],
    %s::bytea[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]
)"""
"""The database's own function for many entries; see its migration, `only_way_in`.

It lays the postings on the accounts itself, so that `rules.entries.lay` foretells its books.
"""


class PostgresqlBooks:
    """One community's books over a `psycopg` connection. See `books.Books`."""

    def __init__(self, driver: Any, community_id: int) -> None:
        self._driver = driver
        self._community = community_id

    def post_plain(self, draft: Draft, now: int) -> Posted | None:
        """Post an entry of two postings by one statement."""
        (low, gain), (high, _) = sorted(draft.postings)
        values = (
            self._community,
            low,
            high,
            gain,
            now,
            draft.kind,
            draft.occurred_on.isoformat(),
            draft.actor,
            draft.memo_digest,
            draft.request_key,
            fingerprint(draft),
        )
        ((answer,),) = run_prepared(self._driver, b"simpul_post", _POST, values)
        return posted_plain(draft, map(int, answer[1:-1].split(b","))) if answer else None

    def lock(self, numbers: Collection[int]) -> dict[int, Position]:
        rows = self._driver.execute(
            "SELECT number, balance, floor, ceiling, last_seq, not_before, status FROM account"
            " WHERE community_id = %s AND number = ANY(%s) ORDER BY number FOR NO KEY UPDATE",
            (self._community, list(numbers)),
        )
        return {row[0]: Position(*row) for row in rows}

    def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, bytes]]:
        rows = self._driver.execute(
            "SELECT actor, request_key, id, fingerprint FROM entry"
            " JOIN unnest(%s::bigint[], %s::text[]) AS asked (a, k)"
            "   ON actor = asked.a AND request_key = asked.k"
            " WHERE community_id = %s",
            ([actor for actor, _ in keys], [key for _, key in keys], self._community),
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def is_reversed(self, entry_id: int) -> bool:
        row = self._driver.execute(
            "SELECT 1 FROM entry WHERE community_id = %s AND reverses = %s",
            (self._community, entry_id),
        ).fetchone()
        return row is not None

    def recall(self, entry_id: int) -> Posted:
        rows = self._driver.execute(
            "SELECT booked_at, account, seq, amount, balance FROM entry"
            " JOIN posting USING (community_id)"
            " WHERE community_id = %s AND id = %s AND entry_id = id ORDER BY account",
            (self._community, entry_id),
        ).fetchall()
        lines = tuple(Line(*row[1:]) for row in rows)
        return Posted(entry_id, from_micros(rows[0][0]), lines, True)

    def new_ids(self, count: int) -> list[int]:
        rows = self._driver.execute(
            "SELECT nextval('entry_id') FROM generate_series(1, %s)", (count,)
        )
        return [row[0] for row in rows]

    def write(self, entries: Sequence[tuple[Draft, Posted]]) -> None:
        """By one statement. The database moves the accounts by itself."""
        heads = [_entry(draft, posted) for draft, posted in entries]
        lines = [
            (posted.entry_id, line.account, line.amount)
            for _, posted in entries
            for line in posted.lines
        ]
        try:
            self._driver.execute(_POST_MANY, (self._community, *_columns(heads), *_columns(lines)))
        except UniqueViolation as taken:
            # Somebody used the key for other accounts since we looked: look again.
            raise SerializationFailure(str(taken)) from taken


def _entry(draft: Draft, posted: Posted) -> tuple[Any, ...]:
    return (
        posted.entry_id,
        draft.kind,
        to_micros(posted.booked_at),
        draft.occurred_on,
        draft.actor,
        draft.memo_digest,
        draft.request_key,
        fingerprint(draft),
        draft.reverses,
    )


def _columns(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
