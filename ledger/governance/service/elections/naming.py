"""Naming candidates, and their yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.governance.errors import (
    AuditsNow,
    CandidacyUnknown,
    MovedOn,
    NamedAlready,
    NotYours,
    ReasonsMissing,
    SeatedAlready,
    TermsOver,
)
from ledger.governance.model import CandidateRow, MemberVote
from ledger.governance.queries.ballots import stage_of
from ledger.governance.rules.elections import HANDOVER, NOMINATIONS, Seat, terms_in_a_row
from ledger.governance.rules.member_votes import Stage
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.member_votes import locked_vote, tell
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing


@dataclass(frozen=True, slots=True)
class Name:
    """Naming somebody for a seat: oneself, with a few words, or somebody who has to accept."""

    number: int
    person_id: int
    words: str = ""


def name_candidate(session: Session, standing: Standing, command: Name, now: datetime) -> bool:
    """Name a candidate; whether they stand already, having named themselves.

    Raises `VoteUnknown`, `MovedOn`, `ReasonsMissing` (oneself without words), `NamedAlready`,
    `NotYours` for somebody who acts for no cell, `AuditsNow`, `SeatedAlready` or `TermsOver`.
    """
    row = _naming(session, standing.community.id, command.number, now)
    is_own = command.person_id == standing.person_id
    if is_own and not command.words.strip():
        raise ReasonsMissing
    _ensure_may_stand(session, standing.community, command.person_id, now)
    known = session.get(CandidateRow, (row.community_id, row.number, command.person_id))
    if known is not None:
        raise NamedAlready
    session.add(
        CandidateRow(
            community_id=row.community_id,
            vote=row.number,
            person_id=command.person_id,
            words=command.words.strip() if is_own else "",
            named_by=standing.person_id,
            named_at=now,
            accepted_at=now if is_own else None,
        )
    )
    session.flush()
    if not is_own:
        tell(session, row, f"named:{command.person_id}", now, now)
    return is_own


def accept(session: Session, standing: Standing, number: int, words: str, now: datetime) -> None:
    """Accept that one was named, or say other words, or stand again after all.

    Raises `VoteUnknown`, `MovedOn`, `CandidacyUnknown`, `ReasonsMissing`, and what refuses a
    candidate.
    """
    row = _naming(session, standing.community.id, number, now)
    found = _own_candidacy(session, row, standing)
    if not words.strip():
        raise ReasonsMissing
    _ensure_may_stand(session, standing.community, standing.person_id, now)
    found.words, found.accepted_at, found.withdrawn_at = words.strip(), now, None
    session.flush()


def decline(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Decline to stand; or, after the election, to step in as an alternate.

    Raises `VoteUnknown`, `CandidacyUnknown`, or `MovedOn` while votes are cast.
    """
    row = locked_vote(session, standing.community.id, number)
    at = stage_of(row, now)
    if at not in {Stage.DISCUSSION, Stage.OVER}:
        raise MovedOn(state=at.value)
    _own_candidacy(session, row, standing).withdrawn_at = now
    session.flush()


def _naming(session: Session, community_id: int, number: int, now: datetime) -> MemberVote:
    """The election, locked, while candidates are named. Raises `VoteUnknown` or `MovedOn`."""
    row = locked_vote(session, community_id, number)
    at = stage_of(row, now)
    if row.kind != "election" or at is not Stage.DISCUSSION:
        raise MovedOn(state=at.value)
    return row


def _own_candidacy(session: Session, row: MemberVote, standing: Standing) -> CandidateRow:
    found = session.get(CandidateRow, (row.community_id, row.number, standing.person_id))
    if found is None:
        raise CandidacyUnknown
    return found


def _ensure_may_stand(
    session: Session, community: CommunityView, person_id: int, now: datetime
) -> None:
    standing = members.find_standing(session, person_id, community.code, now)
    if standing is None or not standing.cells:
        raise NotYours
    if "auditor" in standing.roles:
        raise AuditsNow
    in_force = ensure_constitution(session, community, now)
    closes_at = now + NOMINATIONS + in_force.text.terms.voting
    served = _seats_of(session, community.id, person_id)
    if any(one.until is None and one.stays_past(closes_at + HANDOVER) for one in served):
        raise SeatedAlready
    if terms_in_a_row(served, closes_at) >= in_force.text.terms_in_a_row:
        raise TermsOver(terms=in_force.text.terms_in_a_row)


def _seats_of(session: Session, community_id: int, person_id: int) -> list[Seat]:
    return [
        Seat(one.person_id, one.authority, one.since, one.ends_at, one.until)
        for one in members.services_of(session, community_id, person_id)
        if one.role == "steward"
    ]
