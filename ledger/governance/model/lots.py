"""Tables of lots: who can be drawn, and what stewards promise and reveal for the seed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.governance.model.columns import STRICT, key
from ledger.persistence.base import Base, BigInt, Digest, Instant


def _of_lot() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["community_id", "lot"], ["lot.community_id", "lot.number"])


class LotRow(Base):
    """A lot; `number` counts 1, 2, 3… in a community.

    It draws `count`. `proposal` is whose panel it draws. `attested_at` is when what went
    into it was handed in for the next seal; `seal_number` and `seal` are the first seal
    after `reveal_until`, by which it was drawn.
    """

    __tablename__ = "lot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "proposal"], ["proposal.community_id", "proposal.number"]
        ),
        CheckConstraint("purpose IN ('alternates', 'panel')", name="purpose"),
        CheckConstraint("(purpose = 'panel') = (proposal IS NOT NULL)", name="proposal"),
        CheckConstraint("called_at < commit_until AND commit_until < reveal_until", name="times"),
        CheckConstraint("(drawn_at IS NULL) = (seal IS NULL)", name="drawn"),
        Index("ix_lot_proposal", "community_id", "proposal"),
        STRICT,
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = key()
    purpose: Mapped[str] = mapped_column(Text)
    proposal: Mapped[int | None] = mapped_column(BigInt)
    count: Mapped[int] = mapped_column(BigInt)
    called_at: Mapped[datetime] = mapped_column(Instant)
    commit_until: Mapped[datetime] = mapped_column(Instant)
    reveal_until: Mapped[datetime] = mapped_column(Instant)
    attested_at: Mapped[datetime | None] = mapped_column(Instant)
    seal_number: Mapped[int | None] = mapped_column(BigInt)
    seal: Mapped[bytes | None] = mapped_column(Digest)
    drawn_at: Mapped[datetime | None] = mapped_column(Instant)


class LotPlace(Base):
    """Somebody who can be drawn, by a number within the lot: the one who voted for a cell."""

    __tablename__ = "lot_place"
    __table_args__ = (_of_lot(), STRICT)

    community_id: Mapped[int] = key()
    lot: Mapped[int] = key()
    number: Mapped[int] = key()
    cell: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))


class LotNonce(Base):
    """A steward's part in a lot: promised by its hash, later revealed.

    `number` is theirs within the lot. A nonce stands here before it is revealed only
    if the steward had it kept for them.
    """

    __tablename__ = "lot_nonce"
    __table_args__ = (
        _of_lot(),
        CheckConstraint("(commitment IS NULL) = (committed_at IS NULL)", name="committed"),
        CheckConstraint("nonce IS NULL OR commitment IS NOT NULL", name="kept"),
        CheckConstraint("revealed_at IS NULL OR nonce IS NOT NULL", name="revealed"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    lot: Mapped[int] = key()
    number: Mapped[int] = key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    commitment: Mapped[bytes | None] = mapped_column(Digest)
    committed_at: Mapped[datetime | None] = mapped_column(Instant)
    nonce: Mapped[bytes | None] = mapped_column(Digest)
    revealed_at: Mapped[datetime | None] = mapped_column(Instant)
