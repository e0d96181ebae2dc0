"""Votes of all members as pages show them: nothing of what ballots say before the close."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote, Petitioner, Proposal, RollPlace
from ledger.governance.queries.ballots import box_of, cast, roll_of, stage_of, vote_name
from ledger.governance.queries.happened import what_ended_a_round
from ledger.governance.rules.log import SecretBallot
from ledger.governance.rules.member_votes import Stage, shown_from
from ledger.governance.rules.roll import may_show_result, petitioners_needed
from ledger.governance.rules.states import Event
from ledger.governance.rules.tally import Rule, ratio
from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import CellView, CommunityView, Standing


@dataclass(frozen=True, slots=True)
class CandidateView:
    """Somebody named for a seat. `place` on the ballot and `rank` in the result count from 0.

    `approvals` is None where the figures are not shown.
    """

    person_id: int
    name: str
    words: str
    namer: str
    stands: bool
    place: int | None
    rank: int | None
    is_seated: bool
    approvals: int | None


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A cell of the reader in a vote: who votes for it, and whether it has voted."""

    cell: CellView
    voter: str
    is_mine: bool
    is_on_roll: bool
    has_voted: bool

    @property
    def may_vote(self) -> bool:
        """Whether the reader can vote for it now, if voting is open."""
        return self.is_mine and self.is_on_roll and not self.has_voted


@dataclass(frozen=True, slots=True)
class Petition:
    """How many cells ask for a vote, how many it takes, and whether the reader's does or may."""

    signed: int
    needed: int
    is_mine: bool
    may_sign: bool


@dataclass(frozen=True, slots=True)
class PutToAll:
    """The proposal that a vote of all members decides; `name` is the cell's or the fund's."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class MemberVoteLine:
    """A vote in a list; `name` as in `SB/M3`, `subject` whom it is about.

    `put` is None where it decides no proposal of the stewards.
    """

    number: int
    name: str
    kind: str
    subject: str
    stage: Stage
    about: Mapping[str, Any]
    put: PutToAll | None
    opens_at: datetime | None
    closes_at: datetime | None
    concluded_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class MemberVoteView:
    """A vote with everything that its page shows.

    `cast` is None while it is not shown, `counts` (how many ballots for each choice) before
    the close and where fewer than a handful voted; so are `ballots`, by their keys.
    `voided_at` and `voided_by` say when and by what a void vote came to its end.
    """

    line: MemberVoteLine
    reasons: str
    proposer: str
    proposer_id: int | None
    proposed_at: datetime
    petition_until: datetime | None
    opened_at: datetime | None
    constitution: int
    figures: tuple[int, ...]
    status_quo: int
    quorum: int
    eligible: int
    cast: int | None
    counts: Mapping[Any, int] | None
    ballots: tuple[SecretBallot, ...]
    result: Any
    digest: str | None
    is_enacted: bool
    candidates: tuple[CandidateView, ...]
    own: tuple[OwnVote, ...]
    petition: Petition | None
    voided_at: datetime | None
    voided_by: Event | None


def member_vote_lines(
    session: Session, community: CommunityView, now: datetime
) -> list[MemberVoteLine]:
    """Every vote of all members, the newest first."""
    rows = session.scalars(
        select(MemberVote)
        .where(MemberVote.community_id == community.id)
        .order_by(MemberVote.number.desc())
    ).all()
    return _lines(session, community, rows, now)


def member_vote(
    session: Session, standing: Standing, number: int, now: datetime
) -> MemberVoteView | None:
    """One vote as the reader may see it, or None."""
    community = standing.community
    row = session.get(MemberVote, (community.id, number))
    if row is None:
        return None
    policy: dict[str, Any] = json.loads(row.policy or "{}")
    (line,) = _lines(session, community, [row], now)
    eligible = _on_roll(session, row)
    many, quorum, shown = cast(session, row), 0, True
    if "quorum" in policy:
        rule = Rule(ratio(*policy["quorum"]), ratio(*policy["threshold"]))
        quorum = rule.quorum_of(eligible)
        shown = many >= shown_from(eligible, rule)
    elif policy:
        shown = many >= shown_from(eligible, Rule())
    is_over = line.stage is Stage.OVER
    ballots = tuple(box_of(session, row)) if is_over and may_show_result(many) else ()
    names = identity.names_of(session, [row.proposed_by] if row.proposed_by else [])
    return MemberVoteView(
        line=line,
        reasons=row.reasons,
        proposer=names.get(row.proposed_by or 0, ""),
        proposer_id=row.proposed_by,
        proposed_at=row.proposed_at,
        petition_until=row.petition_until,
        opened_at=row.opened_at,
        constitution=row.constitution,
        figures=tuple(policy.get("figures", ())),
        status_quo=row.status_quo,
        quorum=quorum,
        eligible=eligible,
        cast=many if (may_show_result(many) if is_over else shown) else None,
        counts=_counts(ballots) if ballots else None,
        ballots=ballots,
        result=json.loads(row.result) if row.result else None,
        digest=row.digest.hex() if row.digest else None,
        is_enacted=row.enacted_at is not None,
        candidates=_candidates(session, row, ballots),
        own=_own(session, standing, row),
        petition=_petition(session, standing, row, now) if row.petition_until else None,
        voided_at=row.withdrawn_at if line.stage is Stage.VOID else None,
        voided_by=_voided_by(session, row, line),
    )


def _voided_by(session: Session, row: MemberVote, line: MemberVoteLine) -> Event | None:
    if line.stage is not Stage.VOID or row.withdrawn_at is None or "proposal" not in line.about:
        return None
    return what_ended_a_round(session, row.community_id, line.about["proposal"], row.withdrawn_at)


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
    return _lines(session, community, rows, now)


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
    return _lines(session, community, rows, now)


def _petition(session: Session, standing: Standing, row: MemberVote, now: datetime) -> Petition:
    """How far a petition has come."""
    mine = members.votes_for(session, row.community_id, standing.person_id)
    cells = set(
        session.scalars(
            select(Petitioner.cell).where(
                Petitioner.community_id == row.community_id, Petitioner.vote == row.number
            )
        )
    )
    roll = roll_of(session, standing.community, now)
    return Petition(len(cells), petitioners_needed(len(roll)), mine in cells, mine in roll)


def _lines(
    session: Session, community: CommunityView, rows: Sequence[MemberVote], now: datetime
) -> list[MemberVoteLine]:
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
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            concluded_at=row.concluded_at,
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


def _on_roll(session: Session, row: MemberVote) -> int:
    wanted = select(func.count()).where(
        RollPlace.community_id == row.community_id, RollPlace.vote == row.number
    )
    return session.scalar(wanted) or 0


def _counts(ballots: tuple[SecretBallot, ...]) -> Mapping[Any, int]:
    found: Counter[Any] = Counter()
    for ballot in ballots:
        if isinstance(ballot.choice, tuple):
            found.update(ballot.choice)
        else:
            found[ballot.choice] += 1
    return found


def _candidates(
    session: Session, row: MemberVote, ballots: tuple[SecretBallot, ...]
) -> tuple[CandidateView, ...]:
    rows = session.scalars(
        select(CandidateRow)
        .where(CandidateRow.community_id == row.community_id, CandidateRow.vote == row.number)
        .order_by(CandidateRow.place, CandidateRow.named_at, CandidateRow.person_id)
    ).all()
    people = {person for one in rows for person in (one.person_id, one.named_by)}
    names = identity.names_of(session, people)
    approvals = _counts(ballots)
    return tuple(
        CandidateView(
            person_id=one.person_id,
            name=one.name or names.get(one.person_id, ""),
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


def _own(session: Session, standing: Standing, row: MemberVote) -> tuple[OwnVote, ...]:
    """The reader's cells and how they stand in the vote."""
    cells = [cell.number for cell in standing.cells]
    places = {
        one.cell: one
        for one in session.scalars(
            select(RollPlace)
            .where(RollPlace.community_id == row.community_id, RollPlace.vote == row.number)
            .where(RollPlace.cell.in_(cells))
        )
    }
    voters = members.voters_of(session, row.community_id, cells)
    names = identity.names_of(session, voters.values())
    return tuple(
        OwnVote(
            cell=cell,
            voter=names.get(voters.get(cell.number, 0), ""),
            is_mine=voters.get(cell.number) == standing.person_id,
            is_on_roll=cell.number in places,
            has_voted=cell.number in places and places[cell.number].has_voted,
        )
        for cell in standing.cells
    )
