"""Votes of all members in lists, and those that wait for somebody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote, Proposal, RollPlace
from ledger.governance.queries.ballots import stage_of, vote_name
from ledger.governance.queries.member_votes.views import MemberVoteLine, PutToAll
from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import CommunityView


def member_vote_lines(
    session: Session, community: CommunityView, now: datetime
) -> list[MemberVoteLine]:
    """Every vote of all members, the newest first."""
    rows = session.scalars(
        select(MemberVote)
        .where(MemberVote.community_id == community.id)
        .order_by(MemberVote.number.desc())
    ).all()
    return lines_of(session, community, rows, now)


def member_votes_waiting(
    session: Session, community: CommunityView, person_id: int, now: datetime
) -> list[MemberVoteLine]:
    """The votes that are open and in which the person has a vote to cast."""
    cell = members.votes_for(session, community.id, person_id)
    if cell is None:
        return []
    rows = session.scalars(
        select(MemberVote)
        .join(
            RollPlace,
            (RollPlace.community_id == MemberVote.community_id)
            & (RollPlace.vote == MemberVote.number),
        )
        .where(MemberVote.community_id == community.id, MemberVote.closes_at > now)
        .where(MemberVote.withdrawn_at.is_(None))
        .where(RollPlace.cell == cell, RollPlace.has_voted.is_(False))
        .order_by(MemberVote.closes_at)
    ).all()
    return lines_of(session, community, rows, now)


def candidacies_waiting(
    session: Session, community: CommunityView, person_id: int, now: datetime
) -> list[MemberVoteLine]:
    """The elections in which somebody named the person, who has not answered yet."""
    rows = session.scalars(
        select(MemberVote)
        .join(
            CandidateRow,
            (CandidateRow.community_id == MemberVote.community_id)
            & (CandidateRow.vote == MemberVote.number),
        )
        .where(MemberVote.community_id == community.id)
        .where(MemberVote.opened_at.is_(None), MemberVote.withdrawn_at.is_(None))
        .where(CandidateRow.person_id == person_id)
        .where(CandidateRow.accepted_at.is_(None), CandidateRow.withdrawn_at.is_(None))
    ).all()
    return lines_of(session, community, rows, now)


def lines_of(
    session: Session, community: CommunityView, rows: Sequence[MemberVote], now: datetime
) -> list[MemberVoteLine]:
    """These votes as they stand in a list."""
    names = identity.names_of(session, [row.subject for row in rows if row.subject])
    told: list[dict[str, Any]] = [json.loads(row.about) for row in rows]
    put = _put(session, community.id, {about["proposal"] for about in told if "proposal" in about})
    return [
        MemberVoteLine(
            number=row.number,
            name=vote_name(community.code, row.number),
            kind=row.kind,
            subject=names.get(row.subject or 0, ""),
            stage=stage_of(row, now),
            about=about,
            put=put.get(about.get("proposal", 0)),
            petition_until=row.petition_until,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            concluded_at=row.concluded_at,
            ended_at=row.withdrawn_at,
            outcome=row.outcome,
        )
        for row, about in zip(rows, told, strict=True)
    ]


def _put(session: Session, community_id: int, proposals: set[int]) -> dict[int, PutToAll]:
    """What is put to all members, by the numbers of `proposals`."""
    if not proposals:
        return {}
    rows = session.scalars(
        select(Proposal)
        .where(Proposal.community_id == community_id)
        .where(Proposal.number.in_(proposals))
    ).all()
    names = members.names_by_number(session, community_id, [row.account for row in rows])
    return {
        row.number: PutToAll(
            row.kind, names.get(row.account, "") or json.loads(row.facts).get("name", "")
        )
        for row in rows
    }
