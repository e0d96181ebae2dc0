"""Proposing what is decided by yes or no: payments from funds, write-offs, takeovers, freezes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.governance.errors import MovedOn, NotYours
from ledger.governance.model import Consent
from ledger.governance.queries.courses import history_of
from ledger.governance.rules.measures import YES, Facts, Kind
from ledger.governance.rules.states import Event, State
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.enacting import Case, ensure_fit
from ledger.governance.service.happenings import happen, locked, look_now
from ledger.governance.service.notices import announce
from ledger.governance.service.proposing import (
    ensure_none_open,
    ensure_reasons,
    known_proposal,
    own_proposal,
    write_amendment,
    write_proposal,
)
from ledger.kernel.merkle import canonical
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import Standing


@dataclass(frozen=True, slots=True)
class ProposeMeasure:
    """Something to be decided by yes or no; `facts` by kind (`rules.measures`).

    `account` is the cell's that it is about; None for a fund that is to be opened.
    """

    kind: Kind
    account: int | None
    reasons: str
    request_key: str
    facts: Facts = field(default_factory=dict)


def propose_measure(
    session: Session, standing: Standing, command: ProposeMeasure, now: datetime
) -> int:
    """Propose it and begin its discussion; return its number. The same key is the same proposal.

    Raises `NotYours`, `ReasonsMissing`, `ProposalOpen`, `TooSoonAgain`, and what makes its
    kind unfit (`service.enacting`).
    """
    community = standing.community
    _ensure_may_propose(session, standing, command)
    ensure_reasons(command.reasons)
    in_force = ensure_constitution(session, community, now)
    if (known := known_proposal(session, standing, command.request_key)) is not None:
        return known
    account = command.account or member_service.next_fund(session, community.id)
    ensure_none_open(session, community, account, now, kind=command.kind)
    row = write_proposal(
        session,
        standing,
        in_force.version,
        kind=command.kind,
        account=account,
        proposed=YES,
        facts=command.facts,
        reasons=command.reasons,
        request_key=command.request_key,
        now=now,
    )
    ensure_fit(Case(session, community, row, now), in_force)
    happen(session, row, Event.SUBMIT, now, person_id=standing.person_id)
    if command.kind is Kind.TAKE_OVER:
        announce(session, "sponsor_asked", community.id, now, about=row.number)
    return row.number


def amend_measure(
    session: Session,
    standing: Standing,
    number: int,
    changed: Mapping[str, object],
    reasons: str,
    now: datetime,
) -> None:
    """Change one's proposal, which begins the discussion anew; a sponsor has to agree anew.

    `changed` are facts that the proposal has. Raises `ProposalUnknown`, `NotYours`,
    `ReasonsMissing`, `MovedOn`, and what makes its kind unfit.
    """
    row = own_proposal(session, standing, number)
    ensure_reasons(reasons)
    in_force = ensure_constitution(session, standing.community, now)
    facts = json.loads(row.facts)
    write_amendment(session, standing, row, {"facts": row.facts}, reasons, now)
    facts |= {name: value for name, value in changed.items() if name in facts}
    row.facts = canonical(facts).decode()
    ensure_fit(Case(session, standing.community, row, now), in_force)
    if row.kind == Kind.TAKE_OVER:
        if (
            given := session.get(Consent, (row.community_id, number, facts["sponsor"]))
        ) is not None:
            session.delete(given)
        announce(session, "sponsor_asked", row.community_id, now, about=row.number)
    session.flush()


def answer_sponsor(
    session: Session, standing: Standing, number: int, *, agrees: bool, now: datetime
) -> None:
    """Agree for a sponsoring cell to take over a debt, or refuse, which ends the proposal.

    It can be taken back until voting opens, by refusing. Raises `ProposalUnknown`,
    `NotYours` or `MovedOn`.
    """
    row = locked(session, standing.community.id, number)
    if row.kind != Kind.TAKE_OVER:
        raise NotYours
    sponsor = json.loads(row.facts)["sponsor"]
    if standing.person_id not in members.people_who_record(session, row.community_id, sponsor):
        raise NotYours
    course = history_of(session, row).course(now)
    if course.state not in (State.DRAFT, State.DISCUSSION):
        raise MovedOn(state=course.state.value)
    if not agrees:
        refused = {"refused_by": sponsor}
        happen(session, row, Event.WITHDRAW, now, person_id=standing.person_id, facts=refused)
        return
    if session.get(Consent, (row.community_id, number, sponsor)) is None:
        session.add(
            Consent(
                community_id=row.community_id,
                proposal=number,
                cell=sponsor,
                person_id=standing.person_id,
                given_at=now,
            )
        )
        session.flush()
    look_now(session, row, now)


def _ensure_may_propose(session: Session, standing: Standing, command: ProposeMeasure) -> None:
    """Stewards propose anything, a cell's people what is about it, anybody a fund."""
    if command.kind is Kind.FUND or "steward" in standing.roles:
        return
    if command.kind is Kind.FREEZE or command.account is None:
        raise NotYours
    cells = [command.account]
    sponsor = command.facts.get("sponsor")
    if isinstance(sponsor, int):
        cells.append(sponsor)
    place = (session, standing.community.id)
    if not any(standing.person_id in members.people_who_record(*place, cell) for cell in cells):
        raise NotYours
