"""Proposals as pages show them. Who has voted shows at once; how, only after the close."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    BallotRow,
    Decision,
    Objection,
    Proposal,
    Recusal,
    RosterRow,
    Voting,
)
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.records import policy_of
from ledger.governance.rules.course import Course
from ledger.governance.rules.tally import Rule
from ledger.identity import queries as identity
from ledger.journal import queries as books
from ledger.members import queries as members


@dataclass(frozen=True, slots=True)
class VoterView:
    """Somebody on the roster of the newest round, and whether they have voted in it."""

    person_id: int
    name: str
    has_voted: bool
    is_lost: bool


@dataclass(frozen=True, slots=True)
class RecusedView:
    """A steward who does not vote in the newest round, and on what ground (`recusal.Ground`)."""

    person_id: int
    name: str
    ground: str


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection, and who supported it."""

    number: int
    person_id: int
    name: str
    ground: str
    made_at: datetime
    supporter: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A published outcome; `digest` in hex, as it is mailed."""

    round: int
    closed_at: datetime
    recorded_at: datetime
    result: int
    outcome: str
    digest: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal and where it stands. Figures in smallest parts.

    `name` is the cell's or the fund's, `present` its limit as it is now; `facts` by kind
    (`rules.measures`). From `opened_at` on they are the newest round's: None and empty before
    the first opens. `asked` was proposed then.
    """

    number: int
    kind: str
    account: int
    name: str
    present: int
    proposed: int
    facts: Mapping[str, Any]
    reasons: str
    proposer_id: int
    proposer: str
    drafted_at: datetime
    constitution: int
    course: Course
    opened_at: datetime | None
    status_quo: int | None
    asked: int | None
    figures: tuple[int, ...]
    rule: Rule | None
    voters: tuple[VoterView, ...]
    recused: tuple[RecusedView, ...]
    objections: tuple[ObjectionView, ...]
    decisions: tuple[DecisionView, ...]
    member_vote: int | None = None
    """The vote of all members in which the round is held, where too few stewards could vote."""


def proposal(
    session: Session, community_id: int, number: int, now: datetime
) -> ProposalView | None:
    """One proposal, or None."""
    row = session.get(Proposal, (community_id, number))
    return _view(session, row, now) if row else None


def proposals(
    session: Session, community_id: int, now: datetime, *, account: int | None = None
) -> list[ProposalView]:
    """Every proposal, the newest first; of one account if it is named."""
    wanted = select(Proposal).where(Proposal.community_id == community_id)
    if account is not None:
        wanted = wanted.where(Proposal.account == account)
    rows = session.scalars(wanted.order_by(Proposal.number.desc())).all()
    return [_view(session, row, now) for row in rows]


def _view(session: Session, row: Proposal, now: datetime) -> ProposalView:
    course = history_of(session, row).course(now)
    key = (row.community_id, row.number, course.round)
    voting = session.get_one(Voting, key) if course.round else None
    policy = policy_of(voting) if voting else None
    account = books.account(session, row.community_id, row.account)
    facts = json.loads(row.facts)
    names = members.names_by_number(session, row.community_id, [row.account])
    return ProposalView(
        number=row.number,
        kind=row.kind,
        account=row.account,
        name=names.get(row.account, "") or facts.get("name", ""),
        present=-account.floor if account else 0,
        proposed=row.proposed,
        facts=facts,
        reasons=row.reasons,
        proposer_id=row.proposed_by,
        proposer=identity.names_of(session, [row.proposed_by]).get(row.proposed_by, ""),
        drafted_at=row.drafted_at,
        constitution=row.constitution,
        course=course,
        opened_at=voting.opened_at if voting else None,
        status_quo=voting.status_quo if voting else None,
        asked=voting.proposed if voting else None,
        figures=policy.figures if policy else (),
        rule=policy.rule if policy else None,
        voters=_voters(session, voting) if voting else (),
        recused=_recused(session, voting) if voting else (),
        objections=_objections(session, row),
        decisions=_decisions(session, row),
        member_vote=policy.rest.get("member_vote") if policy else None,
    )


def _voters(session: Session, voting: Voting) -> tuple[VoterView, ...]:
    key = (voting.community_id, voting.proposal)
    rows = session.scalars(
        select(RosterRow)
        .where(RosterRow.community_id == key[0], RosterRow.proposal == key[1])
        .where(RosterRow.round == voting.round)
        .order_by(RosterRow.voter)
    ).all()
    voted = set(
        session.scalars(
            select(BallotRow.voter)
            .where(BallotRow.community_id == key[0], BallotRow.proposal == key[1])
            .where(BallotRow.place >= voting.first_place)
        )
    )
    return tuple(
        VoterView(row.person_id, row.name or "", row.voter in voted, row.is_lost) for row in rows
    )


def _recused(session: Session, voting: Voting) -> tuple[RecusedView, ...]:
    rows = session.scalars(
        select(Recusal)
        .where(Recusal.community_id == voting.community_id, Recusal.proposal == voting.proposal)
        .where(Recusal.round == voting.round)
        .order_by(Recusal.place)
    )
    return tuple(RecusedView(row.person_id, row.name or "", row.ground) for row in rows)


def _objections(session: Session, row: Proposal) -> tuple[ObjectionView, ...]:
    rows = session.scalars(
        select(Objection)
        .where(Objection.community_id == row.community_id, Objection.proposal == row.number)
        .order_by(Objection.number)
    ).all()
    names = identity.names_of(session, _people(rows))
    return tuple(
        ObjectionView(
            one.number,
            one.made_by,
            names.get(one.made_by, ""),
            one.ground,
            one.made_at,
            names.get(one.supported_by or 0, ""),
        )
        for one in rows
    )


def _people(rows: Sequence[Objection]) -> set[int]:
    return {person for one in rows for person in (one.made_by, one.supported_by) if person}


def _decisions(session: Session, row: Proposal) -> tuple[DecisionView, ...]:
    rows = session.scalars(
        select(Decision)
        .where(Decision.community_id == row.community_id, Decision.proposal == row.number)
        .order_by(Decision.round)
    )
    return tuple(
        DecisionView(
            one.round, one.closed_at, one.recorded_at, one.result, one.outcome, one.digest.hex()
        )
        for one in rows
    )
