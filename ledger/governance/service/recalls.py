"""Recalling a steward: a tenth of the cells asks for it, all members vote."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.errors import NotASteward, ReasonsMissing, TooSoonAgain
from ledger.governance.model import MemberVote
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.motions import begin, ensure_none_under_way, known_motion
from ledger.governance.service.seats import leave_seat
from ledger.identity import queries as identity
from ledger.kernel.clock import day_of
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import veil
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing


@dataclass(frozen=True, slots=True)
class Recall:
    """The wish that a steward gives up their seat, with its reasons."""

    person_id: int
    reasons: str
    request_key: str


def petition_recall(session: Session, standing: Standing, command: Recall, now: datetime) -> int:
    """Begin a petition to recall a steward, signed by one's own cell; return the vote's number.

    The same request key is the same petition. Raises `NoVoter`, `ReasonsMissing`,
    `NotASteward`, `VoteOpen` or `TooSoonAgain`.
    """
    in_force = ensure_constitution(session, standing.community, now)
    if (known := known_motion(session, standing, command.request_key)) is not None:
        return known
    if not command.reasons.strip():
        raise ReasonsMissing
    community = standing.community
    if command.person_id not in members.ids_of_role(session, community.id, ["steward"], now):
        raise NotASteward
    ensure_none_under_way(session, community.id, "recall", now, subject=command.person_id)
    _ensure_not_too_soon(
        session, community, command.person_id, now, in_force.text.terms.return_after
    )
    name = identity.names_of(session, [command.person_id]).get(command.person_id, "")
    row = MemberVote(
        kind="recall",
        subject=command.person_id,
        about=canonical({"steward": veil(name, secrets.token_bytes(32)).published()}).decode(),
        reasons=command.reasons.strip(),
        constitution=in_force.version,
        request_key=command.request_key,
    )
    begin(session, standing, row, now, is_petition=True)
    return row.number


def enact(
    session: Session, community: CommunityView, row: MemberVote, _result: int, now: datetime
) -> bool:
    """End the steward's seat; the first alternate steps in."""
    assert row.subject is not None
    if row.subject not in members.ids_of_role(session, community.id, ["steward"], now):
        return False
    leave_seat(session, community, row.subject, now)
    return True


def _ensure_not_too_soon(
    session: Session, community: CommunityView, person_id: int, now: datetime, pause: timedelta
) -> None:
    """Members who voted are not asked the same again at once. Raises `TooSoonAgain`."""
    last = session.scalar(
        select(MemberVote.concluded_at)
        .where(MemberVote.community_id == community.id, MemberVote.subject == person_id)
        .where(MemberVote.outcome == "defeated")
        .order_by(MemberVote.number.desc())
        .limit(1)
    )
    if last is not None and now < last + pause:
        raise TooSoonAgain(day=day_of(last + pause, community.zone))
