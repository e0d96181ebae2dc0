"""Votes of all members as pages show them: nothing of what ballots say before the close."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.model import MemberVote, RollPlace
from ledger.governance.queries.ballots import box_of, cast
from ledger.governance.queries.happened import what_ended_a_round
from ledger.governance.queries.member_votes.counting import candidates_of, counts_of
from ledger.governance.queries.member_votes.lines import (
    candidacies_waiting,
    lines_of,
    member_vote_lines,
    member_votes_waiting,
)
from ledger.governance.queries.member_votes.readers import own_votes, petition_of
from ledger.governance.queries.member_votes.views import (
    CandidateView,
    MemberVoteLine,
    MemberVoteView,
)
from ledger.governance.rules.member_votes import Stage, shown_from
from ledger.governance.rules.roll import may_show_result
from ledger.governance.rules.states import Event
from ledger.governance.rules.tally import Rule, ratio
from ledger.identity import queries as identity
from ledger.members.queries import Standing

__all__ = [
    "CandidateView",
    "MemberVoteLine",
    "MemberVoteView",
    "candidacies_waiting",
    "member_vote",
    "member_vote_lines",
    "member_votes_waiting",
]


def member_vote(
    session: Session, standing: Standing, number: int, now: datetime
) -> MemberVoteView | None:
    """One vote as the reader may see it, or None."""
    community = standing.community
    row = session.get(MemberVote, (community.id, number))
    if row is None:
        return None
    policy: dict[str, Any] = json.loads(row.policy or "{}")
    (line,) = lines_of(session, community, [row], now)
    eligible = _on_roll(session, row)
    many, rule = cast(session, row), None
    if "quorum" in policy:
        rule = Rule(ratio(*policy["quorum"]), ratio(*policy["threshold"]))
    shown = not policy or many >= shown_from(eligible, rule or Rule())
    is_over = line.stage is Stage.OVER
    ballots = tuple(box_of(session, row)) if is_over and may_show_result(many) else ()
    names = identity.names_of(session, [row.proposed_by] if row.proposed_by else [])
    return MemberVoteView(
        line=line,
        reasons=row.reasons,
        proposer=names.get(row.proposed_by or 0, ""),
        proposer_id=row.proposed_by,
        proposed_at=row.proposed_at,
        opened_at=row.opened_at,
        constitution=row.constitution,
        figures=tuple(policy.get("figures", ())),
        status_quo=row.status_quo,
        quorum=rule.quorum_of(eligible) if rule else 0,
        threshold=rule.threshold if rule else None,
        eligible=eligible,
        cast=many if (may_show_result(many) if is_over else shown) else None,
        counts=counts_of(ballots) if ballots else None,
        ballots=ballots,
        result=json.loads(row.result) if row.result else None,
        digest=row.digest.hex() if row.digest else None,
        is_enacted=row.enacted_at is not None,
        candidates=candidates_of(session, community, row, ballots),
        own=own_votes(session, standing, row),
        petition=petition_of(session, standing, row, now) if row.petition_until else None,
        voided_by=_voided_by(session, row, line),
    )


def _voided_by(session: Session, row: MemberVote, line: MemberVoteLine) -> Event | None:
    if line.stage is not Stage.VOID or row.withdrawn_at is None or "proposal" not in line.about:
        return None
    return what_ended_a_round(session, row.community_id, line.about["proposal"], row.withdrawn_at)


def _on_roll(session: Session, row: MemberVote) -> int:
    wanted = select(func.count()).where(
        RollPlace.community_id == row.community_id, RollPlace.vote == row.number
    )
    return session.scalar(wanted) or 0
