"""Entries: postings that sum to zero, fingerprints, sealed leaves, reversals, request keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from ledger.audit import rules
from ledger.audit.errors import Wrong
from ledger.audit.service.reading import Books


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entries there are, and how many of them wait for a seal."""

    entries: int
    waiting: int


_ENTRIES = """
SELECT e.id, e.kind, e.booked_at, CAST(e.occurred_on AS text) AS occurred_on, e.actor,
       e.memo_digest, e.request_key, e.fingerprint, e.reverses, e.legs,
       s.seal, s.digest, p.account, p.seq, p.amount, p.balance
FROM entry AS e
LEFT JOIN posting AS p ON p.community_id = e.community_id AND p.entry_id = e.id
LEFT JOIN sealed AS s ON s.community_id = e.community_id AND s.kind = 'entry'
                     AND s.account = 0 AND s.number = e.id
WHERE e.community_id = :community
ORDER BY e.id, p.account
"""

_KINDS = frozenset({"trade", "reversal", "history", "decision", "contribution"})

_KEY_TWICE = """
SELECT actor, request_key FROM entry WHERE community_id = :community
GROUP BY actor, request_key HAVING count(*) > 1 ORDER BY actor, request_key
"""

_REVERSED_TWICE = """
SELECT reverses FROM entry WHERE community_id = :community AND reverses IS NOT NULL
GROUP BY reverses HAVING count(*) > 1 ORDER BY reverses
"""

_NOT_THE_OPPOSITE = """
SELECT r.id, r.reverses
FROM entry AS r
LEFT JOIN entry AS e ON e.community_id = r.community_id AND e.id = r.reverses
WHERE r.community_id = :community AND r.reverses IS NOT NULL AND (
    e.id IS NULL OR e.kind = 'reversal' OR e.legs <> r.legs OR e.id >= r.id OR EXISTS (
        SELECT 1 FROM posting AS p
        WHERE p.community_id = r.community_id AND p.entry_id = r.id AND NOT EXISTS (
            SELECT 1 FROM posting AS o
            WHERE o.community_id = r.community_id AND o.entry_id = r.reverses
              AND o.account = p.account AND o.amount = -p.amount
        )
    )
)
ORDER BY r.id
"""


def prove_entries(books: Books) -> Counted:
    """Prove every entry by itself, then what entries promise of each other."""
    count = waiting = 0
    for _, group in groupby(books.rows(_ENTRIES), key=lambda row: row.id):
        rows = list(group)
        _prove_entry(books, rows)
        count += 1
        waiting += rows[0].seal is None
    _prove_keys_and_reversals(books)
    return Counted(count, waiting)


def _prove_entry(books: Books, rows: Sequence[Any]) -> None:
    entry = rows[0]
    lines = [(row.account, row.seq, row.amount, row.balance) for row in rows]
    if lines[0][0] is None:
        raise _wrong(books, entry, "it has no postings")
    if len({line[0] for line in lines}) < len(lines):
        raise _wrong(books, entry, "it has two postings on one account")
    if len(lines) != entry.legs or len(lines) < 2:
        raise _wrong(books, entry, f"it has {len(lines)} postings and says {entry.legs}")
    if sum(line[2] for line in lines) != 0 or any(line[2] == 0 for line in lines):
        raise _wrong(books, entry, "its postings do not sum to zero")
    if entry.kind not in _KINDS or (entry.kind == "reversal") != (entry.reverses is not None):
        raise _wrong(books, entry, f"its kind is {entry.kind} and it reverses {entry.reverses}")
    if not _is_day(entry.occurred_on):
        raise _wrong(books, entry, f"it occurred on {entry.occurred_on!r}, which is no day")
    fingerprint = rules.fingerprint(entry.kind, entry.occurred_on, entry.reverses, lines)
    if fingerprint != entry.fingerprint:
        raise _wrong(books, entry, "its fingerprint is of something else")
    if entry.seal is not None and _leaf(books, entry, lines) != entry.digest:
        raise _wrong(books, entry, f"seal {entry.seal} was made over something else")


def _is_day(written: str) -> bool:
    """Whether it is a day as we write them; PostgreSQL's `infinity` for one is none."""
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _leaf(books: Books, entry: Any, lines: rules.Lines) -> bytes:
    return rules.entry_leaf(
        books.community,
        entry_id=entry.id,
        kind=entry.kind,
        booked_at=entry.booked_at,
        occurred_on=entry.occurred_on,
        actor=entry.actor,
        memo_digest=entry.memo_digest,
        request_key=entry.request_key,
        fingerprint=entry.fingerprint,
        reverses=entry.reverses,
        legs=entry.legs,
        lines=lines,
    )


def _prove_keys_and_reversals(books: Books) -> None:
    twice = books.first(_KEY_TWICE)
    if twice:
        key = books.key(actor=twice.actor, request_key=twice.request_key)
        raise Wrong("entry", key, "two entries have this request key")
    twice = books.first(_REVERSED_TWICE)
    if twice:
        raise Wrong("entry", books.key(id=twice.reverses), "it was reversed twice")
    odd = books.first(_NOT_THE_OPPOSITE)
    if odd:
        raise _wrong(books, odd, f"it is not the opposite of entry {odd.reverses}, booked before")


def _wrong(books: Books, entry: Any, why: str) -> Wrong:
    return Wrong("entry", books.key(id=entry.id), why)
