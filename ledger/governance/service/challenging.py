"""Saying that somebody is too close to a case to vote on it, before voting opens.

A steward says so of themselves, and it holds. Anybody can say it of a steward: then the
others judge, and more than half of them recuse. What nobody judged until the vote opens
recuses nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    Challenged,
    ChallengeUnknown,
    MovedOn,
    NotAJudge,
    OwnChallenge,
    ReasonsMissing,
)
from ledger.governance.model import Challenge, Judgement, Proposal
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.grounds import grounds_of, judges_of
from ledger.governance.rules.states import State
from ledger.governance.service.alternates import drawn_people, newest_lot
from ledger.governance.service.constitutions import declare_household
from ledger.governance.service.happenings import locked, look_now
from ledger.governance.service.notices import announce
from ledger.members import queries as members
from ledger.members.queries import Standing


@dataclass(frozen=True, slots=True)
class SayTooClose:
    """Why `person_id` should not vote on proposal `number`."""

    number: int
    person_id: int
    ground: str


def challenge(session: Session, standing: Standing, command: SayTooClose, now: datetime) -> int:
    """Say that a steward is too close, or that one is oneself; return the challenge's number.

    Raises `ProposalUnknown`, `MovedOn`, `ReasonsMissing`, `NotAJudge` or `Challenged`.
    """
    row = _in_discussion(session, standing, command.number, now)
    if not command.ground.strip():
        raise ReasonsMissing
    _ensure_would_vote(session, standing, row, command.person_id, now)
    known = select(Challenge).where(
        Challenge.community_id == row.community_id, Challenge.proposal == row.number
    )
    if session.scalar(known.where(Challenge.person_id == command.person_id)) is not None:
        raise Challenged
    newest = select(func.max(Challenge.number)).where(
        Challenge.community_id == row.community_id, Challenge.proposal == row.number
    )
    made = Challenge(
        community_id=row.community_id,
        proposal=row.number,
        number=1 + (session.scalar(newest) or 0),
        person_id=command.person_id,
        made_by=standing.person_id,
        ground=command.ground.strip(),
        made_at=now,
    )
    session.add(made)
    session.flush()
    if made.made_by != made.person_id:
        announce(session, "challenged", row.community_id, now, about=row.number)
    look_now(session, row, now)
    return made.number


def share_household(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Say that one shares a household with those who act for the proposal's cell.

    Raises `ProposalUnknown` or `MovedOn`.
    """
    row = _in_discussion(session, standing, number, now)
    for person in members.people_who_record(session, row.community_id, row.account):
        if person != standing.person_id:
            declare_household(session, row.community_id, standing.person_id, person, now)
    look_now(session, row, now)


def judge(
    session: Session,
    standing: Standing,
    number: int,
    challenge: int,
    *,
    upholds: bool,
    now: datetime,
) -> None:
    """Judge a challenge of another steward; the last word before voting opens counts.

    Raises `ProposalUnknown`, `MovedOn`, `ChallengeUnknown` or `OwnChallenge`.
    """
    row = _in_discussion(session, standing, number, now)
    found = session.get(Challenge, (row.community_id, row.number, challenge))
    if found is None or found.made_by == found.person_id:
        raise ChallengeUnknown
    if standing.person_id not in judges_of(session, standing.community, row, now) - {
        found.person_id
    }:
        raise OwnChallenge
    key = (row.community_id, row.number, challenge, standing.person_id)
    said = session.get(Judgement, key)
    if said is None:
        said = Judgement(
            community_id=row.community_id,
            proposal=row.number,
            challenge=challenge,
            person_id=standing.person_id,
        )
        session.add(said)
    said.upholds, said.judged_at = upholds, now
    session.flush()
    look_now(session, row, now)


def _in_discussion(session: Session, standing: Standing, number: int, now: datetime) -> Proposal:
    """The proposal, locked. Raises `ProposalUnknown`, or `MovedOn` once voting has opened."""
    row = locked(session, standing.community.id, number)
    course = history_of(session, row).course(now)
    if course.state is not State.DISCUSSION:
        raise MovedOn(state=course.state.value)
    return row


def _ensure_would_vote(
    session: Session, standing: Standing, row: Proposal, person_id: int, now: datetime
) -> None:
    stewards = members.ids_of_role(session, row.community_id, ["steward"], now)
    lot = newest_lot(session, row.community_id)
    drawn = drawn_people(session, lot).values() if lot is not None else ()
    if person_id not in {*stewards, *drawn}:
        raise NotAJudge
    if person_id in grounds_of(session, standing.community, row, [person_id], now):
        raise Challenged
