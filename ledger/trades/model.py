"""The table of trades."""

from __future__ import annotations

from datetime import date, datetime

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

from ledger.persistence.base import Base, BigInt, Day, Instant
from ledger.trades.rules import SALT_BYTES


class Trade(Base):
    """Who got what from whom for how much. `payer` is debited, `payee` credited.

    `recorded_by` is the actor in the books, `token` the receipt's address. A trade
    from outside names its `source` and its `reference` there.
    """

    __tablename__ = "trade"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "entry_id"], ["entry.community_id", "entry.id"]),
        ForeignKeyConstraint(["community_id", "payer"], ["account.community_id", "account.number"]),
        ForeignKeyConstraint(["community_id", "payee"], ["account.community_id", "account.number"]),
        UniqueConstraint("community_id", "entry_id"),
        UniqueConstraint("community_id", "recorded_by", "request_key"),
        UniqueConstraint("community_id", "source", "reference"),
        CheckConstraint(
            "state IN ('asked', 'confirmed', 'declined', 'withdrawn', 'expired',"
            " 'reversal_asked', 'reversed')",
            name="state",
        ),
        CheckConstraint(
            "(entry_id IS NOT NULL) = (state IN ('confirmed', 'reversal_asked', 'reversed'))",
            name="booked",
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("payer <> payee", name="sides"),
        Index("ix_trade_day", "community_id", "occurred_on"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    entry_id: Mapped[int | None] = mapped_column(BigInt)
    state: Mapped[str] = mapped_column(Text)
    payer: Mapped[int] = mapped_column(BigInt)
    payee: Mapped[int] = mapped_column(BigInt)
    amount: Mapped[int] = mapped_column(BigInt)
    what: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(SALT_BYTES))
    occurred_on: Mapped[date] = mapped_column(Day)
    source: Mapped[str] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    request_key: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
