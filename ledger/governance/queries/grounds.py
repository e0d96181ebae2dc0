"""Why somebody does not vote on a proposal: what follows by itself, and what was judged."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

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


def household_of(session: Session, community_id: int, person_id: int) -> frozenset[int]:
    """With whom a person declared, or was declared, to share a household."""
    rows = session.scalars(
        select(Household)
        .where(Household.community_id == community_id, Household.ended_at.is_(None))
        .where((Household.person_id == person_id) | (Household.other_id == person_id))
    )
    return frozenset(row.other_id if row.person_id == person_id else row.person_id for row in rows)


def too_close(session: Session, community: CommunityView, row: Proposal) -> set[int]:
    """Everybody who is too close to judge, found from the subject's side: for large pools."""
    found = {row.proposed_by}
    people = [
        one
        for cell in parties_of(row)
        for one in members.people_who_record(session, community.id, cell)
    ]
    for one in people:
        found |= {one} | household_of(session, community.id, one)
        for place in members.communities_of(session, one, row.drafted_at):
            if place.community.id == community.id:
                for cell in place.cells:
                    others = members.people_of_cell(session, community.id, cell.number)
                    found |= {other.person_id for other in others}
    return found


def close_traders(
    session: Session, community: CommunityView, account: int, people: Iterable[int], now: datetime
) -> set[int]:
    """Who of `people` to flag: their cells hold over a fifth of the account's turnover."""
    turnover: Counter[int] = Counter()
    for _, seller, buyer, amount in books.exchanges(session, community.id, since=now - TURNOVER_OF):
        if account in (seller, buyer):
            turnover[buyer if seller == account else seller] += amount
    return {
        one
        for one in people
        if is_close_trader(_person(session, community, one, now) or Person(one), turnover)
    }


def _automatic(
    session: Session,
    community: CommunityView,
    row: Proposal,
    people: Iterable[int],
    stewards: list[int],
    now: datetime,
) -> dict[int, Ground]:
    asked_by = row.proposed_by if row.proposed_by not in stewards else None
    subjects = [
        Subject(
            cell,
            tuple(
                found
                for one in members.people_who_record(session, community.id, cell)
                if (found := _person(session, community, one, now))
            ),
            asked_by=asked_by,
        )
        for cell in parties_of(row)
    ] or [Subject(row.account, (), asked_by)]
    grounds: dict[int, Ground] = {}
    for one in people:
        person = _person(session, community, one, now)
        if person is None:
            grounds[one] = Ground.GONE
            continue
        theirs = [ground for subject in subjects if (ground := automatic_ground(person, subject))]
        if theirs:
            grounds[one] = theirs[0]
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


def _person(
    session: Session, community: CommunityView, person_id: int, now: datetime
) -> Person | None:
    """The person with their cells and household; None when they no longer belong here."""
    standing = members.find_standing(session, person_id, community.code, now)
    if standing is None:
        return None
    cells = frozenset(one.number for one in standing.cells)
    return Person(person_id, cells, household_of(session, community.id, person_id))
