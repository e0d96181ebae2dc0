"""Who may vote on a case and why not, and what became of an appeal: for pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ledger.governance.model import Appellant, Consent, HappeningRow, LotRow, Panelist, Proposal
from ledger.governance.queries.courses import histories_of
from ledger.governance.queries.electorate import electorate
from ledger.governance.queries.grounds import (
    challenges_of,
    close_traders,
    grounds_of,
    judges_of,
    parties_of,
)
from ledger.governance.queries.lots import lots_for
from ledger.governance.queries.own import Waiting
from ledger.governance.rules.course import Course
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.recusal import Ground
from ledger.governance.rules.roll import appellants_needed
from ledger.governance.rules.states import Event, State
from ledger.identity import queries as identity
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """What was said against a steward's vote, and how the others judge; `own` needs no judges."""

    number: int
    ground: str
    made_by: str
    made_at: datetime
    own: bool
    upheld: int
    judges: tuple[int, ...]
    said: dict[int, bool]


@dataclass(frozen=True, slots=True)
class StewardView:
    """A steward as they stand to a case: why they do not vote, or whether to look closer."""

    person_id: int
    name: str
    ground: Ground | None
    is_close_trader: bool
    challenge: ChallengeView | None


@dataclass(frozen=True, slots=True)
class SignerView:
    """A cell that appeals, and its reasons."""

    cell: int
    shown: str
    name: str
    person: str
    reasons: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class PanelistView:
    """Somebody on the panel; `answer` is `uphold`, `return` or None."""

    person_id: int
    name: str
    shown: str
    answer: str | None
    reasons: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal, open or not yet: who signed, how many it takes, who judges.

    `may_sign` are the cells for which the person asked about could still sign. `outcome` is
    `uphold`, `return` or None; `appealed_at` is None while signatures are gathered.
    """

    signers: tuple[SignerView, ...]
    needed: int
    may_sign: tuple[int, ...]
    lot: int | None
    panel: tuple[PanelistView, ...]
    appealed_at: datetime | None
    answered_at: datetime | None
    outcome: str | None


def bench(
    session: Session, community: CommunityView, number: int, now: datetime
) -> tuple[StewardView, ...]:
    """Every steward as they stand to a proposal now, in the order of their ids."""
    row = session.get_one(Proposal, (community.id, number))
    stewards = members.ids_of_role(session, community.id, ["steward"], now)
    challenges = _challenges(session, community, row, now)
    people = [*stewards, *(one for one in challenges if one not in stewards)]
    grounds = grounds_of(session, community, row, people, now)
    flagged = close_traders(session, community, row.account, people, now)
    names = identity.names_of(session, people)
    return tuple(
        StewardView(one, names.get(one, ""), grounds.get(one), one in flagged, challenges.get(one))
        for one in people
    )


def appeal_of(
    session: Session, community: CommunityView, number: int, person_id: int, now: datetime
) -> AppealView:
    """The appeal against the decision on a proposal, as `person_id` meets it."""
    row = session.get_one(Proposal, (community.id, number))
    signers = _signers(session, community, row)
    voters = electorate(session, community, now)
    mine = {cell for cell, voter in voters.items() if voter == person_id}
    for cell in parties_of(row):
        mine.discard(cell)
        if person_id in members.people_who_record(session, community.id, cell):
            mine.add(cell)
    happened = _happened(session, row)
    end = next((one for one in (Event.RETURN, Event.UPHOLD) if one in happened), None)
    lot = select(LotRow.number).where(
        LotRow.community_id == community.id, LotRow.proposal == row.number
    )
    return AppealView(
        signers=signers,
        needed=appellants_needed(len(voters)),
        may_sign=tuple(sorted(mine - {one.cell for one in signers})),
        lot=session.scalar(lot),
        panel=_panel(session, community, row),
        appealed_at=happened.get(Event.APPEAL),
        answered_at=happened[end] if end else None,
        outcome=end.value if end else None,
    )


def duties_waiting(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[Waiting]:
    """What waits for somebody besides votes: a panel's answer, a lot, a sponsor's yes or no."""
    return [
        *_panels_waiting(session, community_id, person_id, now),
        *_lots_waiting(session, community_id, person_id, now),
        *_sponsors_waiting(session, community_id, person_id, now),
    ]


def _panels_waiting(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[Waiting]:
    rows = session.scalars(
        select(Proposal)
        .join(
            Panelist,
            (Panelist.community_id == Proposal.community_id)
            & (Panelist.proposal == Proposal.number),
        )
        .where(Proposal.community_id == community_id)
        .where(Panelist.person_id == person_id, Panelist.answer.is_(None))
        .order_by(Proposal.number)
    ).all()
    names = members.names_by_number(session, community_id, [row.account for row in rows])
    return [
        Waiting(
            "panel",
            row.number,
            names.get(row.account, "") or json.loads(row.facts).get("name", ""),
            course.until,
            row.kind,
        )
        for row, course in _courses(session, rows, now)
        if course.state is State.CONTESTED
    ]


def _lots_waiting(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[Waiting]:
    return [
        Waiting("lot", number, "", until)
        for number, until in lots_for(session, community_id, person_id, now)
    ]


def _sponsors_waiting(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[Waiting]:
    agreed = exists().where(
        Consent.community_id == Proposal.community_id, Consent.proposal == Proposal.number
    )
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.community_id == community_id, Proposal.kind == Kind.TAKE_OVER, ~agreed)
        .order_by(Proposal.number)
    ).all()
    theirs = members.recorded_by(session, community_id, person_id) if rows else frozenset()
    own = [row for row in rows if json.loads(row.facts)["sponsor"] in theirs]
    return [
        Waiting("sponsor", row.number, "", course.until, row.kind)
        for row, course in _courses(session, own, now)
        if course.state is State.DISCUSSION
    ]


def _courses(
    session: Session, rows: Sequence[Proposal], now: datetime
) -> list[tuple[Proposal, Course]]:
    histories = histories_of(session, rows)
    return [(row, histories[row.number].course(now)) for row in rows]


def _challenges(
    session: Session, community: CommunityView, row: Proposal, now: datetime
) -> dict[int, ChallengeView]:
    challenges = challenges_of(session, row)
    if not challenges:
        return {}
    judges = judges_of(session, community, row, now)
    names = identity.names_of(session, [one.made_by for one, _ in challenges])
    found = {}
    for one, said in challenges:
        able = tuple(sorted(judges - {one.person_id}))
        found[one.person_id] = ChallengeView(
            number=one.number,
            ground=one.ground,
            made_by=names.get(one.made_by, ""),
            made_at=one.made_at,
            own=one.made_by == one.person_id,
            upheld=sum(said.get(judge, False) for judge in able),
            judges=able,
            said=said,
        )
    return found


def _signers(session: Session, community: CommunityView, row: Proposal) -> tuple[SignerView, ...]:
    rows = session.scalars(
        select(Appellant)
        .where(Appellant.community_id == row.community_id, Appellant.proposal == row.number)
        .order_by(Appellant.signed_at, Appellant.cell)
    ).all()
    cells = members.names_by_number(session, community.id, [one.cell for one in rows])
    people = identity.names_of(session, [one.person_id for one in rows])
    return tuple(
        SignerView(
            one.cell,
            shown_number(community.code, one.cell),
            cells.get(one.cell, ""),
            people.get(one.person_id, ""),
            one.reasons,
            one.signed_at,
        )
        for one in rows
    )


def _panel(session: Session, community: CommunityView, row: Proposal) -> tuple[PanelistView, ...]:
    rows = session.scalars(
        select(Panelist)
        .where(Panelist.community_id == row.community_id, Panelist.proposal == row.number)
        .order_by(Panelist.place)
    ).all()
    names = identity.names_of(session, [one.person_id for one in rows])
    return tuple(
        PanelistView(
            one.person_id,
            names.get(one.person_id, ""),
            shown_number(community.code, one.cell),
            one.answer,
            one.reasons,
            one.answered_at,
        )
        for one in rows
    )


def _happened(session: Session, row: Proposal) -> dict[Event, datetime]:
    rows = session.execute(
        select(HappeningRow.event, HappeningRow.at)
        .where(HappeningRow.community_id == row.community_id)
        .where(HappeningRow.proposal == row.number)
        .where(HappeningRow.event.in_([Event.APPEAL, Event.UPHOLD, Event.RETURN]))
    )
    return {Event(one.event): one.at for one in rows}
