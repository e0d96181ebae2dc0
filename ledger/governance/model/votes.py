"""What is frozen when a vote of the committee opens, its log, and its outcome."""

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

from ledger.governance.model.columns import STRICT, key, of_proposal, of_round
from ledger.persistence.base import Base, BigInt, Digest, Instant


class Voting(Base):
    """What was frozen when a round of voting opened.

    `first_place` is the first in the ballot log that belongs to the round: those before
    are void. `lot` drew the alternates, if there are any.
    """

    __tablename__ = "voting"
    __table_args__ = (of_proposal(), STRICT)

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    round: Mapped[int] = key()
    opened_at: Mapped[datetime] = mapped_column(Instant)
    status_quo: Mapped[int] = mapped_column(BigInt)
    proposed: Mapped[int] = mapped_column(BigInt)
    limit_version: Mapped[int] = mapped_column(BigInt)
    constitution: Mapped[int] = mapped_column(BigInt)
    policy: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    first_place: Mapped[int] = mapped_column(BigInt)
    lot: Mapped[int | None] = mapped_column(BigInt)


class RosterRow(Base):
    """A place on a round's roster; `voter` stands for the person within the proposal."""

    __tablename__ = "roster"
    __table_args__ = (
        of_round(),
        UniqueConstraint("community_id", "proposal", "round", "person_id"),
        {"sqlite_with_rowid": False},  # STRICT knows no BOOLEAN
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    round: Mapped[int] = key()
    voter: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    name_digest: Mapped[bytes] = mapped_column(Digest)
    name: Mapped[str | None] = mapped_column(Text)
    name_salt: Mapped[bytes | None] = mapped_column(Digest)
    replaces: Mapped[int | None] = mapped_column(BigInt)
    is_lost: Mapped[bool] = mapped_column(Boolean)
    is_drawn: Mapped[bool] = mapped_column(Boolean)


class Recusal(Base):
    """A steward who does not vote in a round, and why; `place` keeps the order of the record."""

    __tablename__ = "recusal"
    __table_args__ = (of_round(), STRICT)

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    round: Mapped[int] = key()
    place: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column(Text)
    name_digest: Mapped[bytes] = mapped_column(Digest)
    name: Mapped[str | None] = mapped_column(Text)
    name_salt: Mapped[bytes | None] = mapped_column(Digest)


class BallotRow(Base):
    """A place in the ballot log; append-only. The link is the voter's receipt."""

    __tablename__ = "ballot"
    __table_args__ = (
        of_proposal(),
        UniqueConstraint("community_id", "proposal", "voter", "request_key"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    place: Mapped[int] = key()
    voter: Mapped[int] = mapped_column(BigInt)
    commitment: Mapped[bytes] = mapped_column(Digest)
    link: Mapped[bytes] = mapped_column(Digest)
    cast_at: Mapped[datetime] = mapped_column(Instant)
    request_key: Mapped[str] = mapped_column(Text)


class BallotContent(Base):
    """What a ballot says, which nobody but its voter is shown before the close."""

    __tablename__ = "ballot_content"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "proposal", "place"],
            ["ballot.community_id", "ballot.proposal", "ballot.place"],
        ),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    place: Mapped[int] = key()
    choice: Mapped[int | None] = mapped_column(BigInt)
    salt: Mapped[bytes] = mapped_column(Digest)
    reason_digest: Mapped[bytes] = mapped_column(Digest)
    reason: Mapped[str | None] = mapped_column(Text)
    reason_salt: Mapped[bytes | None] = mapped_column(Digest)


class Decision(Base):
    """The published outcome of a round; `digest` is the record's, attested in a seal."""

    __tablename__ = "decision"
    __table_args__ = (
        of_round(),
        CheckConstraint("outcome IN ('succeeded', 'defeated', 'lapsed')", name="outcome"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    round: Mapped[int] = key()
    closed_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    result: Mapped[int] = mapped_column(BigInt)
    outcome: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(Digest)
    attestation: Mapped[int] = mapped_column(BigInt)
