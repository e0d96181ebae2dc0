"""Who may vote on a case and why not, and what became of an appeal: for pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    Appellant,
    Consent,
    HappeningRow,
    LotRow,
    Panelist,
    Proposal,
)
from ledger.governance.queries.courses import history_of
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


def panels_for(session: Session, community_id: int, person_id: int) -> list[int]:
    """The proposals about which somebody on a panel has not answered yet."""
    return list(
        session.scalars(
            select(Panelist.proposal)
            .where(Panelist.community_id == community_id, Panelist.person_id == person_id)
            .where(Panelist.answer.is_(None))
            .order_by(Panelist.proposal)
        )
    )


def duties_waiting(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[Waiting]:
    """What waits for somebody besides votes: a panel's answer, a lot, a sponsor's yes or no."""
    found = []
    for number in panels_for(session, community_id, person_id):
        row = session.get_one(Proposal, (community_id, number))
        course = history_of(session, row).course(now)
        if course.state is State.CONTESTED:
            found.append(Waiting("panel", number, "", course.until, row.kind))
    for number in lots_for(session, community_id, person_id, now):
        lot = session.get_one(LotRow, (community_id, number))
        until = lot.commit_until if now < lot.commit_until else lot.reveal_until
        found.append(Waiting("lot", number, "", until))
    takeovers = session.scalars(
        select(Proposal)
        .where(Proposal.community_id == community_id, Proposal.kind == Kind.TAKE_OVER)
        .order_by(Proposal.number)
    )
    for row in takeovers:
        sponsor = json.loads(row.facts)["sponsor"]
        if person_id not in members.people_who_record(session, community_id, sponsor):
            continue
        course = history_of(session, row).course(now)
        agreed = session.get(Consent, (community_id, row.number, sponsor)) is not None
        if course.state is State.DISCUSSION and not agreed:
            found.append(Waiting("sponsor", row.number, "", course.until, row.kind))
    return found


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
