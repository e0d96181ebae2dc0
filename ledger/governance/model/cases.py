"""Tables beside a proposal: words replaced, challenges, appeals, panels, consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.governance.model.columns import STRICT, key, of_proposal
from ledger.persistence.base import Base, BigInt, Digest, Instant


class EarlierWords(Base):
    """The reasons of a version that an amendment replaced; `text` and `salt` can be erased.

    What was proposed then, who changed it and when stand in the happening, with the digest.
    """

    __tablename__ = "earlier_words"
    __table_args__ = (
        of_proposal(),
        CheckConstraint("(text IS NULL) = (salt IS NULL)", name="erased"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    version: Mapped[int] = key()
    digest: Mapped[bytes] = mapped_column(Digest)
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(Digest)


class Challenge(Base):
    """Why a steward should not vote on a proposal; said by themselves, it needs no judges."""

    __tablename__ = "challenge"
    __table_args__ = (
        of_proposal(),
        UniqueConstraint("community_id", "proposal", "person_id"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    number: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    made_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Judgement(Base):
    """What another steward thinks of a challenge; they can change it until voting opens."""

    __tablename__ = "judgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "proposal", "challenge"],
            ["challenge.community_id", "challenge.proposal", "challenge.number"],
        ),
        {"sqlite_with_rowid": False},  # STRICT knows no BOOLEAN
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    challenge: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    upholds: Mapped[bool] = mapped_column(Boolean)
    judged_at: Mapped[datetime] = mapped_column(Instant)


class Appellant(Base):
    """A cell that appeals against a decision, by somebody who may speak for it."""

    __tablename__ = "appellant"
    __table_args__ = (of_proposal(), STRICT)

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    cell: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    reasons: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)


class Panelist(Base):
    """Somebody drawn to judge an appeal, and what they answer."""

    __tablename__ = "panelist"
    __table_args__ = (
        of_proposal(),
        UniqueConstraint("community_id", "proposal", "person_id"),
        CheckConstraint("answer IN ('uphold', 'return')", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    place: Mapped[int] = key()
    cell: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    reasons: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class Consent(Base):
    """A sponsoring cell agrees to take over another's debt, by somebody who acts for it."""

    __tablename__ = "consent"
    __table_args__ = (of_proposal(), STRICT)

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    cell: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)
