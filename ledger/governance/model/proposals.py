"""What is proposed, and what is done and said about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.governance.model.columns import STRICT, key, of_proposal
from ledger.governance.rules.measures import KINDS
from ledger.persistence.base import Base, BigInt, Digest, Instant

_DONE = text("event = 'execute'")


class ConstitutionRow(Base):
    """A version of a community's constitution, in force from an instant by an authority."""

    __tablename__ = "constitution"
    __table_args__ = (STRICT,)

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = key()
    document: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    in_force_at: Mapped[datetime] = mapped_column(Instant)


class Household(Base):
    """Somebody declared to share a household with another; it holds for both."""

    __tablename__ = "household"
    __table_args__ = (CheckConstraint("person_id <> other_id", name="two"), STRICT)

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    declared_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Proposal(Base):
    """What somebody wants decided; `number` counts 1, 2, 3… in a community.

    The row's lock orders everything that happens to the proposal, ballots as well.

    `proposed` and `reasons` are those of the newest version; what was proposed before
    stands in the happenings that changed it, the words in `earlier_words`: they can be erased.
    `constitution` is the version whose periods hold for it. `facts` is JSON, by kind
    (`rules.measures`). A fund that is to be opened has its `account` only afterwards: hence
    no foreign key.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("community_id", "proposed_by", "request_key"),
        Index("ix_proposal_account", "community_id", "account", "number"),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("proposed >= 0", name="proposed"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    number: Mapped[int] = key()
    kind: Mapped[str] = mapped_column(Text)
    account: Mapped[int] = mapped_column(BigInt)
    proposed: Mapped[int] = mapped_column(BigInt)
    facts: Mapped[str] = mapped_column(Text, server_default="{}")
    reasons: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    constitution: Mapped[int] = mapped_column(BigInt)
    request_key: Mapped[str] = mapped_column(Text)


class HappeningRow(Base):
    """Something that was done to a proposal (`rules.states.Event`); append-only.

    `facts` is JSON: what an amendment replaced, whom an appeal is by.
    """

    __tablename__ = "happening"
    __table_args__ = (
        of_proposal(),
        Index(
            "uq_happening_execute",
            "community_id",
            "proposal",
            unique=True,
            sqlite_where=_DONE,
            postgresql_where=_DONE,
        ),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    seq: Mapped[int] = key()
    event: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    facts: Mapped[str] = mapped_column(Text)


class Objection(Base):
    """A steward's reasoned objection; the support of a second one sends the proposal back."""

    __tablename__ = "objection"
    __table_args__ = (
        of_proposal(),
        CheckConstraint("supported_by <> made_by", name="two"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    number: Mapped[int] = key()
    made_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    supported_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    supported_at: Mapped[datetime | None] = mapped_column(Instant)


class Comment(Base):
    """What somebody said in the discussion; a `reply` is by those whom the proposal is about.

    `text` and `salt` are None once erased. A reply's digest goes into the evidence.
    """

    __tablename__ = "comment"
    __table_args__ = (
        of_proposal(),
        UniqueConstraint("community_id", "proposal", "made_by", "request_key"),
        CheckConstraint("kind IN ('comment', 'reply')", name="kind"),
        CheckConstraint("(text IS NULL) = (salt IS NULL)", name="erased"),
        STRICT,
    )

    community_id: Mapped[int] = key()
    proposal: Mapped[int] = key()
    number: Mapped[int] = key()
    kind: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    digest: Mapped[bytes] = mapped_column(Digest)
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(Digest)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    request_key: Mapped[str] = mapped_column(Text)
