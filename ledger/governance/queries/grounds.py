"""Why somebody does not vote on a proposal: what follows by itself, and what was judged."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import Challenge, Household, Judgement, Proposal
from ledger.governance.rules.measures import parties
from ledger.governance.rules.recusal import (
    Ground,
    Person,
    Subject,
    automatic_ground,
    is_close_trader,
    is_upheld,
)
from ledger.journal import queries as books
from ledger.members import queries as members
from ledger.members.queries import CommunityView

TURNOVER_OF = timedelta(days=365)


def grounds_of(
    session: Session,
    community: CommunityView,
    row: Proposal,
    people: Iterable[int],
    now: datetime,
) -> dict[int, Ground]:
    """Who of `people` does not vote, and why: who is gone, too close, or was challenged."""
    stewards = members.ids_of_role(session, community.id, ["steward"], now)
    found = _automatic(session, community, row, {*people, *stewards}, stewards, now)
    judges = {one for one in stewards if one not in found}
    found |= {
        person: ground
        for person, ground in _challenged(session, row, judges).items()
        if person not in found
    }
    wanted = set(people)
    return {person: ground for person, ground in found.items() if person in wanted}


def parties_of(row: Proposal) -> tuple[int, ...]:
    """The cells whose own case a proposal is."""
    return parties(row.kind, row.account, json.loads(row.facts))


def judges_of(session: Session, community: CommunityView, row: Proposal, now: datetime) -> set[int]:
    """The stewards who judge challenges: those without a ground that follows by itself."""
    stewards = members.ids_of_role(session, community.id, ["steward"], now)
    return set(stewards) - _automatic(session, community, row, stewards, stewards, now).keys()


def households_of(
    session: Session, community_id: int, people: Iterable[int]
) -> dict[int, frozenset[int]]:
    """With whom each of the people declared, or was declared, to share a household."""
    wanted = set(people)
    rows = session.scalars(
        select(Household)
        .where(Household.community_id == community_id, Household.ended_at.is_(None))
        .where(Household.person_id.in_(wanted) | Household.other_id.in_(wanted))
    )
    found: dict[int, set[int]] = {one: set() for one in wanted}
    for row in rows:
        for one, other in ((row.person_id, row.other_id), (row.other_id, row.person_id)):
            if one in found:
                found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def too_close(session: Session, community: CommunityView, row: Proposal) -> set[int]:
    """Everybody who is too close to judge, found from the subject's side: for large pools."""
    found = {row.proposed_by}
    people = [
        one
        for cell in parties_of(row)
        for one in members.people_who_record(session, community.id, cell)
    ]
    households = households_of(session, community.id, people)
    found.update(people, *households.values())
    cells = members.cells_of_people(session, community.id, people, row.drafted_at)
    for cell in set().union(*cells.values()):
        found |= members.people_of_place(session, community.id, cell)
    return found


def close_traders(
    session: Session, community: CommunityView, account: int, people: Collection[int], now: datetime
) -> set[int]:
    """Who of `people` to flag: their cells hold over a fifth of the account's turnover."""
    turnover: Counter[int] = Counter()
    for _, seller, buyer, amount in books.exchanges(session, community.id, since=now - TURNOVER_OF):
        if account in (seller, buyer):
            turnover[buyer if seller == account else seller] += amount
    known = _persons(session, community, people, now)
    return {one for one in people if is_close_trader(known.get(one) or Person(one), turnover)}


def _automatic(
    session: Session,
    community: CommunityView,
    row: Proposal,
    people: Collection[int],
    stewards: list[int],
    now: datetime,
) -> dict[int, Ground]:
    asked_by = row.proposed_by if row.proposed_by not in stewards else None
    recording = {
        cell: members.people_who_record(session, community.id, cell) for cell in parties_of(row)
    }
    known = _persons(session, community, {*people, *chain(*recording.values())}, now)
    subjects = [
        Subject(cell, tuple(known[one] for one in theirs if one in known), asked_by=asked_by)
        for cell, theirs in recording.items()
    ] or [Subject(row.account, (), asked_by)]
    grounds: dict[int, Ground] = {}
    for one in people:
        person = known.get(one)
        if person is None:
            grounds[one] = Ground.GONE
            continue
        found = [ground for subject in subjects if (ground := automatic_ground(person, subject))]
        if found:
            grounds[one] = found[0]
    return grounds


def challenges_of(session: Session, row: Proposal) -> list[tuple[Challenge, dict[int, bool]]]:
    """The challenges in their order, each with who judged it and whether they uphold it."""
    challenges = session.scalars(
        select(Challenge)
        .where(Challenge.community_id == row.community_id, Challenge.proposal == row.number)
        .order_by(Challenge.number)
    ).all()
    if not challenges:
        return []
    said: defaultdict[int, dict[int, bool]] = defaultdict(dict)
    for judged in session.scalars(
        select(Judgement).where(
            Judgement.community_id == row.community_id, Judgement.proposal == row.number
        )
    ):
        said[judged.challenge][judged.person_id] = judged.upholds
    return [(one, said[one.number]) for one in challenges]


def _challenged(session: Session, row: Proposal, judges: set[int]) -> dict[int, Ground]:
    """Who said themselves that they are too close, and whom the other stewards found so."""
    found = {}
    for one, said in challenges_of(session, row):
        if one.made_by == one.person_id:
            found[one.person_id] = Ground.DECLARED
        elif is_upheld(said, judges - {one.person_id}):
            found[one.person_id] = Ground.CHALLENGED
    return found


def _persons(
    session: Session, community: CommunityView, people: Iterable[int], now: datetime
) -> dict[int, Person]:
    """The people with their cells and household; without those who no longer belong here."""
    cells = members.cells_of_people(session, community.id, people, now)
    households = households_of(session, community.id, cells)
    return {one: Person(one, theirs, households[one]) for one, theirs in cells.items()}
