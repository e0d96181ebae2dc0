"""Votes of all members read back as the rules know them, and published."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.model import CandidateRow, MemberVote, RollPlace, SecretBallotRow
from ledger.governance.rules.log import Choice, SecretBallot
from ledger.governance.rules.lots import Lot, draw
from ledger.governance.rules.member_votes import Stage, Times, stage
from ledger.governance.rules.record import (
    Policy,
    Question,
    SecretElection,
    SecretVote,
    publish_election,
    publish_secret,
)
from ledger.governance.rules.roll import Cell, may_show_result, roll
from ledger.governance.rules.tally import Rule, ratio
from ledger.journal import queries as books
from ledger.kernel.clock import start_of, to_micros
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import Veiled
from ledger.members import queries as members
from ledger.members.queries import CommunityView


def vote_name(code: str, number: int) -> str:
    """How a vote of all members is named, as in `SB/M3`."""
    return f"{code}/M{number}"


def written(choice: Choice) -> str:
    """A choice as it lies in the box."""
    return canonical(list(choice) if isinstance(choice, tuple) else choice).decode()


def choice_of(text: str) -> Choice:
    """The choice that lies in the box as `text`."""
    found = json.loads(text)
    if isinstance(found, list):
        return tuple(found)
    assert found is None or isinstance(found, int)
    return found


def member_record(session: Session, community_id: int, number: int) -> dict[str, Any] | None:
    """The published record of a vote that is over.

    None when there is none, or when fewer than a handful voted: it would name them.
    """
    row = session.get(MemberVote, (community_id, number))
    if row is None or row.digest is None or not may_show_result(cast(session, row)):
        return None
    return compose(session, row)


def compose(session: Session, row: MemberVote) -> dict[str, Any]:
    """The record of a closed vote; for an election the seal that breaks ties must be there."""
    if row.kind == "election":
        lot = tie_lot(session, row)
        assert lot is not None
        return publish_election(_election(session, row, lot))
    policy = json.loads(row.policy or "{}")
    rule = Rule(ratio(*policy["quorum"]), ratio(*policy["threshold"]))
    return publish_secret(
        SecretVote(
            question=_question(session, row),
            policy=Policy(
                policy["constitution"],
                rule,
                tuple(policy["figures"]),
                is_secret=True,
                rest=policy["rest"],
            ),
            evidence=json.loads(row.evidence),
            roll=roll_cells(session, row),
            ballots=box_of(session, row),
        )
    )


def tie_lot(session: Session, row: MemberVote) -> Lot | None:
    """The lot that orders an election's candidates; None while its seal is not made.

    Its seed hashes the first seal of the books after the close, which covers the ballots.
    """
    if row.lot_after is None:
        return None
    seals = books.seals(session, row.community_id, after=row.lot_after, limit=1)
    if not seals:
        return None
    code = _code(session, row)
    pool = range(len(json.loads(row.policy or "{}")["candidates"]))
    about = f"{vote_name(code, row.number)}/ties"
    return draw(about, pool, len(pool), commitments={}, revealed={}, seal=seals[0].hash)


def box_of(session: Session, row: MemberVote) -> list[SecretBallot]:
    """The ballots, by their keys."""
    rows = session.execute(
        select(SecretBallotRow.key, SecretBallotRow.choice)
        .where(SecretBallotRow.community_id == row.community_id)
        .where(SecretBallotRow.vote == row.number)
        .order_by(SecretBallotRow.key)
    )
    return [SecretBallot(one.key, choice_of(one.choice)) for one in rows]


def stage_of(row: MemberVote, now: datetime) -> Stage:
    """Where the vote stands at `now`."""
    return stage(
        Times(
            row.petition_until,
            row.opens_at,
            row.opened_at,
            row.closes_at,
            row.concluded_at,
            row.withdrawn_at,
        ),
        now,
    )


def roll_cells(session: Session, row: MemberVote) -> list[int]:
    """The cells that may vote, rising."""
    return list(
        session.scalars(
            select(RollPlace.cell)
            .where(RollPlace.community_id == row.community_id, RollPlace.vote == row.number)
            .order_by(RollPlace.cell)
        )
    )


def roll_of(session: Session, community: CommunityView, now: datetime) -> tuple[int, ...]:
    """The cells that would be on the roll of a vote that opens at `now`."""
    open_ = {one.number for one in books.accounts(session, community.id) if one.status != "closed"}
    cells = (
        Cell(number, start_of(joined, community.zone))
        for number, joined in members.joined_days(session, community.id).items()
        if number in open_
    )
    return roll(cells, now)


def cast(session: Session, row: MemberVote) -> int:
    """How many have voted."""
    wanted = select(func.count()).where(
        RollPlace.community_id == row.community_id,
        RollPlace.vote == row.number,
        RollPlace.has_voted,
    )
    return session.scalar(wanted) or 0


def standing_candidates(session: Session, row: MemberVote) -> list[CandidateRow]:
    """Who stands on the ballot, by their places."""
    return list(
        session.scalars(
            select(CandidateRow)
            .where(CandidateRow.community_id == row.community_id)
            .where(CandidateRow.vote == row.number, CandidateRow.place.is_not(None))
            .order_by(CandidateRow.place)
        )
    )


def _election(session: Session, row: MemberVote, lot: Lot) -> SecretElection:
    policy = json.loads(row.policy or "{}")
    return SecretElection(
        question=_question(session, row),
        constitution=policy["constitution"],
        candidates=[
            Veiled(one.name_digest or b"", one.name, one.name_salt)
            for one in standing_candidates(session, row)
        ],
        seats=policy["seats"],
        roll=roll_cells(session, row),
        ballots=box_of(session, row),
        lot=lot,
    )


def _question(session: Session, row: MemberVote) -> Question:
    assert row.opened_at is not None
    assert row.closes_at is not None
    return Question(
        decision=vote_name(_code(session, row), row.number),
        kind=row.kind,
        about=json.loads(row.about),
        opened_at=to_micros(row.opened_at),
        closed_at=to_micros(row.closes_at),
        status_quo=row.status_quo,
        proposed=row.proposed,
    )


def _code(session: Session, row: MemberVote) -> str:
    community = members.community(session, row.community_id)
    assert community is not None
    return community.code
