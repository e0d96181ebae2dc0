"""Calling an election: by a steward, or by due work when terms end soon."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.errors import NoSeats, NotYours
from ledger.governance.model import MemberVote
from ledger.governance.queries import ConstitutionView
from ledger.governance.queries.ballots import stage_of
from ledger.governance.rules.elections import CALLED_AHEAD, NOMINATIONS, full_terms, seats_up
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.member_votes import look_again, next_number, tell
from ledger.governance.service.motions import UNDER_WAY, ensure_none_under_way
from ledger.governance.service.seats import serving_seats
from ledger.jobs.service import Payload, schedule
from ledger.kernel.clock import day_of
from ledger.kernel.merkle import canonical
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing

DUE = "governance.election_due"
"""The job that calls an election when terms end soon and nobody has called one."""


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


def _under_way(session: Session, community_id: int, now: datetime) -> bool:
    rows = session.scalars(
        select(MemberVote).where(
            MemberVote.community_id == community_id, MemberVote.kind == "election"
        )
    )
    return any(stage_of(row, now) in UNDER_WAY for row in rows)


def plan_next(session: Session, community: CommunityView, now: datetime) -> None:
    """Have somebody look before the next term ends."""
    ends = [one.ends_at for one in serving_seats(session, community.id, now) if one.ends_at]
    if ends:
        due = max(min(ends) - CALLED_AHEAD, now)
        key = f"{DUE}:{community.id}:{day_of(due, community.zone)}"
        schedule(session, DUE, {"community": community.id}, due, key, now=now)
