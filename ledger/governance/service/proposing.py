"""Asking for a limit, changing what was asked, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    AccountUnfit,
    NotYours,
    ProposalOpen,
    ReasonsMissing,
    TooSoonAgain,
)
from ledger.governance.model import Proposal
from ledger.governance.queries import ConstitutionView
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.limits import limits_in_force
from ledger.governance.rules.course import may_come_again
from ledger.governance.rules.grid import Choice, choice
from ledger.governance.rules.states import Event, State
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.happenings import happen, locked
from ledger.journal import queries as books
from ledger.kernel.clock import day_of
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing


@dataclass(frozen=True, slots=True)
class Propose:
    """A limit asked for an account: a positive figure, in smallest parts."""

    account: int
    proposed: int
    reasons: str
    request_key: str
    is_draft: bool = False


def propose(session: Session, standing: Standing, command: Propose, now: datetime) -> int:
    """Propose a limit for one's own cell, or as a steward for any; return the number.

    The same request key is the same proposal. Raises `NotYours`, `ReasonsMissing`,
    `AccountUnfit`, `ProposalOpen`, `TooSoonAgain`, and what `grid.choice` raises.
    """
    _ensure_theirs(session, standing, command.account)
    _ensure_reasons(command.reasons)
    in_force = ensure_constitution(session, standing.community, now)
    if (known := _known(session, standing, command.request_key)) is not None:
        return known
    ensure_none_open(session, standing.community, command.account, now)
    ballot_choice(session, standing.community.id, command.account, command.proposed, in_force, now)
    row = Proposal(
        community_id=standing.community.id,
        number=1 + _newest(session, standing.community.id),
        kind="limit",
        account=command.account,
        proposed=command.proposed,
        reasons=command.reasons.strip(),
        proposed_by=standing.person_id,
        drafted_at=now,
        constitution=in_force.version,
        request_key=command.request_key,
    )
    session.add(row)
    session.flush()
    if not command.is_draft:
        happen(session, row, Event.SUBMIT, now, person_id=standing.person_id)
    return row.number


def submit(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Put one's draft before the community. Raises `ProposalUnknown`, `NotYours`, `MovedOn`."""
    row = _own(session, standing, number)
    happen(session, row, Event.SUBMIT, now, person_id=standing.person_id)


def amend(
    session: Session, standing: Standing, number: int, proposed: int, reasons: str, now: datetime
) -> None:
    """Change one's proposal, which begins the discussion anew.

    Raises `ProposalUnknown`, `NotYours`, `ReasonsMissing`, `MovedOn`, and what
    `grid.choice` raises.
    """
    row = _own(session, standing, number)
    _ensure_reasons(reasons)
    in_force = ensure_constitution(session, standing.community, now)
    ballot_choice(session, row.community_id, row.account, proposed, in_force, now)
    before = {"proposed": row.proposed, "reasons": row.reasons}
    happen(session, row, Event.AMEND, now, person_id=standing.person_id, facts=before)
    row.proposed, row.reasons = proposed, reasons.strip()
    session.flush()


def withdraw(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Take back one's proposal before voting opens. Raises `ProposalUnknown` or `MovedOn`."""
    row = _own(session, standing, number)
    happen(session, row, Event.WITHDRAW, now, person_id=standing.person_id)


def ballot_choice(
    session: Session,
    community_id: int,
    account: int,
    proposed: int,
    in_force: ConstitutionView,
    now: datetime,
) -> Choice:
    """What could be balloted about an account now.

    Raises `AccountUnfit`, and what `grid.choice` raises.
    """
    found = books.account(session, community_id, account)
    if found is None or found.kind != "cell" or found.status == "closed":
        raise AccountUnfit
    text = in_force.text
    return choice(
        text.grid,
        status_quo=-found.floor,
        proposed=proposed,
        in_force=limits_in_force(session, community_id, account, text.grid.growth_time, now),
        ordinary=text.ordinary,
        exceptional=text.exceptional,
    )


def _ensure_theirs(session: Session, standing: Standing, account: int) -> None:
    if "steward" in standing.roles:
        return
    if standing.person_id not in members.people_who_record(session, standing.community.id, account):
        raise NotYours


def _ensure_reasons(reasons: str) -> None:
    if not reasons.strip():
        raise ReasonsMissing


def ensure_none_open(
    session: Session, community: CommunityView, account: int, now: datetime
) -> None:
    """One proposal about an account at a time. Raises `ProposalOpen` or `TooSoonAgain`."""
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.community_id == community.id, Proposal.account == account)
        .order_by(Proposal.number)
    ).all()
    for row in rows:
        history = history_of(session, row)
        course = history.course(now)
        if course.is_undecided:
            raise ProposalOpen(number=row.number)
        if course.state is State.DEFEATED and not may_come_again(course.since, now, history.terms):
            again = course.since + history.terms.return_after
            raise TooSoonAgain(day=day_of(again, community.zone))


def _known(session: Session, standing: Standing, request_key: str) -> int | None:
    return session.scalar(
        select(Proposal.number)
        .where(Proposal.community_id == standing.community.id)
        .where(Proposal.proposed_by == standing.person_id, Proposal.request_key == request_key)
    )


def _newest(session: Session, community_id: int) -> int:
    wanted = select(func.max(Proposal.number)).where(Proposal.community_id == community_id)
    return session.scalar(wanted) or 0


def _own(session: Session, standing: Standing, number: int) -> Proposal:
    row = locked(session, standing.community.id, number)
    if row.proposed_by != standing.person_id:
        raise NotYours
    return row
