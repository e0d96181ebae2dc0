"""Closed votes for tests, built through the rules that publish them."""

from __future__ import annotations

import hashlib
from typing import Any

from ledger.governance.rules import lots
from ledger.governance.rules.log import Ballot, Choice, Entry, SecretBallot, append
from ledger.governance.rules.lots import Lot
from ledger.governance.rules.record import (
    OpenVote,
    Policy,
    Question,
    SecretElection,
    SecretVote,
    Voter,
)
from ledger.governance.rules.tally import ALL_MEMBERS, ORDINARY
from ledger.kernel.veils import veil

DECISION = "SB/42"


def salt(about: object) -> bytes:
    """32 bytes that come again: real ones are random."""
    return hashlib.sha256(repr(about).encode()).digest()


def question(**changed: Any) -> Question:
    given = {
        "decision": DECISION,
        "kind": "limit",
        "about": {"account": 17, "limit_version": 3},
        "status_quo": 200,
        "proposed": 500,
        "opened_at": 1_795_000_000_000_000,
        "closed_at": 1_795_432_000_000_000,
    }
    return Question(**{**given, **changed})


def lot(about: str, pool: range) -> Lot:
    """A drawing of everybody, after one steward withheld their nonce."""
    nonces = {person: salt((about, person)) for person in (1, 2, 3)}
    promised = {one: lots.nonce_commitment(about, one, nonce) for one, nonce in nonces.items()}
    revealed = {one: nonces[one] for one in (1, 3)}
    seal = salt("seal")
    return lots.draw(about, pool, len(pool), commitments=promised, revealed=revealed, seal=seal)


CAST: list[tuple[int, Choice]] = [
    (1, 500),
    (2, 300),
    # Sent back here: what stands above is void.
    (1, 500),
    (3, None),
    (2, 400),
    (5, 200),
    (3, 300),
    (4, 400),
]


def open_vote(cast: list[tuple[int, Choice]] = CAST, void_through: int = 2) -> OpenVote:
    """Six eligible of whom one is lost and replaced, with superseded and void ballots."""
    log: list[Entry] = []
    ballots: dict[int, Ballot] = {}
    for place, (voter, choice) in enumerate(cast, 1):
        reason = veil(f"because of {place}", salt(("reason", place)))
        ballots[place] = Ballot(voter, choice, reason, salt(("ballot", place)))
        log.append(append(log, DECISION, ballots[place]))
    drawn = lot("SB/42/alternates", range(7, 12))
    voters = [Voter(number, veil(f"Steward {number}", salt(number))) for number in range(1, 7)]
    voters[4] = Voter(5, voters[4].name, is_lost=True)
    voters.append(Voter(drawn.drawn[0], veil("Alternate", salt("next")), replaces=5))
    return OpenVote(
        question=question(),
        policy=Policy(3, ORDINARY, (100, 200, 300, 400, 500), rest={"grid": {"step": 100}}),
        evidence={"turnover": [123_456, 365], "reply": veil("I sell mats", salt("r")).published()},
        voters=voters,
        log=log,
        ballots=ballots,
        recused=[(veil("Cousin", salt("cousin")), "household")],
        void_through=void_through,
        lot=drawn,
    )


def secret_vote() -> SecretVote:
    """A question to all members."""
    answers: list[Choice] = [1, 1, 0, None, 1]
    ballots = [SecretBallot(salt(place)[:16], answer) for place, answer in enumerate(answers)]
    return SecretVote(
        question=question(kind="constitution", status_quo=0, proposed=1, about={"version": 4}),
        policy=Policy(3, ALL_MEMBERS, (0, 1), is_secret=True),
        evidence={},
        roll=range(1, 13),
        ballots=ballots,
    )


def secret_election() -> SecretElection:
    """Five candidates, three seats, and ties."""
    approvals = [(0, 1), (0, 1), (2,), (3, 4), (), (2, 3)]
    return SecretElection(
        question=question(kind="election", about={"term": "2027"}),
        constitution=3,
        candidates=[veil(f"Candidate {one}", salt(("candidate", one))) for one in range(5)],
        seats=3,
        roll=range(1, 13),
        ballots=[SecretBallot(salt(place)[:16], one) for place, one in enumerate(approvals)],
        lot=lot("SB/42/ties", range(5)),
    )
