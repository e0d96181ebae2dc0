"""Proposals as pages show them. Who has voted shows at once; how, only after the close.

Several are read together: it takes as many statements for a deskful as for one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import BallotRow, Objection, Proposal, Recusal, RosterRow, Voting
from ledger.governance.queries.courses import History, histories_of
from ledger.governance.queries.records import policy_of
from ledger.governance.rules.course import Course
from ledger.governance.rules.tally import Rule
from ledger.identity import queries as identity
from ledger.journal import queries as books
from ledger.members import queries as members


@dataclass(frozen=True, slots=True)
class VoterView:
    """Somebody on the roster of the newest round, and whether they have voted in it.

    `is_drawn` if it was the lot that put them there.
    """

    person_id: int
    name: str
    has_voted: bool
    is_lost: bool
    is_drawn: bool


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
    return next(iter(proposals(session, community_id, [number], now)), None)


def proposals(
    session: Session, community_id: int, numbers: Collection[int], now: datetime
) -> list[ProposalView]:
    """Those of `numbers` that exist, in their order."""
    rows = {
        row.number: row
        for row in session.scalars(
            select(Proposal)
            .where(Proposal.community_id == community_id)
            .where(Proposal.number.in_(numbers))
        )
    }
    if not rows:
        return []
    found = _read(session, community_id, list(rows.values()), now)
    return [_view(rows[number], found) for number in numbers if number in rows]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read about some proposals.

    Limits and names by the account's number, people by their id, the rest by the proposal's
    number; `votings`, `voters` and `recused` are those of the newest round.
    """

    limits: Mapping[int, int]
    names: Mapping[int, str]
    people: Mapping[int, str]
    histories: Mapping[int, History]
    courses: Mapping[int, Course]
    votings: Mapping[int, Voting]
    voters: Mapping[int, list[VoterView]]
    recused: Mapping[int, list[RecusedView]]
    objections: Mapping[int, list[ObjectionView]]


def _read(session: Session, community_id: int, rows: Sequence[Proposal], now: datetime) -> _Found:
    accounts, numbers = {row.account for row in rows}, {row.number for row in rows}
    known = books.accounts_by_number(session, community_id, accounts)
    histories = histories_of(session, rows)
    courses = {number: one.course(now) for number, one in histories.items()}
    votings = {
        number: histories[number].rounds[course.round].voting
        for number, course in courses.items()
        if course.round
    }
    return _Found(
        limits={number: -account.floor for number, account in known.items()},
        names=members.names_by_number(session, community_id, accounts),
        people=identity.names_of(session, [row.proposed_by for row in rows]),
        histories=histories,
        courses=courses,
        votings=votings,
        voters=_voters(session, community_id, votings),
        recused=_recused(session, community_id, votings),
        objections=_objections(session, community_id, numbers),
    )


def _view(row: Proposal, found: _Found) -> ProposalView:
    number, facts = row.number, json.loads(row.facts)
    voting = found.votings.get(number)
    policy = policy_of(voting) if voting else None
    return ProposalView(
        number=number,
        kind=row.kind,
        account=row.account,
        name=found.names.get(row.account, "") or facts.get("name", ""),
        present=found.limits.get(row.account, 0),
        proposed=row.proposed,
        facts=facts,
        reasons=row.reasons,
        proposer_id=row.proposed_by,
        proposer=found.people.get(row.proposed_by, ""),
        drafted_at=row.drafted_at,
        constitution=row.constitution,
        course=found.courses[number],
        opened_at=voting.opened_at if voting else None,
        status_quo=voting.status_quo if voting else None,
        asked=voting.proposed if voting else None,
        figures=policy.figures if policy else (),
        rule=policy.rule if policy else None,
        voters=tuple(found.voters.get(number, ())),
        recused=tuple(found.recused.get(number, ())),
        objections=tuple(found.objections.get(number, ())),
        decisions=_decisions(found.histories[number]),
        member_vote=policy.rest.get("member_vote") if policy else None,
    )


def _voters(
    session: Session, community_id: int, votings: Mapping[int, Voting]
) -> Mapping[int, list[VoterView]]:
    if not votings:
        return {}
    rows = session.scalars(
        select(RosterRow)
        .where(RosterRow.community_id == community_id, RosterRow.proposal.in_(votings))
        .order_by(RosterRow.proposal, RosterRow.voter)
    ).all()
    cast = session.execute(
        select(BallotRow.proposal, BallotRow.voter, BallotRow.place).where(
            BallotRow.community_id == community_id, BallotRow.proposal.in_(votings)
        )
    )
    voted = {
        (number, voter) for number, voter, place in cast if place >= votings[number].first_place
    }
    found = defaultdict[int, list[VoterView]](list)
    for row in _newest(rows, votings):
        has_voted = (row.proposal, row.voter) in voted
        found[row.proposal].append(
            VoterView(row.person_id, row.name or "", has_voted, row.is_lost, row.is_drawn)
        )
    return found


def _recused(
    session: Session, community_id: int, votings: Mapping[int, Voting]
) -> Mapping[int, list[RecusedView]]:
    if not votings:
        return {}
    rows = session.scalars(
        select(Recusal)
        .where(Recusal.community_id == community_id, Recusal.proposal.in_(votings))
        .order_by(Recusal.proposal, Recusal.place)
    )
    found = defaultdict[int, list[RecusedView]](list)
    for row in _newest(rows, votings):
        found[row.proposal].append(RecusedView(row.person_id, row.name or "", row.ground))
    return found


_OfRound = TypeVar("_OfRound", RosterRow, Recusal)


def _newest(rows: Iterable[_OfRound], votings: Mapping[int, Voting]) -> Iterable[_OfRound]:
    return (row for row in rows if row.round == votings[row.proposal].round)


def _objections(
    session: Session, community_id: int, numbers: Collection[int]
) -> Mapping[int, list[ObjectionView]]:
    rows = session.scalars(
        select(Objection)
        .where(Objection.community_id == community_id, Objection.proposal.in_(numbers))
        .order_by(Objection.proposal, Objection.number)
    ).all()
    names = identity.names_of(session, _people(rows))
    found = defaultdict[int, list[ObjectionView]](list)
    for one in rows:
        found[one.proposal].append(
            ObjectionView(
                one.number,
                one.made_by,
                names.get(one.made_by, ""),
                one.ground,
                one.made_at,
                names.get(one.supported_by or 0, ""),
            )
        )
    return found


def _people(rows: Sequence[Objection]) -> set[int]:
    return {person for one in rows for person in (one.made_by, one.supported_by) if person}


def _decisions(history: History) -> tuple[DecisionView, ...]:
    published = (one.decision for _, one in sorted(history.rounds.items()))
    return tuple(
        DecisionView(
            one.round, one.closed_at, one.recorded_at, one.result, one.outcome, one.digest.hex()
        )
        for one in published
        if one is not None
    )
