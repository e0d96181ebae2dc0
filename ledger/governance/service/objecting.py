"""Objections: public, with a ground and without a figure; two stewards send a proposal back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    MovedOn,
    NotYours,
    ObjectionUnknown,
    OwnObjection,
    ReasonsMissing,
)
from ledger.governance.model import Objection, Proposal
from ledger.governance.queries.courses import history_of
from ledger.governance.rules.states import Event
from ledger.governance.service.happenings import happen, locked
from ledger.governance.service.telling import OBJECTION, tell
from ledger.members.queries import Standing


@dataclass(frozen=True, slots=True)
class Object:
    """Why a proposal should be changed before anybody votes on it."""

    number: int
    ground: str


def make_objection(session: Session, standing: Standing, command: Object, now: datetime) -> int:
    """Object during discussion or voting; return the objection's number.

    The same words twice are one objection, as when a phone sends a form again.
    Raises `ProposalUnknown`, `NotYours`, `ReasonsMissing`, `MovedOn` or `OnlyOnce`.
    """
    row = _as_steward(session, standing, command.number)
    if not command.ground.strip():
        raise ReasonsMissing
    history_of(session, row).after(Event.SEND_BACK, now)
    if (known := _known(session, row, standing.person_id, command.ground)) is not None:
        return known
    newest = session.scalar(
        select(func.max(Objection.number)).where(
            Objection.community_id == row.community_id, Objection.proposal == row.number
        )
    )
    made = Objection(
        community_id=row.community_id,
        proposal=row.number,
        number=(newest or 0) + 1,
        made_by=standing.person_id,
        ground=command.ground.strip(),
        made_at=now,
    )
    session.add(made)
    session.flush()
    tell(session, (row.community_id, row.number), OBJECTION, made.number, now)
    return made.number


def support_objection(
    session: Session, standing: Standing, number: int, objection: int, now: datetime
) -> None:
    """Support another steward's objection, which sends the proposal back into discussion.

    Ballots cast so far are void and stay in the log. Raises `ProposalUnknown`, `NotYours`,
    `ObjectionUnknown`, `OwnObjection`, `MovedOn` or `OnlyOnce`.
    """
    row = _as_steward(session, standing, number)
    found = session.get(Objection, (row.community_id, row.number, objection))
    if found is None:
        raise ObjectionUnknown
    if found.made_by == standing.person_id:
        raise OwnObjection
    if found.supported_at is not None:
        raise MovedOn(state="supported")
    about = {"objection": objection}
    happen(session, row, Event.SEND_BACK, now, person_id=standing.person_id, facts=about)
    found.supported_by, found.supported_at = standing.person_id, now
    session.flush()


def _known(session: Session, row: Proposal, person_id: int, ground: str) -> int | None:
    return session.scalar(
        select(Objection.number)
        .where(Objection.community_id == row.community_id, Objection.proposal == row.number)
        .where(Objection.made_by == person_id, Objection.ground == ground.strip())
        .where(Objection.supported_at.is_(None))
    )


def _as_steward(session: Session, standing: Standing, number: int) -> Proposal:
    row = locked(session, standing.community.id, number)
    if "steward" not in standing.roles:
        raise NotYours
    return row
