"""Seals: roots over the leaves that are there, chained, and known outside the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ledger.audit import rules
from ledger.audit.errors import Wrong
from ledger.audit.service.anchors import Anchored
from ledger.audit.service.reading import Books

_ATTESTATIONS = """
SELECT a.number, a.attested_at, a.about, a.digest AS attested, s.seal, s.digest
FROM attestation AS a
LEFT JOIN sealed AS s ON s.community_id = a.community_id AND s.kind = 'attestation'
                     AND s.account = 0 AND s.number = a.number
WHERE a.community_id = :community
ORDER BY a.number
"""

_SEALED_TWICE = """
SELECT kind, account, number FROM sealed WHERE community_id = :community
GROUP BY kind, account, number HAVING count(*) > 1 ORDER BY kind, account, number
"""

_SEALED_BUT_GONE = """
SELECT s.seal, s.place, s.kind, s.account, s.number
FROM sealed AS s
LEFT JOIN entry AS e ON s.kind = 'entry' AND s.account = 0
                    AND e.community_id = s.community_id AND e.id = s.number
LEFT JOIN account_change AS c ON s.kind = 'change' AND c.community_id = s.community_id
                             AND c.account = s.account AND c.number = s.number
LEFT JOIN attestation AS a ON s.kind = 'attestation' AND s.account = 0
                          AND a.community_id = s.community_id AND a.number = s.number
WHERE s.community_id = :community AND e.id IS NULL AND c.number IS NULL AND a.number IS NULL
ORDER BY s.seal, s.place
"""

_SEALS = """
SELECT number, root, previous, leaves, sealed_at FROM seal
WHERE community_id = :community ORDER BY number
"""

_LEAVES = """
SELECT seal, place, digest FROM sealed WHERE community_id = :community ORDER BY seal, place
"""


@dataclass(slots=True)
class Chain:
    """How long the chain is, how much of it the anchor file knows, and its head's hash."""

    length: int = 0
    anchored: int = 0
    head: bytes = field(default=rules.FIRST_PREVIOUS)
    sealed_at: int = 0


def prove_coverage(books: Books) -> None:
    """Prove that nothing is sealed twice and that all that is sealed is there."""
    twice = books.first(_SEALED_TWICE)
    if twice:
        key = books.key(kind=twice.kind, account=twice.account, number=twice.number)
        raise Wrong("sealed", key, "sealed twice")
    gone = books.first(_SEALED_BUT_GONE)
    if gone:
        what = f"{gone.kind} {gone.number}"
        if gone.account:
            what += f" of account {gone.account}"
        raise Wrong("sealed", books.key(seal=gone.seal, place=gone.place), f"{what} is gone")


def prove_attestations(books: Books) -> int:
    """Prove the attestations; return how many wait for a seal."""
    expected, waiting = 1, 0
    covered_by = 0
    for row in books.rows(_ATTESTATIONS):
        key = books.key(number=row.number)
        if row.number != expected:
            raise Wrong("attestation", key, f"number {expected} should come here")
        if row.seal is None:
            waiting += 1
        elif waiting or row.seal < covered_by:
            raise Wrong("attestation", key, f"seal {row.seal} covers it, but not the one before")
        elif _leaf(books, row) != row.digest:
            raise Wrong("attestation", key, f"seal {row.seal} was made over something else")
        expected, covered_by = expected + 1, row.seal or covered_by
    return waiting


def prove_chain(books: Books, anchored: Anchored) -> Chain:
    """Prove every seal over its leaves and the one before, and by the anchor file."""
    chain = Chain()
    leaves = groupby(books.rows(_LEAVES), key=lambda row: row.seal)
    for seal in books.rows(_SEALS):
        key = books.key(number=seal.number)
        number, found = next(leaves, (None, iter(())))
        if number is not None and number < seal.number:
            raise Wrong("sealed", books.key(seal=number), "there is no such seal")
        _prove_seal(key, chain, seal, [row.digest for row in _in_place(books, found)])
        _extend(books, key, chain, seal, anchored.pop(books.community, seal.number))
    stray, _ = next(leaves, (None, None))
    if stray is not None:
        raise Wrong("sealed", books.key(seal=stray), "there is no such seal")
    cut = anchored.rest(books.community)
    if cut is not None:
        raise Wrong("seal", books.key(number=cut), "the anchor file knows it; the books do not")
    return chain


def _in_place(books: Books, leaves: Any) -> Any:
    for place, row in enumerate(leaves):
        if row.place != place:
            key = books.key(seal=row.seal, place=row.place)
            raise Wrong("sealed", key, f"place {place} should come here")
        yield row


def _prove_seal(key: str, chain: Chain, seal: Any, digests: list[bytes]) -> None:
    if seal.number != chain.length + 1:
        raise Wrong("seal", key, f"number {chain.length + 1} should come here")
    if seal.leaves != len(digests) or not digests:
        raise Wrong("seal", key, f"it says {seal.leaves} leaves and has {len(digests)}")
    if rules.tree_hash(digests) != seal.root:
        raise Wrong("seal", key, "its root is not that of its leaves")
    if seal.previous != chain.head:
        raise Wrong("seal", key, "its previous is not the hash of the seal before")
    if seal.sealed_at < chain.sealed_at:
        raise Wrong("seal", key, "sealed before the seal before")


def _extend(books: Books, key: str, chain: Chain, seal: Any, anchor: bytes | None) -> None:
    chain.head = rules.seal_hash(
        books.community,
        number=seal.number,
        root=seal.root,
        previous=seal.previous,
        leaves=seal.leaves,
        sealed_at=seal.sealed_at,
    )
    chain.length, chain.sealed_at = seal.number, seal.sealed_at
    if anchor is not None:
        if anchor != chain.head:
            raise Wrong("seal", key, "the anchor file knows another seal of this number")
        chain.anchored += 1


def _leaf(books: Books, row: Any) -> bytes:
    return rules.attestation_leaf(
        books.community,
        number=row.number,
        attested_at=row.attested_at,
        about=row.about,
        digest=row.attested,
    )
