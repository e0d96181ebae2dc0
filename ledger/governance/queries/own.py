"""A voter's own ballot, and what waits for somebody's vote or answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    BallotContent,
    BallotRow,
    Comment,
    Decision,
    Proposal,
    RosterRow,
    Voting,
)
from ledger.governance.queries.courses import histories_of, history_of
from ledger.governance.rules.states import State
from ledger.members import queries as members


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """What somebody voted, which only they are shown before the close, and its receipt.

    `choice` in smallest parts, None to abstain; `commitment` and `link` in hex.
    """

    choice: int | None
    reason: str
    place: int
    commitment: str
    link: str
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that waits for somebody: `vote`, `reply` to one about their own cell, `follow` it.

    `until` is when its state ends by the clock; `name` is the cell's, `about` what is proposed.
    """

    kind: str
    number: int
    name: str
    until: datetime | None
    about: str = "limit"


def own_ballot(
    session: Session, community_id: int, number: int, round_: int, person_id: int
) -> OwnBallot | None:
    """The ballot of a person that counts in a round; None while they have not voted in it."""
    return _ballot(session, community_id, number, round_, person_id, None)


def ballot_at(
    session: Session, community_id: int, number: int, round_: int, place: int
) -> tuple[int, OwnBallot] | None:
    """Whose ballot stands at a place of the log, and what it says."""
    person = session.scalar(
        select(RosterRow.person_id)
        .join(BallotRow, _same_voter())
        .where(BallotRow.community_id == community_id, BallotRow.proposal == number)
        .where(BallotRow.place == place, RosterRow.round == round_)
    )
    if person is None:
        return None
    found = _ballot(session, community_id, number, round_, person, place)
    return (person, found) if found else None


def _ballot(
    session: Session,
    community_id: int,
    number: int,
    round_: int,
    person_id: int,
    place: int | None,
) -> OwnBallot | None:
    voting = session.get(Voting, (community_id, number, round_))
    if voting is None:
        return None
    wanted = (
        select(BallotRow, BallotContent)
        .join(RosterRow, _same_voter())
        .join(
            BallotContent,
            and_(
                BallotContent.community_id == BallotRow.community_id,
                BallotContent.proposal == BallotRow.proposal,
                BallotContent.place == BallotRow.place,
            ),
        )
        .where(BallotRow.community_id == community_id, BallotRow.proposal == number)
        .where(BallotRow.place >= voting.first_place)
        .where(RosterRow.round == round_, RosterRow.person_id == person_id)
        .order_by(BallotRow.place.desc())
        .limit(1)
    )
    if place is not None:
        wanted = wanted.where(BallotRow.place == place)
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    ballot, content = row
    return OwnBallot(
        content.choice,
        content.reason or "",
        ballot.place,
        ballot.commitment.hex(),
        ballot.link.hex(),
        ballot.cast_at,
    )


def votes_waiting(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[Waiting]:
    """The open votes in which a person has not voted yet, the first to close first."""
    rows = session.execute(
        select(Proposal, RosterRow.round)
        .join(RosterRow, _of_proposal(RosterRow))
        .join(Voting, and_(_of_proposal(Voting), Voting.round == RosterRow.round))
        .outerjoin(
            Decision,
            and_(_of_proposal(Decision), Decision.round == RosterRow.round),
        )
        .where(Proposal.community_id == community_id, Decision.round.is_(None))
        .where(RosterRow.person_id == person_id, RosterRow.is_lost.is_(False))
        .where(~exists().where(_same_voter(), BallotRow.place >= Voting.first_place))
    ).all()
    histories = histories_of(session, [row for row, _ in rows])
    names = members.names_by_number(session, community_id, [row.account for row, _ in rows])
    found = []
    for row, round_ in rows:
        course = histories[row.number].course(now)
        if course.state is State.ACTIVE and course.round == round_:
            name = names.get(row.account, "") or json.loads(row.facts).get("name", "")
            found.append(Waiting("vote", row.number, name, course.until, row.kind))
    return sorted(found, key=lambda one: (one.until or now, one.number))


def about_own_cell(
    session: Session, community_id: int, account: int, person_id: int, now: datetime
) -> list[Waiting]:
    """The newest proposal about a cell, while it is open or waits to take effect.

    It is a `reply` while others propose and nobody of the cell has replied, else to `follow`.
    """
    row = session.scalar(
        select(Proposal)
        .where(Proposal.community_id == community_id, Proposal.account == account)
        .order_by(Proposal.number.desc())
        .limit(1)
    )
    if row is None:
        return []
    course = history_of(session, row).course(now)
    if course.state not in (State.DISCUSSION, State.ACTIVE, State.QUEUED, State.CONTESTED):
        return []
    may_reply = course.state in (State.DISCUSSION, State.ACTIVE) and row.proposed_by != person_id
    kind = "reply" if may_reply and not _has_replied(session, row) else "follow"
    name = members.names_by_number(session, community_id, [account]).get(account, "")
    until = course.due_at if course.state is State.QUEUED else course.until
    return [Waiting(kind, row.number, name, until, row.kind)]


def _has_replied(session: Session, row: Proposal) -> bool:
    replied = session.scalar(
        select(Comment.number)
        .where(Comment.community_id == row.community_id, Comment.proposal == row.number)
        .where(Comment.kind == "reply")
        .limit(1)
    )
    return replied is not None


def _same_voter() -> ColumnElement[bool]:
    return and_(
        RosterRow.community_id == BallotRow.community_id,
        RosterRow.proposal == BallotRow.proposal,
        RosterRow.voter == BallotRow.voter,
    )


def _of_proposal(table: type[RosterRow] | type[Voting] | type[Decision]) -> ColumnElement[bool]:
    return and_(table.community_id == Proposal.community_id, table.proposal == Proposal.number)
