"""The table of limits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.persistence.base import Base, BigInt, Instant


class CreditLimit(Base):
    """The limits of an account from `set_at`; `version` is the journal's `limit_version`."""

    __tablename__ = "credit_limit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "account"], ["account.community_id", "account.number"]
        ),
        CheckConstraint(
            "authority IN ('founding', 'default', 'import', 'decision')", name="authority"
        ),
        CheckConstraint("floor <= 0", name="floor"),
        CheckConstraint("ceiling >= 0", name="ceiling"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    community_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    account: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    floor: Mapped[int] = mapped_column(BigInt)
    ceiling: Mapped[int | None] = mapped_column(BigInt)
    authority: Mapped[str] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)
