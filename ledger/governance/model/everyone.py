"""Tables of the votes of all members (see decision 0013).

`roll_place` says who may vote and who has; `secret_ballot` says what was voted. Nothing
joins the two: no name, no time and no order. Each ballot rewrites both, so that
not even the database's own marks tell which rows were written together.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.governance.model.columns import STRICT, key
from ledger.persistence.base import Base, BigInt, Digest, Instant


def _of_vote() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["community_id", "vote"], ["member_vote.community_id", "member_vote.number"]
    )


class MemberVote(Base):
    """A vote of all members; `number` counts 1, 2, 3… in a community.

    `about` and `evidence` are JSON, by kind, and published; `subject` is whose recall it
    is. `policy` is frozen when voting opens. `root` is over the
    ballots as they lay at the close; `lot_after` is the number of the newest seal then:
    the next one breaks ties. `result` is JSON: a figure, or the candidates elected.
    """

    __tablename__ = "member_vote"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('constitution', 'recall', 'limit', 'measure', 'election')", name="kind"
        ),
        CheckConstraint("outcome IN ('succeeded', 'defeated', 'lapsed')", name="outcome"),
        UniqueConstraint("community_id", "proposed_by", "request_key"),
        STRICT,
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = key()
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    about: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    request_key: Mapped[str | None] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    petition_until: Mapped[datetime | None] = mapped_column(Instant)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    constitution: Mapped[int] = mapped_column(BigInt)
    status_quo: Mapped[int] = mapped_column(BigInt)
    proposed: Mapped[int] = mapped_column(BigInt)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    policy: Mapped[str | None] = mapped_column(Text)
    root: Mapped[bytes | None] = mapped_column(Digest)
    lot_after: Mapped[int | None] = mapped_column(BigInt)
    concluded_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[bytes | None] = mapped_column(Digest)
    attestation: Mapped[int | None] = mapped_column(BigInt)
    enacted_at: Mapped[datetime | None] = mapped_column(Instant)


class Petitioner(Base):
    """A cell wants something put to the vote of all."""

    __tablename__ = "petitioner"
    __table_args__ = (_of_vote(), STRICT)

    community_id: Mapped[int] = key()
    vote: Mapped[int] = key()
    cell: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    signed_at: Mapped[datetime] = mapped_column(Instant)


class RollPlace(Base):
    """A cell that may vote; `person_id` votes for it, as of the opening or since it did."""

    __tablename__ = "roll_place"
    __table_args__ = (
        _of_vote(),
        ForeignKeyConstraint(["community_id", "cell"], ["cell.community_id", "cell.number"]),
        {"sqlite_with_rowid": False},  # STRICT knows no BOOLEAN
    )

    community_id: Mapped[int] = key()
    vote: Mapped[int] = key()
    cell: Mapped[int] = key()
    person_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    has_voted: Mapped[bool] = mapped_column(Boolean)


class SecretBallotRow(Base):
    """A ballot in the box: a random key and what it says, as JSON."""

    __tablename__ = "secret_ballot"
    __table_args__ = (_of_vote(), STRICT)

    community_id: Mapped[int] = key()
    vote: Mapped[int] = key()
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    choice: Mapped[str] = mapped_column(Text)


class CandidateRow(Base):
    """Somebody named for a seat; they stand once they accepted.

    `place` is theirs on the ballot, from 0, given when voting opens; the name stands
    beside its digest there and can be erased. `rank` is the order of the result, from 0;
    `seated_at` when they took a seat.
    """

    __tablename__ = "candidate"
    __table_args__ = (_of_vote(), STRICT)

    community_id: Mapped[int] = key()
    vote: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Text)
    named_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    named_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    place: Mapped[int | None] = mapped_column(BigInt)
    name_digest: Mapped[bytes | None] = mapped_column(Digest)
    name: Mapped[str | None] = mapped_column(Text)
    name_salt: Mapped[bytes | None] = mapped_column(Digest)
    rank: Mapped[int | None] = mapped_column(BigInt)
    seated_at: Mapped[datetime | None] = mapped_column(Instant)
