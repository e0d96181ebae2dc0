"""A closed vote as its record says it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ledger.governance.rules.log import (
    GENESIS,
    Ballot,
    Choice,
    Entry,
    SecretBallot,
    Standing,
    root,
    secret_root,
    standings,
)
from ledger.governance.rules.lots import Lot
from ledger.governance.rules.phragmen import elect, election
from ledger.governance.rules.record.votes import (
    OpenVote,
    Policy,
    Question,
    SecretElection,
    SecretVote,
    Section,
)
from ledger.governance.rules.tally import tally
from ledger.kernel.merkle import canonical

FORMAT = "simpul-decision/1"
_VEILED = {"digest", "salt", "text"}


def publish(vote: OpenVote) -> dict[str, Any]:
    """The record of an open vote, with its ballots and reasons. Raises what `tally` raises."""
    lost = [voter.number for voter in vote.voters if voter.is_lost]
    worth = standings(vote.log, void_through=vote.void_through, lost=lost)
    log = list(zip(vote.log, worth, strict=True))
    counted = [entry.place for entry, standing in log if standing is Standing.COUNTED]
    eligible = sum(voter.replaces is None for voter in vote.voters)
    roster = {
        "eligible": eligible,
        "voters": [voter.published() for voter in vote.voters],
        "recused": [{"name": name.published(), "ground": why} for name, why in vote.recused],
    }
    choices = [vote.ballots[place].choice for place in counted]
    return _record(
        vote.question,
        policy=vote.policy.published(),
        evidence=vote.evidence,
        roster=roster,
        lot=vote.lot,
        log=[_entry(entry, standing) for entry, standing in log],
        ballots=[_opened(place, vote.ballots[place]) for place in counted],
        log_outcome=_open_log(vote),
        count=_median(vote.question, vote.policy, choices, eligible),
    )


def publish_secret(vote: SecretVote) -> dict[str, Any]:
    """The record of a secret vote: ballots by their keys, the roll apart. Raises as `tally`."""
    choices = [ballot.choice for ballot in vote.ballots]
    return _record(
        vote.question,
        policy=vote.policy.published(),
        evidence=vote.evidence,
        roster=_roll(vote.roll),
        ballots=_keyed(vote.ballots),
        log_outcome=_secret_log(vote.ballots),
        count=_median(vote.question, vote.policy, choices, len(vote.roll)),
    )


def publish_election(vote: SecretElection) -> dict[str, Any]:
    """The record of an election. Raises what `election` and `elect` raise."""
    approvals = [list(_approved(ballot.choice)) for ballot in vote.ballots]
    voted = election(len(vote.candidates), vote.seats, approvals)
    policy = {
        "constitution": vote.constitution,
        "method": "phragmen",
        "secrecy": "secret",
        "seats": vote.seats,
        "candidates": [name.published() for name in vote.candidates],
    }
    return _record(
        vote.question,
        policy=policy,
        evidence={},
        roster=_roll(vote.roll),
        lot=vote.lot,
        ballots=_keyed(vote.ballots),
        log_outcome=_secret_log(vote.ballots),
        count={"elected": list(elect(voted, vote.lot.drawn)), "ballots": len(vote.ballots)},
    )


def section_digest(section: object) -> str:
    """SHA-256 over a section's canonical bytes, with veiled texts behind their digests."""
    return hashlib.sha256(canonical(_behind_veils(section))).hexdigest()


def _record(
    question: Question,
    *,
    policy: Section,
    evidence: Section,
    roster: Section,
    ballots: Sequence[Section],
    log_outcome: Section,
    count: Section,
    log: Sequence[Section] = (),
    lot: Lot | None = None,
) -> dict[str, Any]:
    sections: dict[str, Any] = {
        "question": asdict(question),
        "policy": policy,
        "evidence": evidence,
        "roster": roster,
        "lot": lot.derivation() if lot else None,
    }
    outcome = {
        "sections": {name: section_digest(section) for name, section in sections.items()},
        "log": log_outcome,
        "tally": count,
    }
    return {
        "format": FORMAT,
        **sections,
        "log": list(log),
        "ballots": list(ballots),
        "outcome": outcome,
        "digest": section_digest({"kind": FORMAT, **outcome}),
    }


def _median(
    question: Question, policy: Policy, choices: Sequence[Choice], eligible: int
) -> dict[str, Any]:
    figures = [choice for choice in choices if not isinstance(choice, tuple)]
    found = tally(question.status_quo, figures, eligible=eligible, rule=policy.rule)
    return asdict(found)


def _approved(choice: Choice) -> tuple[int, ...]:
    return choice if isinstance(choice, tuple) else ()


def _roll(roll: Sequence[int]) -> dict[str, Any]:
    return {"eligible": len(roll), "roll": sorted(roll)}


def _open_log(vote: OpenVote) -> dict[str, Any]:
    return {
        "root": root(vote.log).hex(),
        "head": (vote.log[-1].link if vote.log else GENESIS).hex(),
        "size": len(vote.log),
        "void_through": vote.void_through,
    }


def _secret_log(ballots: Sequence[SecretBallot]) -> dict[str, Any]:
    return {
        "root": secret_root(ballots).hex(),
        "head": None,
        "size": len(ballots),
        "void_through": 0,
    }


def _entry(entry: Entry, standing: Standing) -> dict[str, Any]:
    return {
        "place": entry.place,
        "voter": entry.voter,
        "commitment": entry.commitment.hex(),
        "link": entry.link.hex(),
        "standing": standing.value,
    }


def _opened(place: int, ballot: Ballot) -> dict[str, Any]:
    return {
        "place": place,
        "choice": ballot.choice,
        "salt": ballot.salt.hex(),
        "reason": ballot.reason.published(),
    }


def _keyed(ballots: Sequence[SecretBallot]) -> list[dict[str, Any]]:
    found = [{"key": ballot.key.hex(), "choice": ballot.choice} for ballot in ballots]
    return sorted(found, key=lambda ballot: str(ballot["key"]))


def _behind_veils(part: Any) -> Any:
    if isinstance(part, Mapping):
        if set(part) == _VEILED:
            return part["digest"]
        return {name: _behind_veils(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [_behind_veils(inner) for inner in part]
    return part
