"""A closed vote with all that its record says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.governance.rules.log import Ballot, Entry, SecretBallot
from ledger.governance.rules.lots import Lot
from ledger.governance.rules.tally import Rule
from ledger.kernel.veils import Veiled

Section = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and when, in microseconds since 1970.

    `about` says what would be enacted, such as `{"account": 17, "limit_version": 3}`;
    figures in smallest parts.
    """

    decision: str
    kind: str
    about: Section
    opened_at: int
    closed_at: int
    status_quo: int = 0
    proposed: int = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """By which rule it was decided, under which version of the constitution.

    `figures` are the legal ballots of a median vote; `rest` is whatever else was in
    force and belongs to the record, such as the grid and the periods.
    """

    constitution: int
    rule: Rule
    figures: tuple[int, ...]
    is_secret: bool = False
    rest: Section = field(default_factory=dict)

    def published(self) -> dict[str, Any]:
        """As it stands in a record."""
        return {
            "constitution": self.constitution,
            "method": "median",
            "secrecy": "secret" if self.is_secret else "open",
            "quorum": [self.rule.quorum.numerator, self.rule.quorum.denominator],
            "threshold": [self.rule.threshold.numerator, self.rule.threshold.denominator],
            "figures": list(self.figures),
            "rest": dict(self.rest),
        }


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody on the roster, by a number within the vote: the one that the lot draws.

    An alternate who stepped in later `replaces` one who was lost; one who was drawn
    to fill up the roster at the opening replaces nobody. Both stand in the lot's order.
    """

    number: int
    name: Veiled
    replaces: int | None = None
    is_lost: bool = False
    is_drawn: bool = False

    def published(self) -> dict[str, Any]:
        """As it stands in a record."""
        return {
            "voter": self.number,
            "name": self.name.published(),
            "replaces": self.replaces,
            "lost": self.is_lost,
            "drawn": self.is_drawn,
        }


@dataclass(frozen=True, slots=True)
class OpenVote:
    """A closed vote whose ballots are named; `ballots` by their place in the log."""

    question: Question
    policy: Policy
    evidence: Section
    voters: Sequence[Voter]
    log: Sequence[Entry]
    ballots: Mapping[int, Ballot]
    recused: Sequence[tuple[Veiled, str]] = ()
    void_through: int = 0
    lot: Lot | None = None


@dataclass(frozen=True, slots=True)
class SecretVote:
    """A closed vote of all members; `roll` are the cells that could vote."""

    question: Question
    policy: Policy
    evidence: Section
    roll: Sequence[int]
    ballots: Sequence[SecretBallot]


@dataclass(frozen=True, slots=True)
class SecretElection:
    """A closed election by approval; candidates are counted from 0, `lot` breaks ties.

    The lot's pool are the candidates, and it draws them all.
    """

    question: Question
    constitution: int
    candidates: Sequence[Veiled]
    seats: int
    roll: Sequence[int]
    ballots: Sequence[SecretBallot]
    lot: Lot
