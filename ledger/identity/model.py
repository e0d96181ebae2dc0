"""Tables of people, their sessions, and tries to sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.persistence.base import Base, BigInt, Digest, Instant

_STRICT = {"sqlite_strict": True}


class Person(Base):
    """Somebody who signs in. E-mail and phone are kept in their one normal form."""

    __tablename__ = "person"
    __table_args__ = (_STRICT,)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text, unique=True)
    phone: Mapped[str | None] = mapped_column(Text, unique=True)
    language: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class LoginSession(Base):
    """One browser in which a person is signed in; only the token's digest is kept."""

    __tablename__ = "login_session"
    __table_args__ = (_STRICT,)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    token_digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), index=True)
    agent: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Pass(Base):
    """Something that works once for a person: a mailed link, or a code on paper.

    Only the digest of what was handed out is kept. `about` is the new e-mail address that
    a link confirms; it goes when the link is used up.
    """

    __tablename__ = "pass"
    __table_args__ = (Index("ix_pass_person_id", "person_id"), _STRICT)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInAttempt(Base):
    """A try to sign in, for the throttle: digests only, so nothing typed is kept.

    `origin` is what the try is counted under: the browser's device where it has
    signed in as this subject before, else the address. `is_known` says that the
    origin had signed in as this subject before.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_subject_at", "subject", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
        Index("ix_sign_in_attempt_at", "at"),
        CheckConstraint("is_known IN (0, 1)", name="is_known"),
        _STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    subject: Mapped[bytes] = mapped_column(Digest)
    origin: Mapped[bytes] = mapped_column(Digest)
    address: Mapped[bytes] = mapped_column(Digest)
    device: Mapped[bytes | None] = mapped_column(Digest)
    is_known: Mapped[int] = mapped_column(BigInt)
    succeeded_at: Mapped[datetime | None] = mapped_column(Instant)
