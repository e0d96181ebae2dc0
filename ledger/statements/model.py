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


class MailRound(Base):
    """The statements of a closing are being mailed, or were: each is begun once."""

    __tablename__ = "mail_round"
    __table_args__ = (_of_closing(), _STRICT)

    community_id: Mapped[int] = _key()
    month: Mapped[int] = _key()
    begun_at: Mapped[datetime] = mapped_column(Instant)


class StatementMail(Base):
    """A mail with a person's statements of one month; `copy` counts from 1, each sent once.

    `stamp` names it in its Message-ID. `reason` is what the mail server said last. Who
    asked for another copy is `asked_by`. At most one of `sent_at` (unless it came back),
    `bounced_at` and `dropped_at` (nobody to send it to any more) ends it.
    """

    __tablename__ = "statement_mail"
    __table_args__ = (
        _of_closing(),
        UniqueConstraint("community_id", "month", "person_id", "copy"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt)
    month: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    copy: Mapped[int] = mapped_column(BigInt)
    stamp: Mapped[str] = mapped_column(Text, unique=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    tries: Mapped[int] = mapped_column(BigInt)
    reason: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)


class MailWish(Base):
    """Whether a person wants statements by mail; `token` opens the page that changes it."""

    __tablename__ = "mail_wish"
    __table_args__ = ({"sqlite_strict": True},)

    person_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    token: Mapped[str] = mapped_column(Text, unique=True)
    off_at: Mapped[datetime | None] = mapped_column(Instant)


class StatementObjection(Base):
    """A member says that a statement is wrong: one movement of it (`seq`), or all of it.

    `state` follows `rules.objections.TABLE`; what happened is in `StatementObjectionEvent`.
    """

    __tablename__ = "statement_objection"
    __table_args__ = (
        _of_line(),
        UniqueConstraint("community_id", "person_id", "request_key"),
        Index("ix_statement_objection_community_id_state", "community_id", "state"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt)
    month: Mapped[int] = mapped_column(BigInt)
    account: Mapped[int] = mapped_column(BigInt)
    seq: Mapped[int | None] = mapped_column(BigInt)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    request_key: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Text)


class StatementObjectionEvent(Base):
    """What happened to an objection, by whom and in which words; number 1 opened it.

    `reversal` is the entry that an answer points to.
    """

    __tablename__ = "statement_objection_event"
    __table_args__ = (
        UniqueConstraint("objection_id", "person_id", "request_key"),
        {"sqlite_strict": True},
    )

    objection_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("statement_objection.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = _key()
    event: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    request_key: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    reversal: Mapped[int | None] = mapped_column(BigInt)
