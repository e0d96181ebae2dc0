"""Closed months: chained, attested, and every line what the postings of its month come to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import inspect

from ledger.audit import rules
from ledger.audit.errors import Wrong
from ledger.audit.service.reading import Books

_CLOSINGS = """
SELECT c.month, c.number, c.starts_at, c.ends_at, c.leaves, c.root, c.previous, c.hash, c.sheet,
       c.sheet_salt, a.about, a.digest AS attested, k.at AS cut_off
FROM closing AS c
LEFT JOIN attestation AS a ON a.community_id = c.community_id AND a.number = c.attestation
LEFT JOIN cutoff AS k ON k.community_id = c.community_id AND k.at = c.ends_at
WHERE c.community_id = :community
ORDER BY c.number
"""

_LEAVES = """
SELECT month, account, place, opening, debits, credits, closing, last_seq, digest, salt
FROM closing_line WHERE community_id = :community ORDER BY month, place
"""

_LINES = """
SELECT account, month, opening, debits, credits, closing, last_seq
FROM closing_line WHERE community_id = :community ORDER BY account, month
"""

_POSTINGS = """
SELECT p.account, p.seq, p.amount, e.booked_at
FROM posting AS p
JOIN entry AS e ON e.community_id = p.community_id AND e.id = p.entry_id
WHERE p.community_id = :community
ORDER BY p.account, p.seq
"""

_NAMES = """
SELECT account, version, digest, name, salt FROM frozen_name
WHERE community_id = :community AND name IS NOT NULL ORDER BY account, version
"""

_PDFS = """
SELECT p.digest, a.about, a.digest AS attested FROM attested_pdf AS p
LEFT JOIN attestation AS a ON a.community_id = p.community_id AND a.number = p.attestation
WHERE p.community_id = :community ORDER BY p.digest
"""

_GONE = """
SELECT a.number, a.about FROM attestation AS a
LEFT JOIN closing AS c ON a.about = 'closing' AND c.community_id = a.community_id
                      AND c.attestation = a.number
LEFT JOIN attested_pdf AS p ON a.about = 'statement-pdf' AND p.community_id = a.community_id
                           AND p.attestation = a.number
WHERE a.community_id = :community AND a.about IN ('closing', 'statement-pdf')
  AND c.month IS NULL AND p.month IS NULL
ORDER BY a.number
"""

_NAMED = """
SELECT l.account, l.month FROM closing_line AS l
LEFT JOIN frozen_name AS n ON n.community_id = l.community_id AND n.account = l.account
                          AND n.version = l.name_version
WHERE l.community_id = :community AND l.name_version IS NOT NULL AND n.version IS NULL
ORDER BY l.account, l.month
"""

_FIRST_PREVIOUS = bytes(32)

CLOSING_TABLES = ("closing", "closing_line", "frozen_name", "attested_pdf")


@dataclass(slots=True)
class _Month:
    """What an account's postings come to in a month."""

    opening: int
    debits: int = 0
    credits: int = 0
    last_seq: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.credits - self.debits


@dataclass(slots=True)
class _Closed:
    """The months that are closed, in their order, and the instants at which they end."""

    months: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def prove_closings(books: Books, code: str | None) -> int:
    """Prove the community's closings; return how many there are."""
    if not inspect(books.connection).has_table("closing"):
        return 0
    closed = _Closed()
    leaves = groupby(books.rows(_LEAVES), key=lambda row: row.month)
    last: Any = None
    for row in books.rows(_CLOSINGS):
        month, lines = next(leaves, (None, iter(())))
        if month != row.month:
            raise Wrong("closing", books.key(month=row.month), "it has no lines of its own")
        _prove_step(books, last, row)
        _prove_closing(books, code or "", row, list(lines))
        closed.months.append(row.month)
        closed.ends.append(row.ends_at)
        last = row
    stray, _ = next(leaves, (None, None))
    if stray is not None:
        raise Wrong("closing_line", books.key(month=stray), "there is no such closing")
    _prove_lines(books, closed)
    _prove_beside(books)
    return len(closed.months)


def _prove_step(books: Books, last: Any, row: Any) -> None:
    """A closing follows the one before without a gap, and its end was cut off."""
    key = books.key(month=row.month)
    if row.number != (last.number + 1 if last else 1):
        raise Wrong("closing", key, "the numbers of closings have a gap")
    if row.previous != (last.hash if last else _FIRST_PREVIOUS):
        raise Wrong("closing", key, "its previous is not the hash of the closing before")
    if last and (row.starts_at != last.ends_at or row.month != _next(last.month)):
        raise Wrong("closing", key, "it does not begin where the closing before ends")
    if row.starts_at >= row.ends_at or row.cut_off is None:
        raise Wrong("closing", key, "its end was not cut off")


def _prove_closing(books: Books, code: str, row: Any, lines: list[Any]) -> None:
    """Root and hash are those of the lines, and a digest handed to the seals says so."""
    key = books.key(month=row.month)
    account = 0
    for place, line in enumerate(lines):
        if line.place != place or line.account <= account:
            own = books.key(month=row.month, account=line.account)
            raise Wrong("closing_line", own, f"place {place} should come here")
        account = line.account
    if row.leaves != len(lines) or rules.tree_hash([_leaf(line) for line in lines]) != row.root:
        raise Wrong("closing", key, "its root is not that of its lines")
    found = rules.closing_hash(
        community=code,
        month=f"{row.month // 100:04d}-{row.month % 100:02d}",
        number=row.number,
        start=row.starts_at,
        end=row.ends_at,
        leaves=row.leaves,
        root=row.root,
        previous=row.previous,
        sheet=rules.sheet_digest(row.sheet, row.sheet_salt),
    )
    if found != row.hash:
        raise Wrong("closing", key, "its hash is not that of what it says")
    if row.about != "closing" or row.attested != row.hash:
        raise Wrong("closing", key, "no attestation is over its hash")


def _prove_lines(books: Books, closed: _Closed) -> None:
    """Every line is what its account's postings come to, and no line is missing."""
    postings = groupby(books.rows(_POSTINGS), key=lambda row: row.account)
    lines = groupby(books.rows(_LINES), key=lambda row: row.account)
    number, some = next(postings, (None, iter(())))
    for account, own in lines:
        while number is not None and number < account:
            _prove_account(books, closed, number, some, {})
            number, some = next(postings, (None, iter(())))
        found = {line.month: line for line in own}
        if number == account:
            _prove_account(books, closed, account, some, found)
            number, some = next(postings, (None, iter(())))
        else:
            _prove_account(books, closed, account, iter(()), found)
    while number is not None:
        _prove_account(books, closed, number, some, {})
        number, some = next(postings, (None, iter(())))


def _prove_account(
    books: Books, closed: _Closed, account: int, postings: Iterator[Any], lines: dict[int, Any]
) -> None:
    """An account without a line had nothing in its month, and stood at zero."""
    balance, seq = 0, 0
    months = {place: list(rows) for place, rows in groupby(postings, key=_place(closed))}
    for place, month in enumerate(closed.months):
        here = _Month(balance, last_seq=seq)
        for row in months.get(place, ()):
            here.credits += max(row.amount, 0)
            here.debits += max(-row.amount, 0)
            here.last_seq = row.seq
        balance, seq = here.closing, here.last_seq
        line = lines.get(month)
        key = books.key(month=month, account=account)
        if line is None:
            if balance or place in months:
                raise Wrong("closing_line", key, "the account has postings and no line")
            continue
        for column in ("opening", "debits", "credits", "closing", "last_seq"):
            said, counted = getattr(line, column), getattr(here, column)
            if said != counted:
                raise Wrong("closing_line", key, f"{column} is {said}, its postings say {counted}")


def _place(closed: _Closed) -> Any:
    """Which closed month a posting was booked in, counted from 0; past all is one more."""
    return lambda row: bisect_right(closed.ends, row.booked_at)


def _prove_beside(books: Books) -> None:
    """Names that were not erased are the ones frozen; what was attested is all there."""
    for row in books.rows(_NAMES):
        if rules.name_digest(row.name, row.salt) != row.digest:
            key = books.key(account=row.account, version=row.version)
            raise Wrong("frozen_name", key, "the name is not the one that was frozen")
    nameless = books.first(_NAMED)
    if nameless:
        key = books.key(month=nameless.month, account=nameless.account)
        raise Wrong("closing_line", key, "its name was not frozen")
    for row in books.rows(_PDFS):
        if row.about != "statement-pdf" or row.attested != row.digest:
            key = books.key(digest=row.digest.hex())
            raise Wrong("attested_pdf", key, "no attestation is over its digest")
    gone = books.first(_GONE)
    if gone:
        key = books.key(number=gone.number)
        raise Wrong("attestation", key, f"the {gone.about} that it is over is gone")


def _leaf(line: Any) -> bytes:
    return rules.line_leaf(
        account=line.account,
        opening=line.opening,
        sent=line.debits,
        received=line.credits,
        closing=line.closing,
        last_seq=line.last_seq,
        statement=line.digest,
        salt=line.salt,
    )


def _next(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89
