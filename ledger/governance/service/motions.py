"""Putting a new constitution to all members, and petitions for what needs one.

A steward's motion is discussed at once; a member's first finds a tenth of the cells.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    MovedOn,
    NothingChanged,
    NotYours,
    NoVoter,
    OutOfDate,
    ReasonsMissing,
    VoteOpen,
)
from ledger.governance.model import ConstitutionRow, MemberVote, Petitioner
from ledger.governance.queries import constitution_in_force
from ledger.governance.queries.ballots import roll_of, stage_of
from ledger.governance.rules.constitution import Constitution, read
from ledger.governance.rules.member_votes import PETITION_TIME, Stage
from ledger.governance.rules.roll import petitioners_needed
from ledger.governance.service.basics import lift_to_least
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.member_votes import (
    locked_vote,
    look_again,
    next_number,
    open_box,
    question_policy,
    tell,
)
from ledger.kernel.merkle import canonical
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import CommunityView, Standing

UNDER_WAY = frozenset({Stage.PETITION, Stage.DISCUSSION, Stage.OPEN, Stage.CLOSED})


@dataclass(frozen=True, slots=True)
class ProposeConstitution:
    """A new constitution as a whole, instead of version `replaces`; and why."""

    text: Constitution
    replaces: int
    reasons: str
    request_key: str


def propose_constitution(
    session: Session, standing: Standing, command: ProposeConstitution, now: datetime
) -> int:
    """Put a constitution to all members; return the vote's number.

    The same request key is the same motion. Raises `NoVoter` (unless a steward proposes it),
    `ReasonsMissing`, `NothingChanged`, `OutOfDate` or `VoteOpen`.
    """
    in_force = ensure_constitution(session, standing.community, now)
    known = known_motion(session, standing, command.request_key)
    if known is not None:
        return known
    if not command.reasons.strip():
        raise ReasonsMissing
    if command.replaces != in_force.version:
        raise OutOfDate
    if command.text == in_force.text:
        raise NothingChanged
    ensure_none_under_way(session, standing.community.id, "constitution", now)
    row = MemberVote(
        kind="constitution",
        about=canonical(
            {"replaces": in_force.version, "constitution": command.text.document()}
        ).decode(),
        reasons=command.reasons.strip(),
        constitution=in_force.version,
        request_key=command.request_key,
    )
    begin(session, standing, row, now, is_petition="steward" not in standing.roles)
    return row.number


def begin(
    session: Session, standing: Standing, row: MemberVote, now: datetime, *, is_petition: bool
) -> None:
    """Put a motion before the members: for discussion, or first to find its cells.

    The constitution's row is locked. Raises `NoVoter` when whoever begins a petition votes
    for no cell that is on the roll.
    """
    in_force = constitution_in_force(session, standing.community.id)
    assert in_force is not None
    row.community_id, row.number = (
        standing.community.id,
        next_number(session, standing.community.id),
    )
    row.proposed_by, row.proposed_at = standing.person_id, now
    row.evidence, row.status_quo, row.proposed = "{}", 0, 1
    if is_petition:
        row.petition_until = now + PETITION_TIME
    else:
        row.opens_at = now + in_force.text.terms.discussion
    session.add(row)
    session.flush()
    if is_petition:
        _sign(session, standing, row, now)
    else:
        look_again(session, row, now + in_force.text.terms.discussion, now)
        tell(session, row, "proposed", now, now)


def sign_petition(session: Session, standing: Standing, number: int, now: datetime) -> bool:
    """Have the cell that one votes for ask for a vote too; whether that was enough.

    Done twice it is done once. Raises `VoteUnknown`, `MovedOn` or `NoVoter`.
    """
    row = locked_vote(session, standing.community.id, number)
    at = stage_of(row, now)
    if at is not Stage.PETITION:
        raise MovedOn(state=at.value)
    return _sign(session, standing, row, now)


def withdraw_motion(session: Session, standing: Standing, number: int, now: datetime) -> None:
    """Take back one's motion before voting is due. Raises `VoteUnknown`, `NotYours`, `MovedOn`."""
    row = locked_vote(session, standing.community.id, number)
    if row.proposed_by != standing.person_id or row.kind == "election":
        raise NotYours
    at = stage_of(row, now)
    is_due = row.opens_at is not None and now >= row.opens_at
    if at not in {Stage.PETITION, Stage.DISCUSSION} or is_due:
        raise MovedOn(state=at.value)
    row.withdrawn_at = now
    session.flush()


def open_motion(session: Session, community: CommunityView, row: MemberVote, now: datetime) -> None:
    """Open the vote on a motion whose discussion is over; one that time has overtaken ends."""
    in_force = ensure_constitution(session, community, now)
    if row.kind == "constitution" and json.loads(row.about)["replaces"] != in_force.version:
        row.withdrawn_at = now
        return
    if row.kind == "recall" and not _still_serves(session, row, now):
        row.withdrawn_at = now
        return
    open_box(session, community, row, question_policy(in_force), in_force, now)


def enact(
    session: Session, community: CommunityView, row: MemberVote, _result: int, now: datetime
) -> bool:
    """Put the new constitution in force, with everything that follows from it.

    Nothing is done when another version came into force since it was proposed.
    """
    before = ensure_constitution(session, community, now)
    about = json.loads(row.about)
    if about["replaces"] != before.version:
        return False
    text, version, authority = (
        read(about["constitution"]),
        before.version + 1,
        f"decision:M{row.number}",
    )
    session.add(
        ConstitutionRow(
            community_id=community.id,
            version=version,
            document=canonical(text.document()).decode(),
            authority=authority,
            in_force_at=now,
        )
    )
    session.flush()
    if text.transparency != before.text.transparency:
        member_service.set_transparency(session, community.id, text.transparency, authority, now)
    if text.newcomers != before.text.newcomers:
        member_service.set_newcomers_limit(session, community.id, -text.newcomers, version, now)
    if text.grid.least > before.text.grid.least:
        lift_to_least(session, community.id, text.grid.least, version, now)
    return True


def known_motion(session: Session, standing: Standing, request_key: str) -> int | None:
    """The number of the vote that came from this form, if it was sent before."""
    return session.scalar(
        select(MemberVote.number)
        .where(MemberVote.community_id == standing.community.id)
        .where(MemberVote.proposed_by == standing.person_id)
        .where(MemberVote.request_key == request_key)
    )


def ensure_none_under_way(
    session: Session,
    community_id: int,
    kind: str,
    now: datetime,
    *,
    subject: int | None = None,
) -> None:
    """One vote about the same at a time. Raises `VoteOpen`."""
    wanted = select(MemberVote).where(
        MemberVote.community_id == community_id, MemberVote.kind == kind
    )
    if subject is not None:
        wanted = wanted.where(MemberVote.subject == subject)
    for row in session.scalars(wanted.order_by(MemberVote.number)):
        if stage_of(row, now) in UNDER_WAY:
            raise VoteOpen(vote=row.number)


def _sign(session: Session, standing: Standing, row: MemberVote, now: datetime) -> bool:
    cell = members.votes_for(session, row.community_id, standing.person_id)
    roll = roll_of(session, standing.community, now)
    if cell is None or cell not in roll:
        raise NoVoter
    key = (row.community_id, row.number, cell)
    if session.get(Petitioner, key) is None:
        session.add(
            Petitioner(
                community_id=row.community_id,
                vote=row.number,
                cell=cell,
                person_id=standing.person_id,
                signed_at=now,
            )
        )
        session.flush()
    signed = session.scalar(
        select(func.count()).where(
            Petitioner.community_id == row.community_id, Petitioner.vote == row.number
        )
    )
    if (signed or 0) < petitioners_needed(len(roll)):
        return False
    in_force = constitution_in_force(session, row.community_id)
    assert in_force is not None
    row.opens_at = now + in_force.text.terms.discussion
    session.flush()
    look_again(session, row, row.opens_at, now)
    tell(session, row, "proposed", now, now)
    return True


def _still_serves(session: Session, row: MemberVote, now: datetime) -> bool:
    return row.subject in members.ids_of_role(session, row.community_id, ["steward"], now)
