"""Tables of closings, their lines, the names frozen with them, and PDFs.

They are append-only by triggers of the database, but for the name in `frozen_name` and
the bytes in `statement_pdf`, which can be erased. `month` is an integer such as 202610.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.persistence.base import Base, BigInt, Digest, Instant

_STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}


def _key() -> Mapped[int]:
    return mapped_column(BigInt, primary_key=True, autoincrement=False)


def _of_closing() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["community_id", "month"], ["closing.community_id", "closing.month"]
    )


def _of_line() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["community_id", "month", "account"],
        ["closing_line.community_id", "closing_line.month", "closing_line.account"],
    )


class Closing(Base):
    """The frozen month of a community. `number` counts 1, 2, 3…, `previous` chains.

    `zone` and `unit` (JSON) are those that its statements are written in. `sheet` is JSON
    (`rules.sheet`), hashed behind `sheet_salt`. `hash` is what a seal attests, under number
    `attestation`. The seal is the last one before the closing.
    """

    __tablename__ = "closing"
    __table_args__ = (UniqueConstraint("community_id", "number"), _STRICT)

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    month: Mapped[int] = _key()
    number: Mapped[int] = mapped_column(BigInt)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime] = mapped_column(Instant)
    zone: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    leaves: Mapped[int] = mapped_column(BigInt)
    root: Mapped[bytes] = mapped_column(Digest)
    previous: Mapped[bytes] = mapped_column(Digest)
    hash: Mapped[bytes] = mapped_column(Digest)
    sheet: Mapped[str] = mapped_column(Text)
    sheet_salt: Mapped[bytes] = mapped_column(Digest)
    seal_number: Mapped[int | None] = mapped_column(BigInt)
    seal_hash: Mapped[bytes | None] = mapped_column(Digest)
    attestation: Mapped[int] = mapped_column(BigInt)


class ClosingLine(Base):
    """One account in a closing; `place` is its leaf's index in the tree, from 0.

    `limit_version` is the limit that was in force, `name_version` the name that was the
    cell's. `carry` is the fold of its postings (`rules.running`) as JSON. `digest` is the
    statement's.
    """

    __tablename__ = "closing_line"
    __table_args__ = (
        _of_closing(),
        ForeignKeyConstraint(
            ["community_id", "account"], ["account.community_id", "account.number"]
        ),
        UniqueConstraint("community_id", "month", "place"),
        Index("ix_closing_line_digest", "digest"),
        CheckConstraint("closing = opening + credits - debits", name="adds_up"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    month: Mapped[int] = _key()
    account: Mapped[int] = _key()
    place: Mapped[int] = mapped_column(BigInt)
    opening: Mapped[int] = mapped_column(BigInt)
    debits: Mapped[int] = mapped_column(BigInt)
    credits: Mapped[int] = mapped_column(BigInt)
    closing: Mapped[int] = mapped_column(BigInt)
    last_seq: Mapped[int] = mapped_column(BigInt)
    limit_version: Mapped[int | None] = mapped_column(BigInt)
    name_version: Mapped[int | None] = mapped_column(BigInt)
    incoming: Mapped[int] = mapped_column(BigInt)
    incoming_sum: Mapped[int] = mapped_column(BigInt)
    outgoing: Mapped[int] = mapped_column(BigInt)
    outgoing_sum: Mapped[int] = mapped_column(BigInt)
    carry: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(Digest)
    salt: Mapped[bytes] = mapped_column(Digest)


class FrozenName(Base):
    """A name that a cell had at a closing, behind its digest; a new version where it changed.

    `name` and `salt` are None once erased.
    """

    __tablename__ = "frozen_name"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "account"], ["account.community_id", "account.number"]
        ),
        CheckConstraint("(name IS NULL) = (salt IS NULL)", name="erased"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    account: Mapped[int] = _key()
    version: Mapped[int] = _key()
    digest: Mapped[bytes] = mapped_column(Digest)
    name: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(Digest)


class AttestedPdf(Base):
    """The digest of a statement as a PDF, attested by a seal and listed among the roots."""

    __tablename__ = "attested_pdf"
    __table_args__ = (_of_closing(), _STRICT)

    community_id: Mapped[int] = _key()
    digest: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    month: Mapped[int] = mapped_column(BigInt)
    account: Mapped[int] = mapped_column(BigInt)
    attested_at: Mapped[datetime] = mapped_column(Instant)
    attestation: Mapped[int] = mapped_column(BigInt)


class StatementPdf(Base):
    """A statement as it was drawn, once in each language, and handed out ever since.

    It names people: `content` can be erased, and is None then. Its digest stays, and what
    is drawn next, without the name, is another version.
    """

    __tablename__ = "statement_pdf"
    __table_args__ = (_of_line(), {"sqlite_strict": True})

    community_id: Mapped[int] = _key()
    month: Mapped[int] = _key()
    account: Mapped[int] = _key()
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = _key()
    digest: Mapped[bytes] = mapped_column(Digest)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime] = mapped_column(Instant)
