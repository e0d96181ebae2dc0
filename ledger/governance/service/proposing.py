"""Asking for a limit, changing what was asked, and taking it back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    AccountUnfit,
    MovedOn,
    NotYours,
    ProposalOpen,
    ReasonsMissing,
    TooSoonAgain,
)
from ledger.governance.model import EarlierWords, Proposal
from ledger.governance.queries import ConstitutionView
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.limits import limits_in_force
from ledger.governance.rules.course import may_come_again
from ledger.governance.rules.grid import Choice, choice
from ledger.governance.rules.measures import Facts, Kind
from ledger.governance.rules.states import Event, State
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.happenings import happen, locked
from ledger.journal import queries as books
from ledger.kernel.clock import day_of
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import veil
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
    ensure_reasons(command.reasons)
    in_force = ensure_constitution(session, standing.community, now)
    if (known := known_proposal(session, standing, command.request_key)) is not None:
        return known
    ensure_none_open(session, standing.community, command.account, now)
    ballot_choice(session, standing.community.id, command.account, command.proposed, in_force, now)
    row = write_proposal(
        session,
        standing,
        in_force.version,
        kind=Kind.LIMIT,
        account=command.account,
        proposed=command.proposed,
        reasons=command.reasons,
        request_key=command.request_key,
        now=now,
    )
    if not command.is_draft:
        happen(session, row, Event.SUBMIT, now, person_id=standing.person_id)
    return row.number


def write_proposal(
    session: Session,
    standing: Standing,
    constitution: int,
    *,
    kind: Kind,
    account: int,
    proposed: int,
    reasons: str,
    request_key: str,
    now: datetime,
    facts: Facts | None = None,
) -> Proposal:
    """A new proposal's row, as a draft; the constitution's row is locked."""
    row = Proposal(
        community_id=standing.community.id,
        number=1 + _newest(session, standing.community.id),
        kind=kind.value,
        account=account,
        proposed=proposed,
        facts=canonical(facts or {}).decode(),
        reasons=reasons.strip(),
        proposed_by=standing.person_id,
        drafted_at=now,
        constitution=constitution,
        request_key=request_key,
    )
    session.add(row)
    session.flush()
    return row


def submit(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Put one's draft before the community. Raises `ProposalUnknown`, `NotYours`, `MovedOn`."""
    row = own_proposal(session, standing, number)
    happen(session, row, Event.SUBMIT, now, person_id=standing.person_id)


def amend(
    session: Session, standing: Standing, number: int, proposed: int, reasons: str, now: datetime
) -> None:
    """Change one's proposal, which begins the discussion anew.

    Raises `ProposalUnknown`, `NotYours`, `ReasonsMissing`, `MovedOn`, and what
    `grid.choice` raises.
    """
    row = own_proposal(session, standing, number)
    ensure_reasons(reasons)
    if row.kind != Kind.LIMIT:
        raise MovedOn(state=row.kind)
    in_force = ensure_constitution(session, standing.community, now)
    ballot_choice(session, row.community_id, row.account, proposed, in_force, now)
    write_amendment(session, standing, row, {"proposed": row.proposed}, reasons, now)
    row.proposed = proposed
    session.flush()


def write_amendment(
    session: Session,
    standing: Standing,
    row: Proposal,
    before: Mapping[str, object],
    reasons: str,
    now: datetime,
) -> None:
    """Write down what an amendment replaces: in the log for good, words where they can go.

    `before` are the figures of the version that is replaced. Raises `MovedOn`.
    """
    said = veil(row.reasons, secrets.token_bytes(32))
    facts = {**before, "reasons": said.digest.hex()}
    course = happen(session, row, Event.AMEND, now, person_id=standing.person_id, facts=facts)
    session.add(
        EarlierWords(
            community_id=row.community_id,
            proposal=row.number,
            version=course.version - 1,
            digest=said.digest,
            text=said.text,
            salt=said.salt,
        )
    )
    row.reasons = reasons.strip()


def withdraw(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Take back one's proposal before voting opens. Raises `ProposalUnknown` or `MovedOn`."""
    row = own_proposal(session, standing, number)
    happen(session, row, Event.WITHDRAW, now, person_id=standing.person_id)


def ballot_choice(
    session: Session,
    community_id: int,
    account: int,
    proposed: int,
    in_force: ConstitutionView,
    now: datetime,
) -> Choice:
    """What could be balloted about the limit of an account now; a fund has no least one.

    Raises `AccountUnfit`, and what `grid.choice` raises.
    """
    found = books.account(session, community_id, account)
    if found is None or found.status == "closed":
        raise AccountUnfit
    text = in_force.text
    grid = text.grid if found.kind == "cell" else replace(text.grid, least=0)
    return choice(
        grid,
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


def ensure_reasons(reasons: str) -> None:
    """Raise `ReasonsMissing` unless something was said."""
    if not reasons.strip():
        raise ReasonsMissing


def ensure_none_open(
    session: Session,
    community: CommunityView,
    account: int,
    now: datetime,
    *,
    kind: Kind = Kind.LIMIT,
) -> None:
    """One proposal about an account at a time; one of this kind that was defeated comes later.

    Raises `ProposalOpen` or `TooSoonAgain`.
    """
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
        is_defeated = course.state is State.DEFEATED and row.kind == kind
        if is_defeated and not may_come_again(course.since, now, history.terms):
            again = course.since + history.terms.return_after
            raise TooSoonAgain(day=day_of(again, community.zone))


def known_proposal(session: Session, standing: Standing, request_key: str) -> int | None:
    """The number of what this person proposed with this key, or None."""
    return session.scalar(
        select(Proposal.number)
        .where(Proposal.community_id == standing.community.id)
        .where(Proposal.proposed_by == standing.person_id, Proposal.request_key == request_key)
    )


def _newest(session: Session, community_id: int) -> int:
    wanted = select(func.max(Proposal.number)).where(Proposal.community_id == community_id)
    return session.scalar(wanted) or 0


def own_proposal(session: Session, standing: Standing, number: int) -> Proposal:
    """One's own proposal, locked. Raises `ProposalUnknown` or `NotYours`."""
    row = locked(session, standing.community.id, number)
    if row.proposed_by != standing.person_id:
        raise NotYours
    return row
