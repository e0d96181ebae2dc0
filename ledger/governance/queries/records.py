"""Rounds of voting read back as the rules know them, and published."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    BallotContent,
    BallotRow,
    Decision,
    LotRow,
    MemberVote,
    Proposal,
    Recusal,
    RosterRow,
    Voting,
)
from ledger.governance.queries.ballots import box_of, roll_cells
from ledger.governance.queries.discussions import with_words
from ledger.governance.queries.lots import as_drawn
from ledger.governance.rules.log import Ballot, Entry
from ledger.governance.rules.lots import Lot
from ledger.governance.rules.record import (
    OpenVote,
    Policy,
    Question,
    SecretVote,
    Voter,
    publish,
    publish_secret,
)
from ledger.governance.rules.roll import may_show_result
from ledger.governance.rules.tally import Rule, ratio
from ledger.kernel.clock import to_micros
from ledger.kernel.veils import Veiled
from ledger.members import queries as members


def record(session: Session, community_id: int, number: int, round_: int) -> dict[str, Any] | None:
    """The published record of a decided round.

    None when there is none, or when all members voted and fewer than a handful did.
    """
    decision = session.get(Decision, (community_id, number, round_))
    if decision is None:
        return None
    found = compose_round(session, community_id, number, round_, decision.closed_at)
    is_secret = found["policy"]["secrecy"] == "secret"
    return None if is_secret and not may_show_result(len(found["ballots"])) else found


def compose_round(
    session: Session, community_id: int, number: int, round_: int, closed_at: datetime
) -> dict[str, Any]:
    """The record of a round that is over: the committee's log, or all members' secret ballots."""
    voting = session.get_one(Voting, (community_id, number, round_))
    box = member_vote_of(session, voting)
    if box is None:
        return publish(read_round(session, community_id, number, round_, closed_at))
    proposal = session.get_one(Proposal, (community_id, number))
    return publish_secret(
        SecretVote(
            question=_question(session, proposal, voting, closed_at),
            policy=policy_of(voting),
            evidence=with_words(session, proposal, json.loads(voting.evidence)),
            roll=roll_cells(session, box),
            ballots=box_of(session, box),
        )
    )


def member_vote_of(session: Session, voting: Voting) -> MemberVote | None:
    """The vote of all members in which a round is held, where too few stewards could vote."""
    number = json.loads(voting.policy)["rest"].get("member_vote")
    return session.get_one(MemberVote, (voting.community_id, number)) if number else None


def evidence_of(session: Session, community_id: int, number: int, round_: int) -> dict[str, Any]:
    """The panel as it stood when the round opened (`evidence.panel.Panel.frozen`)."""
    voting = session.get_one(Voting, (community_id, number, round_))
    proposal = session.get_one(Proposal, (community_id, number))
    return with_words(session, proposal, json.loads(voting.evidence))


def read_round(
    session: Session, community_id: int, number: int, round_: int, closed_at: datetime
) -> OpenVote:
    """A round with its ballots, as the rules count and publish it."""
    proposal = session.get_one(Proposal, (community_id, number))
    voting = session.get_one(Voting, (community_id, number, round_))
    return OpenVote(
        question=_question(session, proposal, voting, closed_at),
        policy=policy_of(voting),
        evidence=with_words(session, proposal, json.loads(voting.evidence)),
        voters=_voters(session, voting),
        log=log_of(session, voting),
        ballots=_ballots(session, voting),
        recused=_recused(session, voting),
        void_through=voting.first_place - 1,
        lot=_lot(session, voting),
    )


def policy_of(voting: Voting) -> Policy:
    """The policy frozen at the opening."""
    said = json.loads(voting.policy)
    rule = Rule(ratio(*said["quorum"]), ratio(*said["threshold"]))
    return Policy(
        said["constitution"],
        rule,
        tuple(said["figures"]),
        is_secret=said["secrecy"] == "secret",
        rest=said["rest"],
    )


def log_of(session: Session, voting: Voting) -> list[Entry]:
    """The ballot log from its first entry to the round's last."""
    later = session.scalar(
        select(Voting.first_place)
        .where(Voting.community_id == voting.community_id, Voting.proposal == voting.proposal)
        .where(Voting.round == voting.round + 1)
    )
    wanted = (
        select(BallotRow)
        .where(BallotRow.community_id == voting.community_id)
        .where(BallotRow.proposal == voting.proposal)
        .order_by(BallotRow.place)
    )
    if later is not None:
        wanted = wanted.where(BallotRow.place < later)
    return [
        Entry(row.place, row.voter, row.commitment, row.link) for row in session.scalars(wanted)
    ]


def _question(
    session: Session, proposal: Proposal, voting: Voting, closed_at: datetime
) -> Question:
    community = members.community(session, proposal.community_id)
    assert community is not None
    return Question(
        decision=f"{community.code}/{proposal.number}",
        kind=proposal.kind,
        about={"account": proposal.account, **_frozen_facts(voting)},
        opened_at=to_micros(voting.opened_at),
        closed_at=to_micros(closed_at),
        status_quo=voting.status_quo,
        proposed=voting.proposed,
    )


def _frozen_facts(voting: Voting) -> dict[str, Any]:
    """What would be enacted besides the figure, as it was when voting opened."""
    said: dict[str, Any] = json.loads(voting.policy)["rest"].get(
        "facts", {"limit_version": voting.limit_version}
    )
    return said


def _voters(session: Session, voting: Voting) -> list[Voter]:
    rows = session.scalars(
        select(RosterRow).where(*_in_round(RosterRow, voting)).order_by(RosterRow.voter)
    ).all()
    lot = _lot(session, voting)
    if lot is not None:  # alternates stand in the order in which they were called
        order = {number: place for place, number in enumerate(lot.drawn, 1)}
        called = {row.voter for row in rows if row.is_drawn or row.replaces is not None}
        rows = sorted(
            rows, key=lambda row: (order[row.voter] if row.voter in called else 0, row.voter)
        )
    return [
        Voter(
            row.voter,
            Veiled(row.name_digest, row.name, row.name_salt),
            row.replaces,
            row.is_lost,
            row.is_drawn,
        )
        for row in rows
    ]


def _lot(session: Session, voting: Voting) -> Lot | None:
    """The lot that drew the round's alternates, drawn again."""
    if voting.lot is None:
        return None
    community = members.community(session, voting.community_id)
    assert community is not None
    return as_drawn(session, community, session.get_one(LotRow, (voting.community_id, voting.lot)))


def _recused(session: Session, voting: Voting) -> list[tuple[Veiled, str]]:
    rows = session.scalars(
        select(Recusal).where(*_in_round(Recusal, voting)).order_by(Recusal.place)
    )
    return [(Veiled(row.name_digest, row.name, row.name_salt), row.ground) for row in rows]


def _in_round(table: type[RosterRow] | type[Recusal], voting: Voting) -> tuple[Any, ...]:
    return (
        table.community_id == voting.community_id,
        table.proposal == voting.proposal,
        table.round == voting.round,
    )


def _contents(session: Session, voting: Voting) -> dict[int, BallotContent]:
    rows = session.scalars(
        select(BallotContent)
        .where(BallotContent.community_id == voting.community_id)
        .where(BallotContent.proposal == voting.proposal)
    )
    return {row.place: row for row in rows}


def _ballots(session: Session, voting: Voting) -> dict[int, Ballot]:
    voters = {entry.place: entry.voter for entry in log_of(session, voting)}
    return {
        place: Ballot(
            voters[place],
            row.choice,
            Veiled(row.reason_digest, row.reason, row.reason_salt),
            row.salt,
        )
        for place, row in _contents(session, voting).items()
        if place in voters
    }
