"""What the ballots come to, once they may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote
from ledger.governance.queries.member_votes.views import CandidateView
from ledger.governance.rules.log import SecretBallot
from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import CommunityView


def counts_of(ballots: tuple[SecretBallot, ...]) -> Mapping[Any, int]:
    """How many ballots there are for each choice."""
    found: Counter[Any] = Counter()
    for ballot in ballots:
        if isinstance(ballot.choice, tuple):
            found.update(ballot.choice)
        else:
            found[ballot.choice] += 1
    return found


def candidates_of(
    session: Session, community: CommunityView, row: MemberVote, ballots: tuple[SecretBallot, ...]
) -> tuple[CandidateView, ...]:
    """Everybody named for a seat, with their approvals where there are ballots to show."""
    rows = session.scalars(
        select(CandidateRow)
        .where(CandidateRow.community_id == row.community_id, CandidateRow.vote == row.number)
        .order_by(CandidateRow.place, CandidateRow.named_at, CandidateRow.person_id)
    ).all()
    people = {person for one in rows for person in (one.person_id, one.named_by)}
    names = identity.names_of(session, people)
    cells = members.cells_voted_for(session, community.id, [one.person_id for one in rows])
    approvals = counts_of(ballots)
    return tuple(
        CandidateView(
            person_id=one.person_id,
            name=one.name or names.get(one.person_id, ""),
            cell=cells.get(one.person_id, ""),
            words=one.words,
            namer=names.get(one.named_by, "") if one.named_by != one.person_id else "",
            stands=one.accepted_at is not None and one.withdrawn_at is None,
            place=one.place,
            rank=one.rank,
            is_seated=one.seated_at is not None,
            approvals=approvals.get(one.place, 0) if ballots and one.place is not None else None,
        )
        for one in rows
    )
