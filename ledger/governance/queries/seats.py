"""The committee as its page shows it: seats, terms, alternates, and what is up for election."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote
from ledger.governance.queries.constitutions import constitutions
from ledger.governance.queries.member_votes import MemberVoteLine, member_vote_lines
from ledger.governance.rules.constitution import Constitution
from ledger.governance.rules.elections import ELECTED, NOMINATIONS, Seat, seats_up
from ledger.governance.rules.member_votes import Stage
from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import CommunityView


@dataclass(frozen=True, slots=True)
class SeatView:
    """A steward; `vote` is the number of the election by which they hold their seat, if any.

    `cell` is the name of the cell that they vote for, which tells people of one name apart.
    """

    person_id: int
    name: str
    cell: str
    since: datetime
    ends_at: datetime | None
    vote: int | None


@dataclass(frozen=True, slots=True)
class Alternate:
    """Who stands by, the first in line first."""

    person_id: int
    name: str
    cell: str


@dataclass(frozen=True, slots=True)
class CommitteeView:
    """The seats and what may be done about them. `up` counts seats that an election would fill."""

    text: Constitution
    seats: tuple[SeatView, ...]
    alternates: tuple[Alternate, ...]
    up: int
    election: MemberVoteLine | None
    past: tuple[MemberVoteLine, ...]


def committee_seats(session: Session, community: CommunityView, now: datetime) -> CommitteeView:
    """Who sits on the committee now."""
    text = constitutions(session, community)[0].text
    serving = [
        one for one in members.who_serves(session, community.id, now) if one.role == "steward"
    ]
    lines = [one for one in member_vote_lines(session, community, now) if one.kind == "election"]
    under_way = {Stage.DISCUSSION, Stage.OPEN, Stage.CLOSED}
    seats = [Seat(one.person_id, one.authority, one.since, one.ends_at) for one in serving]
    cells = members.cells_voted_for(session, community.id, [one.person_id for one in serving])
    return CommitteeView(
        text=text,
        seats=tuple(
            SeatView(
                one.person_id,
                one.name,
                cells.get(one.person_id, ""),
                one.since,
                one.ends_at,
                vote_of(one.authority),
            )
            for one in serving
        ),
        alternates=_alternates(session, community.id, {one.person_id for one in serving}),
        up=seats_up(text.seats, seats, now + NOMINATIONS + text.terms.voting),
        election=next((one for one in lines if one.stage in under_way), None),
        past=tuple(one for one in lines if one.stage is Stage.OVER),
    )


def vote_of(authority: str) -> int | None:
    """The number of the vote of all members behind an authority such as `decision:M3`."""
    reference = authority.removeprefix(ELECTED)
    if reference == authority or not reference.startswith("M"):
        return None
    return int(reference[1:])


def _alternates(session: Session, community_id: int, serving: set[int]) -> tuple[Alternate, ...]:
    newest = session.scalar(
        select(MemberVote)
        .where(MemberVote.community_id == community_id, MemberVote.kind == "election")
        .where(MemberVote.outcome == "succeeded")
        .order_by(MemberVote.number.desc())
        .limit(1)
    )
    if newest is None:
        return ()
    about = json.loads(newest.about)
    rows = session.scalars(
        select(CandidateRow)
        .where(CandidateRow.community_id == community_id, CandidateRow.vote == newest.number)
        .where(CandidateRow.rank < about["seats"] + about["alternates"])
        .where(CandidateRow.seated_at.is_(None), CandidateRow.withdrawn_at.is_(None))
        .order_by(CandidateRow.rank)
    ).all()
    people = [one.person_id for one in rows]
    names = identity.names_of(session, people)
    cells = members.cells_voted_for(session, community_id, people)
    return tuple(
        Alternate(one.person_id, names.get(one.person_id, ""), cells.get(one.person_id, ""))
        for one in rows
        if one.person_id not in serving
    )
