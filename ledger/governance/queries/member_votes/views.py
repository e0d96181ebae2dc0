"""What pages know of a vote of all members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from ledger.governance.rules.log import SecretBallot
from ledger.governance.rules.member_votes import Stage
from ledger.governance.rules.states import Event
from ledger.members.queries import CellView


@dataclass(frozen=True, slots=True)
class CandidateView:
    """Somebody named for a seat. `place` on the ballot and `rank` in the result count from 0.

    `cell` is the one that they vote for now, which tells people of one name apart; empty for
    none. `approvals` is None where the figures are not shown.
    """

    person_id: int
    name: str
    cell: str
    words: str
    namer: str
    stands: bool
    place: int | None
    rank: int | None
    is_seated: bool
    approvals: int | None

    @property
    def known_as(self) -> str:
        """The name, with the cell that tells it from another's."""
        return f"{self.name} ({self.cell})" if self.cell else self.name


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A cell of the reader in a vote: who votes for it, and whether it has voted."""

    cell: CellView
    voter: str
    is_mine: bool
    is_on_roll: bool
    has_voted: bool

    @property
    def may_vote(self) -> bool:
        """Whether the reader can vote for it now, if voting is open."""
        return self.is_mine and self.is_on_roll and not self.has_voted


@dataclass(frozen=True, slots=True)
class Petition:
    """How many cells ask for a vote, how many it takes, and whether the reader's does or may."""

    signed: int
    needed: int
    is_mine: bool
    may_sign: bool


@dataclass(frozen=True, slots=True)
class PutToAll:
    """The proposal that a vote of all members decides; `name` is the cell's or the fund's."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class MemberVoteLine:
    """A vote in a list; `name` as in `SB/M3`, `subject` whom it is about.

    `put` is None where it decides no proposal of the stewards. `ended_at` is when it was
    withdrawn, overtaken or made void.
    """

    number: int
    name: str
    kind: str
    subject: str
    stage: Stage
    about: Mapping[str, Any]
    put: PutToAll | None
    petition_until: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    concluded_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class MemberVoteView:
    """A vote with everything that its page shows.

    `cast` is None while it is not shown, `counts` (how many ballots for each choice) before
    the close and where fewer than a handful voted; so are `ballots`, by their keys.
    `threshold` is the share of the votes of which more has to say yes; None in an election.
    `voided_by` says by what a void vote came to its end.
    """

    line: MemberVoteLine
    reasons: str
    proposer: str
    proposer_id: int | None
    proposed_at: datetime
    opened_at: datetime | None
    constitution: int
    figures: tuple[int, ...]
    status_quo: int
    quorum: int
    threshold: Fraction | None
    eligible: int
    cast: int | None
    counts: Mapping[Any, int] | None
    ballots: tuple[SecretBallot, ...]
    result: Any
    digest: str | None
    is_enacted: bool
    candidates: tuple[CandidateView, ...]
    own: tuple[OwnVote, ...]
    petition: Petition | None
    voided_by: Event | None
