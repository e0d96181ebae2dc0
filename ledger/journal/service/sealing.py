"""Seals: what was committed since the last one, under one Merkle root, chained.

Seals come after posting, not within it: a hash chain in each posting would take
four fifths of the speed at 16 connections.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.journal import queries
from ledger.journal.model import (
    Account,
    Attestation,
    Change,
    Entry,
    Posting,
    Sealed,
    SealMark,
    SealRow,
)
from ledger.journal.queries import Seal
from ledger.journal.rules.seals import GENESIS
from ledger.journal.service.accounts import lock_book
from ledger.kernel.clock import to_micros
from ledger.kernel.merkle import leaf_digest, merkle_root

BATCH = 20_000
"""The most entries that one seal covers, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    kind: str
    account: int
    number: int
    fields: dict[str, object]


def attest(session: Session, community_id: int, about: str, digest: bytes, now: datetime) -> int:
    """Hand in a digest for the next seal to cover; return its number in the book.

    `digest` is 32 bytes, `about` says what it is of, such as `closing`.
    """
    if len(digest) != 32:
        raise ValueError("a digest has 32 bytes")
    lock_book(session, community_id)
    number = 1 + (_newest(session, Attestation.number, Attestation.community_id == community_id))
    session.add(
        Attestation(
            community_id=community_id,
            number=number,
            attested_at=now,
            about=about,
            digest=digest,
        )
    )
    session.flush()
    return number


def seal(session: Session, community_id: int, now: datetime) -> Seal | None:
    """Seal what was committed since the last seal; None when nothing was.

    Covers up to `BATCH` entries: call again until it returns None.
    """
    lock_book(session, community_id)
    reached, entry_ids = _unsealed_postings(session, community_id)
    leaves = [
        *_entry_leaves(session, community_id, entry_ids),
        *_change_leaves(session, community_id),
        *_attestation_leaves(session, community_id),
    ]
    if not leaves:
        return None
    last = queries.head(session, community_id)
    number = last.number + 1 if last else 1
    digests = [leaf_digest(leaf.fields) for leaf in leaves]
    session.execute(
        insert(SealRow),
        {
            "community_id": community_id,
            "number": number,
            "root": merkle_root(digests),
            "previous": last.hash if last else GENESIS,
            "leaves": len(leaves),
            "sealed_at": max(now, last.sealed_at) if last else now,
        },
    )
    session.execute(
        insert(Sealed),
        [
            {
                "community_id": community_id,
                "seal": number,
                "place": place,
                "kind": leaf.kind,
                "account": leaf.account,
                "number": leaf.number,
                "digest": digest,
            }
            for place, (leaf, digest) in enumerate(zip(leaves, digests, strict=True))
        ],
    )
    _move_marks(session, community_id, reached)
    return queries.head(session, community_id)


def _newest(
    session: Session, column: InstrumentedAttribute[int], *where: ColumnElement[bool]
) -> int:
    return session.scalar(select(func.max(column)).where(*where)) or 0


def _unsealed_postings(session: Session, community_id: int) -> tuple[dict[int, int], list[int]]:
    """The `seq` that each account will be sealed up to, and the entries on the way.

    One statement, so one snapshot: it sees all postings of an entry or none. Ids
    rise along every account's `seq`, so cutting at an id cuts each account once.
    """
    fresh = (
        select(Posting.account, Posting.seq, Posting.entry_id)
        .join(
            Account,
            (Account.community_id == Posting.community_id) & (Account.number == Posting.account),
        )
        .outerjoin(
            SealMark,
            (SealMark.community_id == Account.community_id) & (SealMark.account == Account.number),
        )
        .where(
            Account.community_id == community_id,
            Account.last_seq > func.coalesce(SealMark.seq, 0),
            Posting.seq > func.coalesce(SealMark.seq, 0),
        )
        .order_by(Posting.entry_id)
    )
    reached: dict[int, int] = {}
    entry_ids: list[int] = []
    for account, seq, entry_id in session.execute(fresh.execution_options(yield_per=10_000)):
        if not entry_ids or entry_id != entry_ids[-1]:
            if len(entry_ids) == BATCH:
                break
            entry_ids.append(entry_id)
        reached[account] = seq
    return reached, entry_ids


def _entry_leaves(session: Session, community_id: int, ids: list[int]) -> Iterator[_Leaf]:
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        heads = session.execute(
            select(Entry.__table__)
            .where(Entry.community_id == community_id, Entry.id.in_(some))
            .order_by(Entry.id)
        )
        lines = queries.postings_of(session, community_id, some)
        for row in heads:
            yield _Leaf(
                "entry",
                0,
                row.id,
                {
                    "v": 1,
                    "kind": "entry",
                    "community": community_id,
                    "id": row.id,
                    "entry": row.kind,
                    "booked_at": to_micros(row.booked_at),
                    "occurred_on": row.occurred_on.isoformat(),
                    "actor": row.actor,
                    "memo_digest": row.memo_digest.hex() if row.memo_digest else None,
                    "request_key": row.request_key,
                    "fingerprint": row.fingerprint.hex(),
                    "reverses": row.reverses,
                    "legs": row.legs,
                    "postings": [
                        [line.account, line.seq, line.amount, line.balance]
                        for line in lines[row.id]
                    ],
                },
            )


def _change_leaves(session: Session, community_id: int) -> Iterator[_Leaf]:
    """Changes past the newest sealed one of their account, in order."""
    newest = (
        select(func.coalesce(func.max(Sealed.number), 0))
        .where(
            Sealed.community_id == Change.community_id,
            Sealed.kind == "change",
            Sealed.account == Change.account,
        )
        .scalar_subquery()
    )
    rows = session.scalars(
        select(Change)
        .where(Change.community_id == community_id, Change.number > newest)
        .order_by(Change.account, Change.number)
    )
    for row in rows:
        yield _Leaf(
            "change",
            row.account,
            row.number,
            {
                "v": 1,
                "kind": "change",
                "community": community_id,
                "account": row.account,
                "number": row.number,
                "changed_at": to_micros(row.changed_at),
                "floor": row.floor,
                "ceiling": row.ceiling,
                "limit_version": row.limit_version,
                "status": row.status,
                "authority": row.authority,
            },
        )


def _attestation_leaves(session: Session, community_id: int) -> Iterator[_Leaf]:
    newest = _newest(
        session,
        Sealed.number,
        Sealed.community_id == community_id,
        Sealed.kind == "attestation",
        Sealed.account == 0,
    )
    rows = session.scalars(
        select(Attestation)
        .where(Attestation.community_id == community_id, Attestation.number > newest)
        .order_by(Attestation.number)
    )
    for row in rows:
        yield _Leaf(
            "attestation",
            0,
            row.number,
            {
                "v": 1,
                "kind": "attestation",
                "community": community_id,
                "number": row.number,
                "attested_at": to_micros(row.attested_at),
                "about": row.about,
                "digest": row.digest.hex(),
            },
        )


def _move_marks(session: Session, community_id: int, reached: dict[int, int]) -> None:
    known = set(
        session.scalars(select(SealMark.account).where(SealMark.community_id == community_id))
    )
    old = [
        {"community_id": community_id, "account": account, "seq": seq}
        for account, seq in reached.items()
        if account in known
    ]
    new = [
        {"community_id": community_id, "account": account, "seq": seq}
        for account, seq in reached.items()
        if account not in known
    ]
    if old:
        session.execute(update(SealMark), old)
    if new:
        session.execute(insert(SealMark), new)
