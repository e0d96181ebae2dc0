"""Votes of all members: opening with a frozen roll, and secret ballots.

Whoever has something to put to all members calls `put_to_all` and adds what is done with
the answer to `concluding.ENACT`. A ballot and the mark that its cell has voted are written
in one transaction, and with them all ballots and all places of the roll anew, in the order
of their keys: so neither order nor the database's marks of transactions tell who cast what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    FormUsed,
    MovedOn,
    NotOnRoll,
    VotedAlready,
    VoteUnknown,
)
from ledger.governance.model import MemberVote, RollPlace, SecretBallotRow
from ledger.governance.queries import ConstitutionView
from ledger.governance.queries.ballots import choice_of, roll_of, stage_of, vote_name, written
from ledger.governance.rules.log import Choice
from ledger.governance.rules.member_votes import Stage, ballot_key, ensure_choice
from ledger.governance.rules.record import Policy
from ledger.governance.rules.tally import Rule
from ledger.governance.service.constitutions import ensure_constitution
from ledger.jobs.service import schedule
from ledger.kernel.clock import to_micros
from ledger.kernel.merkle import canonical
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing

TURN = "governance.member_vote"
"""The job that does what is due about a vote of all members."""

MAIL = "governance.member_mail"
"""The job that writes the mails about a vote of all members."""

YES_OR_NO = (0, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What all members are asked. Figures in smallest parts, or 0 and 1 for no and yes.

    `about` and `evidence` are published with the record: strings, integers, booleans, lists
    and objects. `rule` is the constitution's for all members unless it is given.
    """

    kind: str
    about: Mapping[str, object]
    status_quo: int = 0
    proposed: int = 1
    figures: tuple[int, ...] = YES_OR_NO
    reasons: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    rule: Rule | None = None
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CastSecret:
    """A secret ballot: a figure (1 is yes), None to abstain, or places of candidates."""

    number: int
    choice: Choice
    request_key: str


@dataclass(frozen=True, slots=True)
class SecretReceipt:
    """What a voter keeps: the key of their ballot in hex, under which it is listed later."""

    vote: int
    key: str
    choice: Choice


def put_to_all(session: Session, community: CommunityView, asked: Asked, now: datetime) -> int:
    """Ask all members at once, without a discussion before; return the vote's number.

    For what was discussed elsewhere: a limit on which too few stewards may vote. The roll is
    frozen now, voting lasts as long as the constitution says, and the answer reaches
    `concluding.ENACT[asked.kind]` together with the row.
    """
    in_force = ensure_constitution(session, community, now)
    row = MemberVote(
        community_id=community.id,
        number=next_number(session, community.id),
        kind=asked.kind,
        about=canonical(asked.about).decode(),
        evidence=canonical(asked.evidence).decode(),
        reasons=asked.reasons,
        proposed_at=now,
        opens_at=now,
        constitution=in_force.version,
        status_quo=asked.status_quo,
        proposed=asked.proposed,
    )
    session.add(row)
    session.flush()
    rule = asked.rule or in_force.text.all_members
    policy = Policy(in_force.version, rule, asked.figures, is_secret=True, rest=_rest(in_force))
    open_box(session, community, row, policy.published(), in_force, now, lasts=asked.lasts)
    return row.number


def next_number(session: Session, community_id: int) -> int:
    """The number that the next vote of all members gets; the constitution's row is locked."""
    wanted = select(func.max(MemberVote.number)).where(MemberVote.community_id == community_id)
    return 1 + (session.scalar(wanted) or 0)


def question_policy(in_force: ConstitutionView) -> dict[str, object]:
    """The policy of a question of yes or no under this version."""
    rule = in_force.text.all_members
    return Policy(
        in_force.version, rule, YES_OR_NO, is_secret=True, rest=_rest(in_force)
    ).published()


def open_box(
    session: Session,
    community: CommunityView,
    row: MemberVote,
    policy: Mapping[str, object],
    in_force: ConstitutionView,
    now: datetime,
    *,
    lasts: timedelta | None = None,
) -> None:
    """Open the vote: policy and roll are frozen, and everybody on the roll is asked by mail."""
    row.policy = canonical(policy).decode()
    row.constitution = in_force.version
    row.opened_at, row.closes_at = now, now + (lasts or in_force.text.terms.voting)
    voters = members.voters(session, community.id, now)
    places = [
        {
            "community_id": community.id,
            "vote": row.number,
            "cell": cell,
            "person_id": voters.get(cell),
            "has_voted": False,
        }
        for cell in roll_of(session, community, now)
    ]
    session.flush()
    if places:
        session.execute(insert(RollPlace), places)
    look_again(session, row, row.closes_at, now)
    tell(session, row, "asked", now, now)
    last_day = row.closes_at - timedelta(days=1)
    if last_day > now:
        tell(session, row, "last_day", last_day, now)


def tell(session: Session, row: MemberVote, news: str, due_at: datetime, now: datetime) -> None:
    """Have those concerned told of `news` by mail, once (`member_mail`)."""
    payload = {"community": row.community_id, "vote": row.number, "news": news}
    key = f"{MAIL}:{row.community_id}:{row.number}:{news}"
    schedule(session, MAIL, payload, due_at, key, now=now)


def cast_secret(
    session: Session, standing: Standing, command: CastSecret, now: datetime
) -> SecretReceipt:
    """Vote for one's cell, for good: nothing leads back to a ballot that could be changed.

    The same form sent twice votes once. Raises `VoteUnknown`, `MovedOn`, `NotOnRoll`,
    `VotedAlready`, `FormUsed` or `ChoiceUnknown`.
    """
    row = locked_vote(session, standing.community.id, command.number)
    now_at = stage_of(row, now)
    if now_at is not Stage.OPEN:
        raise MovedOn(state=now_at.value)
    place = place_of(session, row, standing.person_id)
    if place is None:
        raise NotOnRoll
    key = ballot_key(vote_name(standing.community.code, row.number), command.request_key)
    found = session.get(SecretBallotRow, (row.community_id, row.number, key))
    if place.has_voted:
        if found is None:
            raise VotedAlready
        return SecretReceipt(row.number, key.hex(), choice_of(found.choice))
    if found is not None:
        raise FormUsed
    policy = json.loads(row.policy or "{}")
    choice = ensure_choice(
        command.choice,
        figures=policy.get("figures", ()),
        candidates=len(policy.get("candidates", ())),
    )
    _drop_in(session, row, key, choice)
    _mark(session, row, place, standing.person_id)
    return SecretReceipt(row.number, key.hex(), choice)


def _drop_in(session: Session, row: MemberVote, key: bytes, choice: Choice) -> None:
    """Put the ballot in, and shake the box: all ballots are laid anew by their keys."""
    mine = (SecretBallotRow.community_id == row.community_id, SecretBallotRow.vote == row.number)
    box = {
        found.key: found.choice
        for found in session.execute(
            select(SecretBallotRow.key, SecretBallotRow.choice).where(*mine)
        )
    }
    box[key] = written(choice)
    session.execute(
        delete(SecretBallotRow).where(*mine).execution_options(synchronize_session=False)
    )
    session.execute(
        insert(SecretBallotRow),
        [
            {
                "community_id": row.community_id,
                "vote": row.number,
                "key": one,
                "choice": box[one],
            }
            for one in sorted(box)
        ],
    )


def _mark(session: Session, row: MemberVote, place: RollPlace, person_id: int) -> None:
    """Note that the cell has voted, in one statement that writes every place of the roll."""
    here = RollPlace.cell == place.cell
    session.execute(
        update(RollPlace)
        .where(RollPlace.community_id == row.community_id, RollPlace.vote == row.number)
        .values(
            has_voted=case((here, True), else_=RollPlace.has_voted),
            person_id=case((here, person_id), else_=RollPlace.person_id),
        )
        .execution_options(synchronize_session=False)
    )
    session.expire(place)


def place_of(session: Session, row: MemberVote, person_id: int) -> RollPlace | None:
    """The place on the roll for which the person votes, or None.

    Somebody who came to vote for another cell after they had voted has no second vote.
    """
    cell = members.votes_for(session, row.community_id, person_id)
    places = session.scalars(
        select(RollPlace)
        .where(RollPlace.community_id == row.community_id, RollPlace.vote == row.number)
        .where(or_(RollPlace.cell == (cell or 0), RollPlace.person_id == person_id))
    ).all()
    if any(one.person_id == person_id and one.has_voted and one.cell != cell for one in places):
        return None
    return next((one for one in places if one.cell == cell), None)


def locked_vote(session: Session, community_id: int, number: int) -> MemberVote:
    """The vote, its row locked. Raises `VoteUnknown`."""
    row = session.get(
        MemberVote, (community_id, number), with_for_update=True, populate_existing=True
    )
    if row is None:
        raise VoteUnknown
    return row


def look_again(session: Session, row: MemberVote, due_at: datetime, now: datetime) -> None:
    """Have somebody look at the vote at `due_at`."""
    payload = {"community": row.community_id, "vote": row.number}
    key = f"{TURN}:{row.community_id}:{row.number}:{to_micros(due_at)}"
    schedule(session, TURN, payload, due_at, key, now=now)


def _rest(in_force: ConstitutionView) -> dict[str, object]:
    return {"constitution": in_force.text.document()}
