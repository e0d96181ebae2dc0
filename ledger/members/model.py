"""Tables of communities, their cells, and what people may do in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    REAL,
    Boolean,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.persistence.base import Base, BigInt, Day, Digest, Instant

_Degrees: Double[float] = Double().with_variant(REAL(), "sqlite")
_STILL = text("until IS NULL")
_STRICT = {"sqlite_strict": True}


class Community(Base):
    """A group of cells with one unit of account. The founding limits are new cells' limits."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    unit_name: Mapped[str] = mapped_column(Text)
    unit_symbol: Mapped[str] = mapped_column(Text)
    unit_scale: Mapped[int] = mapped_column(SmallInteger)
    unit_export_code: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    founding_floor: Mapped[int] = mapped_column(BigInt)
    founding_ceiling: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Cell(Base):
    """A member of a community; `number` is its account's too.

    `elements` is a list in the order of `rules.cells.ELEMENTS`, joined by `;`.
    E-mail and phone are shown to other members only with consent. `act_id` is the act
    that enrolled it; None for a cell that came with the books of before. `origin` is what
    it was called there. `left_at` is when it left: its account is closed since.
    """

    __tablename__ = "cell"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "number"], ["account.community_id", "account.number"]
        ),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        Index("uq_cell_origin", "community_id", "origin", unique=True),
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(Text)
    elements: Mapped[str] = mapped_column(Text)
    activity: Mapped[str | None] = mapped_column(Text)
    line_of_business: Mapped[str | None] = mapped_column(Text)
    locality: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float | None] = mapped_column(_Degrees)
    longitude: Mapped[float | None] = mapped_column(_Degrees)
    email: Mapped[str | None] = mapped_column(Text)
    is_email_shown: Mapped[bool] = mapped_column(Boolean)
    phone: Mapped[str | None] = mapped_column(Text)
    is_phone_shown: Mapped[bool] = mapped_column(Boolean)
    joined_on: Mapped[date] = mapped_column(Day)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    act_id: Mapped[int | None] = mapped_column(BigInt)
    origin: Mapped[str | None] = mapped_column(Text)


class InheritedFund(Base):
    """An account of the community itself that came with earlier books; nobody voted on it.

    One for each purpose: what opening balances left, what the association owned.
    """

    __tablename__ = "inherited_fund"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "number"], ["account.community_id", "account.number"]
        ),
        UniqueConstraint("community_id", "purpose"),
        CheckConstraint("purpose IN ('opening', 'association')", name="purpose"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    purpose: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)


class Fund(Base):
    """An account of the community itself, opened by a decision or at the founding."""

    __tablename__ = "fund"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "number"], ["account.community_id", "account.number"]
        ),
        UniqueConstraint("community_id", "name"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    community_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)


class Participant(Base):
    """The random number that stands for a person in a community's books."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("community_id", "actor"),)

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True
    )
    actor: Mapped[int] = mapped_column(BigInt)


class ActsFor(Base):
    """A person acts for a cell: as `holder`, as `clerk` who records, as `viewer` who looks."""

    __tablename__ = "acts_for"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "number"], ["cell.community_id", "cell.number"]),
        CheckConstraint("kind IN ('holder', 'clerk', 'viewer')", name="kind"),
        Index(
            "ix_acts_for_present",
            "person_id",
            "community_id",
            "number",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
        Index("ix_acts_for_cell", "community_id", "number"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    community_id: Mapped[int] = mapped_column(BigInt)
    number: Mapped[int] = mapped_column(BigInt)
    kind: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)


class Role(Base):
    """A person serves a community as coordinator, steward or auditor, by one authority.

    `ends_at` is the end of the term, if it has one; `until` when it was ended.
    """

    __tablename__ = "role"
    __table_args__ = (
        CheckConstraint("role IN ('coordinator', 'steward', 'auditor')", name="role"),
        Index(
            "ix_role_present",
            "person_id",
            "community_id",
            "role",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
        Index("ix_role_community_id", "community_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    role: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)


class Act(Base):
    """An act of office that takes two signatures, and the trail of those that were made.

    `facts` is JSON, by kind (`rules.acts`). It waits for its second signature
    until somebody signs it, it is withdrawn or refused (`ended_at`), or expires.
    `done_at` is for what is carried out later than it is signed.
    """

    __tablename__ = "act"
    __table_args__ = (
        CheckConstraint("signed_by <> asked_by", name="two"),
        CheckConstraint("signed_at IS NULL OR ended_at IS NULL", name="one_end"),
        Index("ix_act_community_id_id", "community_id", "id"),
        _STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt, ForeignKey("community.id"))
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class Freeze(Base):
    """A cell's account may not send from `since` until `until`, or until it is lifted."""

    __tablename__ = "freeze"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "number"], ["cell.community_id", "cell.number"]),
        CheckConstraint("until > since", name="span"),
        Index("ix_freeze_cell", "community_id", "number"),
        _STRICT,
    )

    act_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("act.id"), primary_key=True, autoincrement=False
    )
    community_id: Mapped[int] = mapped_column(BigInt)
    number: Mapped[int] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Transparency(Base):
    """Who sees the balances of a community's cells from `since`, by one authority."""

    __tablename__ = "transparency"
    __table_args__ = (
        CheckConstraint("level IN ('own', 'members', 'everyone')", name="level"),
        _STRICT,
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Instant)


class Acceptance(Base):
    """A person agreed to a version of who sees a community's balances."""

    __tablename__ = "acceptance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "version"],
            ["transparency.community_id", "transparency.version"],
        ),
        _STRICT,
    )

    community_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    accepted_at: Mapped[datetime] = mapped_column(Instant)


class NewcomersLimit(Base):
    """The floor of cells enrolled from `since` on, by that version of the constitution."""

    __tablename__ = "newcomers_limit"
    __table_args__ = (
        CheckConstraint("floor <= 0", name="floor"),
        {"sqlite_strict": True, "sqlite_with_rowid": False},
    )

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    floor: Mapped[int] = mapped_column(BigInt)
    since: Mapped[datetime] = mapped_column(Instant)


class Vouch(Base):
    """A cell vouches for one that is to be enrolled."""

    __tablename__ = "vouch"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "number"], ["cell.community_id", "cell.number"]),
        UniqueConstraint("act_id", "person_id"),
        _STRICT,
    )

    act_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("act.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    vouched_at: Mapped[datetime] = mapped_column(Instant)


class Invitation(Base):
    """Somebody may come to act for a cell, once, until `expires_at`; the token's digest is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "number"], ["cell.community_id", "cell.number"]),
        CheckConstraint("kind IN ('holder', 'clerk', 'viewer')", name="kind"),
        Index("ix_invitation_cell", "community_id", "number"),
        _STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    digest: Mapped[bytes] = mapped_column(Digest, unique=True)
    community_id: Mapped[int] = mapped_column(BigInt)
    number: Mapped[int] = mapped_column(BigInt)
    kind: Mapped[str] = mapped_column(Text)
    invited_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Voter(Base):
    """The person who votes for a cell; nobody votes for two cells of a community."""

    __tablename__ = "voter"
    __table_args__ = (
        ForeignKeyConstraint(["community_id", "number"], ["cell.community_id", "cell.number"]),
        Index(
            "ix_voter_of_cell",
            "community_id",
            "number",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
        Index(
            "ix_voter_person",
            "community_id",
            "person_id",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
        _STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    community_id: Mapped[int] = mapped_column(BigInt)
    number: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
