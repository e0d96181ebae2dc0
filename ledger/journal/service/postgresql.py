"""PostgreSQL's side of posting: one statement for one entry, arrays for many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from psycopg.errors import SerializationFailure, UniqueViolation

from ledger.journal.rules.entries import Draft, Line, Position, Posted, fingerprint
from ledger.kernel.amounts import LARGEST
from ledger.kernel.clock import from_micros, to_micros
from ledger.persistence.prepared import run_prepared

_POST = b"""
WITH locked AS MATERIALIZED (
    SELECT number, balance, floor, ceiling, last_seq, not_before, status,
           ($3::bigint[])[array_position($2::bigint[], number)] AS amount
    FROM account
    WHERE community_id = $1::bigint AND number = ANY($2::bigint[])
    ORDER BY number
    FOR NO KEY UPDATE
), written AS (
    INSERT INTO entry (community_id, id, kind, booked_at, occurred_on, actor, memo_digest,
                       request_key, fingerprint, reverses, legs)
    SELECT $1, nextval('entry_id'), $6::text, greatest($5::bigint, max(not_before)), $7::date,
           $8::bigint, $9::bytea, $10::text, $11::bytea, $12::bigint, $4::bigint
    FROM locked
    HAVING count(*) = $4 AND bool_and(
               CASE WHEN amount < 0 THEN status = 'open' AND balance + amount >= floor
                    ELSE status <> 'closed' AND balance + amount <= coalesce(ceiling, $13::bigint)
               END)
    ON CONFLICT DO NOTHING
    RETURNING id, booked_at
), moved AS (
    UPDATE account
    SET balance = locked.balance + locked.amount,
        last_seq = locked.last_seq + 1,
        not_before = written.booked_at
    FROM locked, written
    WHERE community_id = $1 AND account.number = locked.number
), laid AS (
    INSERT INTO posting (community_id, account, seq, entry_id, amount, balance)
    SELECT $1, number, last_seq + 1, id, amount, balance + amount FROM locked, written
)
SELECT id, booked_at, number, last_seq + 1, amount, balance + amount FROM locked, written
ORDER BY number
"""
"""Lock in number order, judge, write the entry, move the accounts, lay the postings.

The judgement is `rules.entries.ensure_may_post` in SQL; a property test holds the
two together. No row comes back when it fails or the key is on record. `locked` holds
each row as it stands once its lock is ours, so that all that follows builds on it.
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
        rows = run_prepared(self._driver, b"simpul_post", _POST, self._asked(draft, now))
        if not rows:
            return None
        found = [[int(value or 0) for value in row] for row in rows]
        lines = tuple([Line(*row[2:]) for row in found])
        return Posted(found[0][0], from_micros(found[0][1]), lines)

    def _asked(self, draft: Draft, now: int) -> tuple[bytes | None, ...]:
        """The values of `_POST` as PostgreSQL writes them in text."""
        return (
            b"%d" % self._community,
            _array([account for account, _ in draft.postings]),
            _array([amount for _, amount in draft.postings]),
            b"%d" % len(draft.postings),
            b"%d" % now,
            draft.kind.encode(),
            draft.occurred_on.isoformat().encode(),
            b"%d" % draft.actor,
            _bytes(draft.memo_digest),
            draft.request_key.encode(),
            _bytes(fingerprint(draft)),
            None if draft.reverses is None else b"%d" % draft.reverses,
            b"%d" % LARGEST,
        )

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


def _array(numbers: list[int]) -> bytes:
    return b"{%s}" % b",".join([b"%d" % number for number in numbers])


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else b"\\x" + value.hex().encode()


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
