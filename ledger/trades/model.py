"""The tables of trades: what happens to them, slips of paper, and what is planned."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from ledger.kernel.names import folded
from ledger.persistence.base import Base, BigInt, Day, Digest, Instant
from ledger.trades.rules import SALT_BYTES
from ledger.trades.rules.objections import ObjectionState
from ledger.trades.rules.plans import PlanState, Rhythm
from ledger.trades.rules.states import Event

_WAITING = text("answer_by IS NOT NULL")
_COUNTS = text("released_at IS NULL")
_OPEN = text("state = 'open'")


def _words(choices: type[StrEnum]) -> str:
    """A list of SQL strings."""
    return ", ".join(f"'{one.value}'" for one in choices)


def _folded_what(context: DefaultExecutionContext) -> str:
    """The words as they are searched. Whoever erases `what` erases this too."""
    parameters: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return folded(parameters["what"])


class Trade(Base):
    """Who got what from whom for how much. `payer` is debited, `payee` credited.

    `recorded_by` is the person's actor in the books, `token` the receipt's address. A
    trade from outside names its `source` and its `reference` there. `state` is what
    was last written down: after `answer_by` a question has lapsed all the same.
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
        CheckConstraint(
            "(answer_by IS NOT NULL) = (state IN ('asked', 'reversal_asked'))", name="answer_by"
        ),
        Index("ix_trade_day", "community_id", "occurred_on"),
        Index(
            "ix_trade_waiting",
            "community_id",
            "answer_by",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
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
    search_what: Mapped[str] = mapped_column(Text, default=_folded_what, server_default="")
    salt: Mapped[bytes] = mapped_column(LargeBinary(SALT_BYTES))
    occurred_on: Mapped[date] = mapped_column(Day)
    source: Mapped[str] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    request_key: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)


class TradeEvent(Base):
    """What happened to a trade after it was recorded: to which state, who, when and why.

    `account` is the cell that acted, `actor` the person; time has neither. `entry_id`
    is what the event booked.
    """

    __tablename__ = "trade_event"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "entry_id"], ["entry.community_id", "entry.id"]),
        UniqueConstraint("community_id", "actor", "request_key"),
        CheckConstraint(f"event IN ({_words(Event)})", name="event"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    trade_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("trade.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    event: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    account: Mapped[int | None] = mapped_column(BigInt)
    actor: Mapped[int | None] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(Text)
    request_key: Mapped[str | None] = mapped_column(Text)
    entry_id: Mapped[int | None] = mapped_column(BigInt)
    at: Mapped[datetime] = mapped_column(Instant)


class Slip(Base):
    """A paper slip of a community's book that was typed, and the trade it made.

    It counts until it is `released` by a coordinator's reversal. `trade_id` is None only
    within the transaction that claims the slip. `batch` is the key of the grid it came in.
    """

    __tablename__ = "slip"
    __table_args__ = (
        UniqueConstraint("trade_id"),
        CheckConstraint("number > 0", name="number"),
        Index(
            "uq_slip_counts",
            "community_id",
            "book",
            "number",
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
        Index("ix_slip_batch", "community_id", "batch"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    book: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(BigInt)
    trade_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("trade.id"))
    batch: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(Instant)


class SlipBook(Base):
    """A book of empty slips, numbered from 1 to `slips`, that was made here to be printed."""

    __tablename__ = "slip_book"
    __table_args__ = (
        CheckConstraint("slips > 0", name="slips"),
        UniqueConstraint("community_id", "made_by", "request_key"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    book: Mapped[str] = mapped_column(Text, primary_key=True)
    slips: Mapped[int] = mapped_column(BigInt)
    made_by: Mapped[int] = mapped_column(BigInt)
    request_key: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)


class SlipStack(Base):
    """A stack of slips that was begun and is not booked: its grid, as it was typed.

    `batch` is the key of the grid, `content` JSON of its day and lines (`rules.stacks`), in
    the notation of `language`. `version` counts the savings, each made with a `pen`: the
    page that made it. What is booked goes from here.
    """

    __tablename__ = "slip_stack"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("slips > 0", name="slips"),
        {"sqlite_strict": True},
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    batch: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInt)
    pen: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    slips: Mapped[int] = mapped_column(BigInt)
    content: Mapped[str] = mapped_column(Text)
    begun_by: Mapped[int] = mapped_column(BigInt)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    saved_by: Mapped[int] = mapped_column(BigInt)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class SlipObjection(Base):
    """A cell's objection to what was typed from paper, and how a coordinator ended it.

    `actor` and `answered_by` stand for two people. One left open has ended all the same
    once its trade is reversed (`rules.objections`).
    """

    __tablename__ = "slip_objection"
    __table_args__ = (
        UniqueConstraint("trade_id", "account"),
        UniqueConstraint("community_id", "actor", "request_key"),
        UniqueConstraint("community_id", "answered_by", "answer_key"),
        CheckConstraint(f"state IN ({_words(ObjectionState)})", name="state"),
        CheckConstraint("(ended_at IS NULL) = (state = 'open')", name="ended_at"),
        CheckConstraint("(answered_by IS NULL) = (state = 'open')", name="answered_by"),
        CheckConstraint("answered_by <> actor", name="two"),
        Index(
            "ix_slip_objection_open",
            "community_id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    trade_id: Mapped[int] = mapped_column(BigInt, ForeignKey("trade.id"))
    account: Mapped[int] = mapped_column(BigInt)
    actor: Mapped[int] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(Text)
    request_key: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(BigInt)
    answer_key: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Intake(Base):
    """Earlier books that somebody uploaded, on their way in.

    `layout`, `days`, `decimal` and `seconds` say how the files are read, `digest` what is in
    them. `done` of `lines` are read. `report` and `problems` are JSON. `act_id` is the act
    that takes it in once a steward has signed.
    """

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint("state IN ('reading', 'unfit', 'ready', 'taking', 'taken')", name="state"),
        Index("ix_intake_community_id", "community_id"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    layout: Mapped[str] = mapped_column(Text)
    days: Mapped[str] = mapped_column(Text)
    decimal: Mapped[str] = mapped_column(Text)
    seconds: Mapped[int] = mapped_column(BigInt)
    members_file: Mapped[str] = mapped_column(Text)
    trades_file: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(Digest)
    lines: Mapped[int] = mapped_column(BigInt)
    done: Mapped[int] = mapped_column(BigInt, default=0)
    state: Mapped[str] = mapped_column(Text)
    report: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[str | None] = mapped_column(Text)
    problem_count: Mapped[int] = mapped_column(BigInt, default=0)
    uploaded_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    act_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("act.id"))


class IntakePart(Base):
    """A piece of an uploaded file, kept until its trades are taken in or found unfit."""

    __tablename__ = "intake_part"
    __table_args__ = (
        CheckConstraint("file IN ('members', 'trades')", name="file"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    intake_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("intake.id"), primary_key=True, autoincrement=False
    )
    file: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Plan(Base):
    """A trade to be recorded once or again and again, by the cell that will be debited.

    `person_id` is who carries the responsibility, `made_by` the same person in the books.
    `next_on` is the date that is due next; None once it is over.
    """

    __tablename__ = "plan"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "payer"], ["account.community_id", "account.number"]),
        ForeignKeyConstraint(["community_id", "payee"], ["account.community_id", "account.number"]),
        UniqueConstraint("community_id", "made_by", "request_key"),
        CheckConstraint(f"rhythm IN ({_words(Rhythm)})", name="rhythm"),
        CheckConstraint(f"state IN ({_words(PlanState)})", name="state"),
        CheckConstraint("(next_on IS NULL) = (state = 'ended')", name="next_on"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("payer <> payee", name="sides"),
        Index("ix_plan_payer", "community_id", "payer"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    payer: Mapped[int] = mapped_column(BigInt)
    payee: Mapped[int] = mapped_column(BigInt)
    amount: Mapped[int] = mapped_column(BigInt)
    what: Mapped[str] = mapped_column(Text)
    rhythm: Mapped[str] = mapped_column(Text)
    first_on: Mapped[date] = mapped_column(Day)
    next_on: Mapped[date | None] = mapped_column(Day)
    state: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    made_by: Mapped[int] = mapped_column(BigInt)
    request_key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PlanRun(Base):
    """What became of one date of a plan: a trade, or a problem that is to be noticed.

    `problem` is an error's code, `facts` its facts in JSON.
    """

    __tablename__ = "plan_run"
    __table_args__ = (
        CheckConstraint("(trade_id IS NULL) = (problem IS NOT NULL)", name="outcome"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    plan_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("plan.id"), primary_key=True, autoincrement=False
    )
    due_on: Mapped[date] = mapped_column(Day, primary_key=True)
    trade_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("trade.id"))
    problem: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[str | None] = mapped_column(Text)
    ran_at: Mapped[datetime] = mapped_column(Instant)
    noted_at: Mapped[datetime | None] = mapped_column(Instant)
