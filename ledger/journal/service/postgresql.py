"""PostgreSQL's side of posting: one statement for one entry, arrays for many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg.errors import SerializationFailure, UniqueViolation

from ledger.journal.rules.entries import Draft, Line, Position, Posted, fingerprint
from ledger.kernel.amounts import LARGEST
from ledger.kernel.clock import from_micros, to_micros

_POST = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(amounts)s::bigint[]) AS a (number, amount)
), locked AS MATERIALIZED (
    SELECT account.number, balance, floor, ceiling, not_before, status, amount
    FROM account JOIN asked ON account.number = asked.number
    WHERE community_id = %(community)s
    ORDER BY account.number
    FOR NO KEY UPDATE OF account
), verdict AS MATERIALIZED (
    SELECT count(*) = %(legs)s AND bool_and(
               CASE WHEN amount < 0 THEN status = 'open' AND balance + amount >= floor
                    ELSE status <> 'closed' AND balance + amount <= coalesce(ceiling, %(largest)s)
               END) AS passes,
           greatest(%(now)s, max(not_before)) AS booked_at
    FROM locked
), written AS (
    INSERT INTO entry (community_id, id, kind, booked_at, occurred_on, actor, memo_digest,
                       request_key, fingerprint, reverses, legs)
    SELECT %(community)s, nextval('entry_id'), %(kind)s, booked_at, %(occurred_on)s, %(actor)s,
           %(memo_digest)s, %(request_key)s, %(fingerprint)s, %(reverses)s, %(legs)s
    FROM verdict WHERE passes
    ON CONFLICT DO NOTHING
    RETURNING id, booked_at
), moved AS (
    UPDATE account
    SET balance = account.balance + locked.amount,
        last_seq = last_seq + 1,
        not_before = written.booked_at
    FROM locked, written
    WHERE community_id = %(community)s AND account.number = locked.number
    RETURNING account.number, last_seq, locked.amount, account.balance
), laid AS (
    INSERT INTO posting (community_id, account, seq, entry_id, amount, balance)
    SELECT %(community)s, moved.number, last_seq, id, amount, balance FROM moved, written
)
SELECT id, booked_at, number, last_seq, amount, balance FROM written, moved
"""
"""Lock in number order, judge, write the entry, move the accounts, lay the postings.

The judgement is `rules.entries.ensure_may_post` in SQL; a property test holds the
two together. No row comes back when it fails or the key is on record.
"""

_WRITE = """
WITH written AS (
    INSERT INTO entry (community_id, id, kind, booked_at, occurred_on, actor, memo_digest,
                       request_key, fingerprint, reverses, legs)
    SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::date[], %s::bigint[],
                             %s::bytea[], %s::text[], %s::bytea[], %s::bigint[], %s::bigint[])
)
INSERT INTO posting (community_id, account, seq, entry_id, amount, balance)
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
"""

_MOVE_ACCOUNTS = """
UPDATE account SET balance = new.balance, last_seq = new.last_seq, not_before = new.not_before
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS new (number, balance, last_seq, not_before)
WHERE community_id = %s AND account.number = new.number
"""


class PostgresqlBooks:
    """One community's books over a `psycopg` connection. See `books.Books`."""

    def __init__(self, driver: Any, community_id: int) -> None:
        self._driver = driver
        self._community = community_id

    def post(self, draft: Draft, now: int) -> Posted | None:
        """Post one entry in one statement; None when it may not be or stands there already."""
        rows = self._driver.execute(
            _POST,
            {
                "community": self._community,
                "accounts": [account for account, _ in draft.postings],
                "amounts": [amount for _, amount in draft.postings],
                "legs": len(draft.postings),
                "now": now,
                "largest": LARGEST,
                "kind": draft.kind,
                "occurred_on": draft.occurred_on,
                "actor": draft.actor,
                "memo_digest": draft.memo_digest,
                "request_key": draft.request_key,
                "fingerprint": fingerprint(draft),
                "reverses": draft.reverses,
            },
            prepare=True,
        ).fetchall()
        if not rows:
            return None
        lines = tuple(Line(*row[2:]) for row in sorted(rows, key=lambda row: row[2]))
        return Posted(rows[0][0], from_micros(rows[0][1]), lines)

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

    def write(self, entries: Sequence[tuple[Draft, Posted]], moved: Sequence[Position]) -> None:
        """Entries and postings in one statement: its end is where the sums are checked."""
        heads = [_entry(draft, posted) for draft, posted in entries]
        lines = [
            (line.account, line.seq, posted.entry_id, line.amount, line.balance)
            for _, posted in entries
            for line in posted.lines
        ]
        values = (self._community, *_columns(heads), self._community, *_columns(lines))
        try:
            self._driver.execute(_WRITE, values)
        except UniqueViolation as taken:
            # Somebody used the key for other accounts since we looked: look again.
            raise SerializationFailure(str(taken)) from taken
        accounts = [(p.number, p.balance, p.last_seq, p.not_before) for p in moved]
        self._driver.execute(_MOVE_ACCOUNTS, (*_columns(accounts), self._community))


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
        len(posted.lines),
    )


def _columns(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
