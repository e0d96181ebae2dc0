"""The tables of the books. Every key begins with the community: its books are an island.

Entry, posting, change, cut-off, attestation, seal and sealed are append-only by triggers
of the database (see the migration of the journal).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.kernel.amounts import LARGEST
from ledger.persistence.base import Base, BigInt, Day, Digest, Instant

_STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
_ON_SQLITE = {"only_on": "sqlite"}
"""Marks rules that PostgreSQL keeps in triggers; the check for drift passes over them there."""


def _key() -> Mapped[int]:
    return mapped_column(BigInt, primary_key=True, autoincrement=False)


class Book(Base):
    """The journal's own row for a community; its lock orders seals and attestations."""

    __tablename__ = "book"
    __table_args__ = (_STRICT,)

    community_id: Mapped[int] = _key()
    opened_at: Mapped[datetime] = mapped_column(Instant)


class Account(Base):
    """A balance with its limits. `not_before` is the earliest instant its next posting may bear.

    There is deliberately no CHECK (balance >= floor): a vote may lower a limit
    below a present debt. PostgreSQL keeps the rules that no posting can break in a
    trigger, `account_makes_sense` (see decision 0006), and lets nobody but its functions
    for posting move a balance (see decision 0022).
    """

    __tablename__ = "account"
    __table_args__ = (
        ForeignKeyConstraint(["community_id"], ["book.community_id"]),
        CheckConstraint("number > 0", name="number", info=_ON_SQLITE),
        CheckConstraint("kind IN ('cell', 'fund')", name="kind", info=_ON_SQLITE),
        CheckConstraint("status IN ('open', 'frozen', 'closed')", name="status", info=_ON_SQLITE),
        CheckConstraint(f"floor BETWEEN -{LARGEST} AND 0", name="floor", info=_ON_SQLITE),
        CheckConstraint(f"ceiling BETWEEN 0 AND {LARGEST}", name="ceiling", info=_ON_SQLITE),
        CheckConstraint(
            f"balance BETWEEN -{LARGEST} AND {LARGEST}", name="balance", info=_ON_SQLITE
        ),
        _STRICT | {"postgresql_with": {"fillfactor": "50"}},
    )

    community_id: Mapped[int] = _key()
    number: Mapped[int] = _key()
    kind: Mapped[str] = mapped_column(Text)
    balance: Mapped[int] = mapped_column(BigInt)
    floor: Mapped[int] = mapped_column(BigInt)
    ceiling: Mapped[int | None] = mapped_column(BigInt)
    last_seq: Mapped[int] = mapped_column(BigInt)
    not_before: Mapped[datetime] = mapped_column(Instant)
    limit_version: Mapped[int] = mapped_column(BigInt)
    status: Mapped[str] = mapped_column(Text)


class Entry(Base):
    """One event in the books; `legs` is the number of its postings.

    Has no foreign key to its book: 16 connections would queue for a share of
    that one row. Its postings' accounts have one. What makes sense of it PostgreSQL
    asks in its functions for posting, the only way in (see decision 0022).
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("community_id", "actor", "request_key"),
        Index(
            "uq_entry_reverses",
            "community_id",
            "reverses",
            unique=True,
            sqlite_where=text("reverses IS NOT NULL"),
            postgresql_where=text("reverses IS NOT NULL"),
        ),
        CheckConstraint(
            "kind IN ('trade', 'reversal', 'history', 'decision', 'contribution')",
            name="kind",
            info=_ON_SQLITE,
        ),
        CheckConstraint(
            "(kind = 'reversal') = (reverses IS NOT NULL)", name="reverses", info=_ON_SQLITE
        ),
        CheckConstraint("legs >= 2", name="legs", info=_ON_SQLITE),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    id: Mapped[int] = _key()
    kind: Mapped[str] = mapped_column(Text)
    booked_at: Mapped[datetime] = mapped_column(Instant)
    occurred_on: Mapped[date] = mapped_column(Day)
    actor: Mapped[int] = mapped_column(BigInt)
    memo_digest: Mapped[bytes | None] = mapped_column(Digest)
    request_key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(Digest)
    reverses: Mapped[int | None] = mapped_column(BigInt)
    legs: Mapped[int] = mapped_column(BigInt)


class Posting(Base):
    """What one entry does to one account; `balance` is the account's after it.

    PostgreSQL asks after its entry and its account in its functions for posting, the
    only way in: without foreign keys, which cost four times as much (see decision 0006).
    """

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "entry_id"],
            ["entry.community_id", "entry.id"],
            deferrable=True,
            initially="DEFERRED",
            info=_ON_SQLITE,
        ),
        ForeignKeyConstraint(
            ["community_id", "account"],
            ["account.community_id", "account.number"],
            info=_ON_SQLITE,
        ),
        # Wide on purpose: SQLite's planner passes over a narrower index here.
        Index(
            "ix_posting_of_entry",
            "community_id",
            "entry_id",
            "account",
            "seq",
            "amount",
            "balance",
        ),
        CheckConstraint("amount <> 0", name="amount", info=_ON_SQLITE),
        CheckConstraint("seq > 0", name="seq", info=_ON_SQLITE),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    account: Mapped[int] = _key()
    seq: Mapped[int] = _key()
    entry_id: Mapped[int] = mapped_column(BigInt)
    amount: Mapped[int] = mapped_column(BigInt)
    balance: Mapped[int] = mapped_column(BigInt)


class Change(Base):
    """An account's limits and status as they stand from `changed_at`, by one authority.

    `number` counts 1, 2, 3… per account; 1 is its opening.
    """

    __tablename__ = "account_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "account"], ["account.community_id", "account.number"]
        ),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    account: Mapped[int] = _key()
    number: Mapped[int] = _key()
    changed_at: Mapped[datetime] = mapped_column(Instant)
    floor: Mapped[int] = mapped_column(BigInt)
    ceiling: Mapped[int | None] = mapped_column(BigInt)
    limit_version: Mapped[int] = mapped_column(BigInt)
    status: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)


class Cutoff(Base):
    """The end of a closed month: nothing is booked before `at` any more."""

    __tablename__ = "cutoff"
    __table_args__ = (
        ForeignKeyConstraint(["community_id"], ["book.community_id"]),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)


class Attestation(Base):
    """A digest handed in by another room to be covered by the next seal."""

    __tablename__ = "attestation"
    __table_args__ = (
        ForeignKeyConstraint(["community_id"], ["book.community_id"]),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    number: Mapped[int] = _key()
    attested_at: Mapped[datetime] = mapped_column(Instant)
    about: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(Digest)


class SealRow(Base):
    """A link of the hash chain: the Merkle root over what was committed since the last."""

    __tablename__ = "seal"
    __table_args__ = (
        ForeignKeyConstraint(["community_id"], ["book.community_id"]),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    number: Mapped[int] = _key()
    root: Mapped[bytes] = mapped_column(Digest)
    previous: Mapped[bytes] = mapped_column(Digest)
    leaves: Mapped[int] = mapped_column(BigInt)
    sealed_at: Mapped[datetime] = mapped_column(Instant)


class Sealed(Base):
    """One leaf of a seal.

    What it covers: an entry (account 0, its id), an account's change (account,
    number) or an attestation (account 0, its number).
    """

    __tablename__ = "sealed"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "seal"], ["seal.community_id", "seal.number"]),
        UniqueConstraint("community_id", "kind", "account", "number"),
        CheckConstraint("kind IN ('entry', 'change', 'attestation')", name="kind"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    seal: Mapped[int] = _key()
    place: Mapped[int] = _key()
    kind: Mapped[str] = mapped_column(Text)
    account: Mapped[int] = mapped_column(BigInt)
    number: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[bytes] = mapped_column(Digest)


class SealMark(Base):
    """How far along an account's `seq` the seals reach: bookkeeping, proven by the audit.

    An account's postings commit in the order of their gapless `seq`, whatever
    order entry ids commit in, so this mark misses nothing (see decision 0002).
    """

    __tablename__ = "seal_mark"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "account"], ["account.community_id", "account.number"]
        ),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    account: Mapped[int] = _key()
    seq: Mapped[int] = mapped_column(BigInt)
