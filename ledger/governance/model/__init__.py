"""Tables of the constitution, proposals, votes and decisions (see decision 0007).

`happening` and `ballot` are append-only by triggers. Texts that could name a person
stand beside their digest and can be erased. JSON is canonical (`kernel.merkle`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.governance.model.cases import (
    Appellant,
    Challenge,
    Consent,
    EarlierWords,
    Judgement,
    Panelist,
)
from ledger.governance.model.everyone import (
    CandidateRow,
    MemberVote,
    Petitioner,
    RollPlace,
    SecretBallotRow,
)
from ledger.governance.model.lots import LotNonce, LotPlace, LotRow
from ledger.governance.rules.measures import KINDS
from ledger.persistence.base import Base, BigInt, Digest, Instant

__all__ = [
    "Appellant",
    "BallotContent",
    "BallotRow",
    "CandidateRow",
    "Challenge",
    "Consent",
    "ConstitutionRow",
    "Decision",
    "EarlierWords",
    "HappeningRow",
    "Household",
    "Judgement",
    "LotNonce",
    "LotPlace",
    "LotRow",
    "MemberVote",
    "Objection",
    "Panelist",
    "Petitioner",
    "Proposal",
    "Recusal",
    "RollPlace",
    "RosterRow",
    "SecretBallotRow",
    "Voting",
]

_STRICT = {"sqlite_strict": True, "sqlite_with_rowid": False}
_DONE = text("event = 'execute'")


def _key() -> Mapped[int]:
    return mapped_column(BigInt, primary_key=True, autoincrement=False)


def _of_proposal() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["community_id", "proposal"], ["proposal.community_id", "proposal.number"]
    )


def _of_round() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["community_id", "proposal", "round"],
        ["voting.community_id", "voting.proposal", "voting.round"],
    )


class ConstitutionRow(Base):
    """A version of a community's constitution, in force from an instant by an authority."""

    __tablename__ = "constitution"
    __table_args__ = (_STRICT,)

    community_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("community.id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = _key()
    document: Mapped[str] = mapped_column(Text)
    authority: Mapped[str] = mapped_column(Text)
    in_force_at: Mapped[datetime] = mapped_column(Instant)


class Household(Base):
    """Somebody declared to share a household with another; it holds for both."""

    __tablename__ = "household"
    __table_args__ = (CheckConstraint("person_id <> other_id", name="two"), _STRICT)

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
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    number: Mapped[int] = _key()
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
        _of_proposal(),
        Index(
            "uq_happening_execute",
            "community_id",
            "proposal",
            unique=True,
            sqlite_where=_DONE,
            postgresql_where=_DONE,
        ),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    seq: Mapped[int] = _key()
    event: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    facts: Mapped[str] = mapped_column(Text)


class Objection(Base):
    """A steward's reasoned objection; the support of a second one sends the proposal back."""

    __tablename__ = "objection"
    __table_args__ = (
        _of_proposal(),
        CheckConstraint("supported_by <> made_by", name="two"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    number: Mapped[int] = _key()
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
        _of_proposal(),
        UniqueConstraint("community_id", "proposal", "made_by", "request_key"),
        CheckConstraint("kind IN ('comment', 'reply')", name="kind"),
        CheckConstraint("(text IS NULL) = (salt IS NULL)", name="erased"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    number: Mapped[int] = _key()
    kind: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    digest: Mapped[bytes] = mapped_column(Digest)
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(Digest)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    request_key: Mapped[str] = mapped_column(Text)


class Voting(Base):
    """What was frozen when a round of voting opened.

    `first_place` is the first in the ballot log that belongs to the round: those before
    are void. `lot` drew the alternates, if there are any.
    """

    __tablename__ = "voting"
    __table_args__ = (_of_proposal(), _STRICT)

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    round: Mapped[int] = _key()
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
        _of_round(),
        UniqueConstraint("community_id", "proposal", "round", "person_id"),
        {"sqlite_with_rowid": False},  # STRICT knows no BOOLEAN
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    round: Mapped[int] = _key()
    voter: Mapped[int] = _key()
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
    __table_args__ = (_of_round(), _STRICT)

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    round: Mapped[int] = _key()
    place: Mapped[int] = _key()
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column(Text)
    name_digest: Mapped[bytes] = mapped_column(Digest)
    name: Mapped[str | None] = mapped_column(Text)
    name_salt: Mapped[bytes | None] = mapped_column(Digest)


class BallotRow(Base):
    """A place in the ballot log; append-only. The link is the voter's receipt."""

    __tablename__ = "ballot"
    __table_args__ = (
        _of_proposal(),
        UniqueConstraint("community_id", "proposal", "voter", "request_key"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    place: Mapped[int] = _key()
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
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    place: Mapped[int] = _key()
    choice: Mapped[int | None] = mapped_column(BigInt)
    salt: Mapped[bytes] = mapped_column(Digest)
    reason_digest: Mapped[bytes] = mapped_column(Digest)
    reason: Mapped[str | None] = mapped_column(Text)
    reason_salt: Mapped[bytes | None] = mapped_column(Digest)


class Decision(Base):
    """The published outcome of a round; `digest` is the record's, attested in a seal."""

    __tablename__ = "decision"
    __table_args__ = (
        _of_round(),
        CheckConstraint("outcome IN ('succeeded', 'defeated', 'lapsed')", name="outcome"),
        _STRICT,
    )

    community_id: Mapped[int] = _key()
    proposal: Mapped[int] = _key()
    round: Mapped[int] = _key()
    closed_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    result: Mapped[int] = mapped_column(BigInt)
    outcome: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(Digest)
    attestation: Mapped[int] = mapped_column(BigInt)
