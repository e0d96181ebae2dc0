"""Taking and leaving seats on the committee, and the alternates who step in."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote
from ledger.governance.rules.elections import ELECTED, Seat
from ledger.governance.service.losing import lose_steward
from ledger.jobs.service import Payload
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import CommunityView


def serving_seats(session: Session, community_id: int, now: datetime) -> list[Seat]:
    """The stewards who serve at `now`."""
    return [
        Seat(one.person_id, one.authority, one.since, one.ends_at, one.until)
        for one in members.who_serves(session, community_id, now)
        if one.role == "steward"
    ]


def after_ending(session: Session, payload: Payload, now: datetime) -> None:
    """The job: a role ended before its term, so ballots are void and an alternate steps in.

    Whoever serves again by now has lost nothing.
    """
    community_id, person_id = payload["community"], payload["person"]
    assert isinstance(community_id, int)
    assert isinstance(person_id, int)
    community = members.community(session, community_id)
    if community is None or payload["role"] != "steward":
        return
    if any(one.person_id == person_id for one in serving_seats(session, community_id, now)):
        return
    lose_steward(session, community_id, person_id, now)
    served = members.services_of(session, community_id, person_id)
    last = [one for one in served if one.role == "steward"][-1]
    if last.ends_at is not None and last.ends_at > now and last.authority.startswith(ELECTED):
        _step_in(session, community, last.ends_at, now)


def leave_seat(
    session: Session, community: CommunityView, person_id: int, now: datetime
) -> int | None:
    """End somebody's seat before its term, and have the first alternate take what is left of it.

    Their ballots in votes that are on are void. Returns who steps in, if anybody can.
    """
    seats = serving_seats(session, community.id, now)
    seat = next(one for one in seats if one.person_id == person_id)
    member_service.end_role(session, community.id, person_id, "steward", now)
    lose_steward(session, community.id, person_id, now)
    if seat.ends_at is None or not seat.is_elected:
        return None
    return _step_in(session, community, seat.ends_at, now)


def take_seat(
    session: Session,
    community: CommunityView,
    row: MemberVote,
    candidate: CandidateRow,
    ends_at: datetime,
    now: datetime,
) -> bool:
    """Seat a candidate by the authority of their election; whether they still may serve."""
    if not may_serve(session, community, candidate.person_id, now):
        return False
    member_service.end_role(session, community.id, candidate.person_id, "steward", now)
    authority = f"decision:M{row.number}"
    member_service.grant_role(
        session, community.id, candidate.person_id, "steward", authority, now, ends_at
    )
    candidate.seated_at = now
    session.flush()
    return True


def may_serve(session: Session, community: CommunityView, person_id: int, now: datetime) -> bool:
    """Whether the person still acts for a cell and audits nothing."""
    standing = members.find_standing(session, person_id, community.code, now)
    return standing is not None and bool(standing.cells) and "auditor" not in standing.roles


def elections_held(session: Session, community_id: int) -> list[MemberVote]:
    """The elections that seated somebody, the newest first."""
    return list(
        session.scalars(
            select(MemberVote)
            .where(MemberVote.community_id == community_id, MemberVote.kind == "election")
            .where(MemberVote.outcome == "succeeded")
            .order_by(MemberVote.number.desc())
        )
    )


def alternates_of(session: Session, row: MemberVote) -> list[CandidateRow]:
    """Who was elected as an alternate and has not been seated yet, the first in line first."""
    most = json.loads(row.about)["seats"] + json.loads(row.about)["alternates"]
    return list(
        session.scalars(
            select(CandidateRow)
            .where(CandidateRow.community_id == row.community_id, CandidateRow.vote == row.number)
            .where(CandidateRow.rank < most, CandidateRow.seated_at.is_(None))
            .order_by(CandidateRow.rank)
        )
    )


def _step_in(
    session: Session, community: CommunityView, ends_at: datetime, now: datetime
) -> int | None:
    """Seat the first alternate of the newest election for what is left of a term."""
    seated = {one.person_id for one in serving_seats(session, community.id, now)}
    for row in elections_held(session, community.id)[:1]:
        for one in alternates_of(session, row):
            if one.person_id in seated or one.withdrawn_at is not None:
                continue
            if take_seat(session, community, row, one, ends_at, now):
                return one.person_id
    return None
