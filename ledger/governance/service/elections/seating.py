"""Opening the vote among those who stand, and seating the elected."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote
from ledger.governance.queries.ballots import box_of, standing_candidates
from ledger.governance.rules.elections import full_terms, leaving, seats_up, term_end
from ledger.governance.rules.phragmen import MOST_CANDIDATES
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.elections.calling import plan_next
from ledger.governance.service.member_votes import open_box
from ledger.governance.service.seats import serving_seats, take_seat
from ledger.identity import queries as identity
from ledger.kernel.clock import day_of, start_of
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import veil
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import CommunityView


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
    plan_next(session, community, now)
    return bool(seated)


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


def _places(choice: object) -> tuple[int, ...]:
    return choice if isinstance(choice, tuple) else ()


def _half(about: dict[str, int]) -> int:
    return about["term_months"] // 2
