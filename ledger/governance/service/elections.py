"""Electing stewards: calling an election, naming candidates, seating the elected."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    AuditsNow,
    CandidacyUnknown,
    MovedOn,
    NamedAlready,
    NoSeats,
    NotYours,
    ReasonsMissing,
    SeatedAlready,
    TermsOver,
)
from ledger.governance.model import CandidateRow, MemberVote
from ledger.governance.queries import ConstitutionView
from ledger.governance.queries.ballots import box_of, stage_of, standing_candidates
from ledger.governance.rules.elections import (
    CALLED_AHEAD,
    HANDOVER,
    NOMINATIONS,
    Seat,
    full_terms,
    leaving,
    seats_up,
    term_end,
    terms_in_a_row,
)
from ledger.governance.rules.member_votes import Stage
from ledger.governance.rules.phragmen import MOST_CANDIDATES
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.member_votes import (
    locked_vote,
    look_again,
    next_number,
    open_box,
    tell,
)
from ledger.governance.service.motions import UNDER_WAY, ensure_none_under_way
from ledger.governance.service.seats import serving_seats, take_seat
from ledger.identity import queries as identity
from ledger.jobs.service import Payload, schedule
from ledger.kernel.clock import day_of, start_of
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import veil
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import CommunityView, Standing

DUE = "governance.election_due"
"""The job that calls an election when terms end soon and nobody has called one."""


@dataclass(frozen=True, slots=True)
class Name:
    """Naming somebody for a seat: oneself, with a few words, or somebody who has to accept."""

    number: int
    person_id: int
    words: str = ""


def call_election(session: Session, standing: Standing, now: datetime) -> int:
    """Call an election for the seats that are vacant or soon will be; return its number.

    Raises `NotYours` unless a steward calls it, `NoSeats` or `VoteOpen`.
    """
    if "steward" not in standing.roles:
        raise NotYours
    return _call(session, standing.community, standing.person_id, now)


def call_due(session: Session, payload: Payload, now: datetime) -> None:
    """The job: call an election unless one is under way or no seat is up any more."""
    community_id = payload["community"]
    assert isinstance(community_id, int)
    community = members.community(session, community_id)
    if community is None:
        return
    ensure_constitution(session, community, now)
    if not _under_way(session, community_id, now) and seats_to_fill(session, community, now):
        _call(session, community, None, now)


def seats_to_fill(session: Session, community: CommunityView, now: datetime) -> int:
    """How many seats an election that is called now would fill."""
    in_force = ensure_constitution(session, community, now)
    closes_at = now + NOMINATIONS + in_force.text.terms.voting
    return seats_up(in_force.text.seats, serving_seats(session, community.id, now), closes_at)


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


def open_election(
    session: Session, community: CommunityView, row: MemberVote, now: datetime
) -> None:
    """Open the vote among those who stand, in the order of their names.

    Without candidates, or without a vacant seat, there is no election.
    """
    in_force = ensure_constitution(session, community, now)
    closes_at = now + in_force.text.terms.voting
    seats = seats_up(in_force.text.seats, serving_seats(session, community.id, now), closes_at)
    standing = _place_candidates(session, community, row, now)
    if not standing or not seats:
        row.withdrawn_at = now
        return
    alternates = in_force.text.alternates
    about = {
        "seats": seats,
        "alternates": alternates,
        "full_terms": full_terms(seats, in_force.text.seats),
        "term_months": in_force.text.term_months,
    }
    row.about = canonical(about).decode()
    policy = {
        "constitution": in_force.version,
        "method": "phragmen",
        "secrecy": "secret",
        "seats": min(seats + alternates, len(standing)),
        "candidates": [(one.name_digest or b"").hex() for one in standing],
    }
    open_box(session, community, row, policy, in_force, now)


def enact(
    session: Session,
    community: CommunityView,
    row: MemberVote,
    result: Sequence[int],
    now: datetime,
) -> bool:
    """Seat the elected, whole terms first; who serves without election makes room.

    Whom nobody voted for takes no seat. Whoever may not serve any more is passed over, and
    the next in line moves up.
    """
    about, in_force = json.loads(row.about), ensure_constitution(session, community, now)
    by_place = {one.place: one for one in standing_candidates(session, row)}
    backed = {place for ballot in box_of(session, row) for place in _places(ballot.choice)}
    ranked = [by_place[place] for place in result if place in backed]
    for rank, one in enumerate(ranked):
        one.rank = rank
    session.flush()
    serving = serving_seats(session, community.id, now)
    seated: list[int] = []
    for one in ranked:
        if len(seated) == about["seats"]:
            break
        months = about["term_months"] if len(seated) < about["full_terms"] else _half(about)
        ends_at = start_of(term_end(day_of(now, community.zone), months), community.zone)
        if take_seat(session, community, row, one, ends_at, now):
            seated.append(one.person_id)
    for person_id in leaving(in_force.text.seats, serving, seated, now):
        member_service.end_role(session, community.id, person_id, "steward", now)
    _plan_next(session, community, now)
    return bool(seated)


def _call(session: Session, community: CommunityView, person_id: int | None, now: datetime) -> int:
    in_force = ensure_constitution(session, community, now)
    ensure_none_under_way(session, community.id, "election", now)
    seats = seats_to_fill(session, community, now)
    if not seats:
        raise NoSeats
    row = MemberVote(
        community_id=community.id,
        number=next_number(session, community.id),
        kind="election",
        about=canonical(_promised(seats, in_force)).decode(),
        evidence="{}",
        reasons="",
        proposed_by=person_id,
        proposed_at=now,
        opens_at=now + NOMINATIONS,
        constitution=in_force.version,
        status_quo=0,
        proposed=1,
    )
    session.add(row)
    session.flush()
    look_again(session, row, now + NOMINATIONS, now)
    tell(session, row, "proposed", now, now)
    return row.number


def _promised(seats: int, in_force: ConstitutionView) -> dict[str, object]:
    return {
        "seats": seats,
        "alternates": in_force.text.alternates,
        "full_terms": full_terms(seats, in_force.text.seats),
        "term_months": in_force.text.term_months,
    }


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


def _place_candidates(
    session: Session, community: CommunityView, row: MemberVote, now: datetime
) -> list[CandidateRow]:
    """Give those who stand their places on the ballot, by name, and freeze their names."""
    rows = session.scalars(
        select(CandidateRow)
        .where(CandidateRow.community_id == row.community_id, CandidateRow.vote == row.number)
        .where(CandidateRow.accepted_at.is_not(None), CandidateRow.withdrawn_at.is_(None))
        .order_by(CandidateRow.named_at, CandidateRow.person_id)
        .limit(MOST_CANDIDATES)
    ).all()
    names = identity.names_of(session, [one.person_id for one in rows])
    able = [
        one
        for one in rows
        if members.find_standing(session, one.person_id, community.code, now) is not None
    ]
    able.sort(key=lambda one: (names.get(one.person_id, "").casefold(), one.person_id))
    for place, one in enumerate(able):
        name = veil(names.get(one.person_id, ""), secrets.token_bytes(32))
        one.place = place
        one.name_digest, one.name, one.name_salt = name.digest, name.text, name.salt
    session.flush()
    return able


def _under_way(session: Session, community_id: int, now: datetime) -> bool:
    rows = session.scalars(
        select(MemberVote).where(
            MemberVote.community_id == community_id, MemberVote.kind == "election"
        )
    )
    return any(stage_of(row, now) in UNDER_WAY for row in rows)


def _plan_next(session: Session, community: CommunityView, now: datetime) -> None:
    """Have somebody look before the next term ends."""
    ends = [one.ends_at for one in serving_seats(session, community.id, now) if one.ends_at]
    if ends:
        due = max(min(ends) - CALLED_AHEAD, now)
        key = f"{DUE}:{community.id}:{day_of(due, community.zone)}"
        schedule(session, DUE, {"community": community.id}, due, key, now=now)


def _places(choice: object) -> tuple[int, ...]:
    return choice if isinstance(choice, tuple) else ()


def _half(about: dict[str, int]) -> int:
    return about["term_months"] // 2
