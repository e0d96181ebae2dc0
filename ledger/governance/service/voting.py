"""Casting ballots, and changing them until the close."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.errors import FigureOffGrid, MovedOn, NotOnRoster, ReasonsMissing
from ledger.governance.model import BallotContent, BallotRow, Proposal, RosterRow, Voting
from ledger.governance.queries.counting import count_round
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.records import log_of, policy_of
from ledger.governance.rules.log import Ballot, append
from ledger.governance.rules.states import Event, State
from ledger.governance.service.happenings import happen, locked
from ledger.governance.service.telling import RECEIPT, tell
from ledger.kernel.veils import veil
from ledger.members.queries import Standing


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A figure for the limit, in smallest parts, or None to abstain; and why."""

    number: int
    choice: int | None
    reason: str
    request_key: str


@dataclass(frozen=True, slots=True)
class CastReceipt:
    """What a voter keeps: their ballot's place and link (see `rules.log`)."""

    place: int
    link: str


def cast(session: Session, standing: Standing, command: CastBallot, now: datetime) -> CastReceipt:
    """Vote, or vote anew: the last ballot counts. The same request key votes once.

    Raises `ProposalUnknown`, `MovedOn`, `NotOnRoster`, `ReasonsMissing` or `FigureOffGrid`.
    """
    row = locked(session, standing.community.id, command.number)
    course = history_of(session, row).course(now)
    if course.state is not State.ACTIVE:
        raise MovedOn(state=course.state.value)
    voting = session.get_one(Voting, (row.community_id, row.number, course.round))
    voter = _voter(session, voting, standing.person_id)
    if (known := _known(session, row, voter, command.request_key)) is not None:
        return known
    if not command.reason.strip():
        raise ReasonsMissing
    figures = policy_of(voting).figures
    if command.choice is not None and command.choice not in figures:
        raise FigureOffGrid(lowest=figures[0], highest=figures[-1])
    receipt = _log(session, standing, row, voting, voter, command, now)
    tell(session, (row.community_id, row.number), RECEIPT, receipt.place, now)
    if course.quorum_at is None and count_round(session, voting).has_quorum:
        happen(session, row, Event.REACH_QUORUM, now)
    return receipt


def _log(
    session: Session,
    standing: Standing,
    row: Proposal,
    voting: Voting,
    voter: int,
    command: CastBallot,
    now: datetime,
) -> CastReceipt:
    reason = veil(command.reason.strip(), secrets.token_bytes(32))
    ballot = Ballot(voter, command.choice, reason, secrets.token_bytes(32))
    decision = f"{standing.community.code}/{row.number}"
    entry = append(log_of(session, voting), decision, ballot)
    key = {"community_id": row.community_id, "proposal": row.number, "place": entry.place}
    session.add(
        BallotRow(
            **key,
            voter=voter,
            commitment=entry.commitment,
            link=entry.link,
            cast_at=now,
            request_key=command.request_key,
        )
    )
    session.flush()
    session.add(
        BallotContent(
            **key,
            choice=ballot.choice,
            salt=ballot.salt,
            reason_digest=reason.digest,
            reason=reason.text,
            reason_salt=reason.salt,
        )
    )
    session.flush()
    return CastReceipt(entry.place, entry.link.hex())


def _voter(session: Session, voting: Voting, person_id: int) -> int:
    found = session.scalar(
        select(RosterRow.voter)
        .where(RosterRow.community_id == voting.community_id)
        .where(RosterRow.proposal == voting.proposal, RosterRow.round == voting.round)
        .where(RosterRow.person_id == person_id, RosterRow.is_lost.is_(False))
    )
    if found is None:
        raise NotOnRoster
    return found


def _known(session: Session, row: Proposal, voter: int, request_key: str) -> CastReceipt | None:
    found = session.scalar(
        select(BallotRow)
        .where(BallotRow.community_id == row.community_id, BallotRow.proposal == row.number)
        .where(BallotRow.voter == voter, BallotRow.request_key == request_key)
    )
    return CastReceipt(found.place, found.link.hex()) if found else None
