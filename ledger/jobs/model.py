"""The table of due work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.persistence.base import Base, BigInt, Instant


class Job(Base):
    """One thing to do once, at `due_at` or soon after.

    `claimed_until` is the lease of the runner at work on it, `attempts` counts the
    claims and fences off a runner whose lease ran out. It ends with `done_at`, or
    with `given_up_at` after too many failures.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_done_at_due_at", "done_at", "due_at"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    given_up_at: Mapped[datetime | None] = mapped_column(Instant)
