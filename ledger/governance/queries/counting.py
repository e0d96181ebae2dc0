"""What the ballots of rounds come to, counted as they lie there: read together, however many."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    BallotContent,
    BallotRow,
    RollPlace,
    RosterRow,
    SecretBallotRow,
    Voting,
)
from ledger.governance.queries.ballots import choice_of
from ledger.governance.queries.records import policy_of
from ledger.governance.rules.log import Entry, Standing, standings
from ledger.governance.rules.tally import Tally, tally

RoundKey = tuple[int, int]
"""Proposal and round."""


class Counting:
    """Counts rounds of one community once somebody asks for one of them: all of them then."""

    def __init__(self, session: Session, votings: Iterable[Voting]) -> None:
        self._session = session
        self._votings = list(votings)
        self._found: Mapping[RoundKey, Tally] | None = None

    def of(self, voting: Voting) -> Tally:
        """The tally of a round, which is one of those given."""
        if self._found is None:
            self._found = count_rounds(self._session, self._votings)
        return self._found[_key(voting)]


def count_round(session: Session, voting: Voting) -> Tally:
    """The tally of a round's ballots as they are now."""
    return count_rounds(session, [voting])[_key(voting)]


def count_rounds(session: Session, votings: Sequence[Voting]) -> dict[RoundKey, Tally]:
    """The tallies of rounds of one community as their ballots are now."""
    boxes = {_key(one): _box(one) for one in votings}
    open_ = [one for one in votings if boxes[_key(one)] is None]
    secret = [one for one in votings if boxes[_key(one)] is not None]
    return {**_by_the_committee(session, open_), **_by_all(session, secret)}


def _by_the_committee(session: Session, votings: Sequence[Voting]) -> dict[RoundKey, Tally]:
    """Counted from the log: the last ballot of each who is still there."""
    if not votings:
        return {}
    community_id, proposals = votings[0].community_id, {one.proposal for one in votings}
    rosters = defaultdict[RoundKey, list[RosterRow]](list)
    for row in session.scalars(select(RosterRow).where(*_of(RosterRow, community_id, proposals))):
        rosters[row.proposal, row.round].append(row)
    logs = _logs(session, community_id, proposals)
    choices = _choices(session, community_id, proposals)
    begins = {
        (row.proposal, row.round): row.first_place
        for row in session.execute(
            select(Voting.proposal, Voting.round, Voting.first_place).where(
                *_of(Voting, community_id, proposals)
            )
        )
    }
    found = {}
    for one in votings:
        end = begins.get((one.proposal, one.round + 1))
        log = [entry for entry in logs[one.proposal] if end is None or entry.place < end]
        found[_key(one)] = _tally(one, rosters[_key(one)], log, choices[one.proposal])
    return found


def _tally(
    voting: Voting,
    voters: Sequence[RosterRow],
    log: Sequence[Entry],
    choices: Mapping[int, int | None],
) -> Tally:
    lost = [one.voter for one in voters if one.is_lost]
    worth = standings(log, void_through=voting.first_place - 1, lost=lost)
    counted = [
        choices[entry.place]
        for entry, standing in zip(log, worth, strict=True)
        if standing is Standing.COUNTED
    ]
    eligible = sum(one.replaces is None for one in voters)
    return tally(voting.status_quo, counted, eligible=eligible, rule=policy_of(voting).rule)


def _by_all(session: Session, votings: Sequence[Voting]) -> dict[RoundKey, Tally]:
    """Counted from the boxes of votes of all members, which stood in for the committee."""
    if not votings:
        return {}
    community_id, numbers = votings[0].community_id, {_box(one) for one in votings}
    figures = defaultdict[int, list[int | None]](list)
    in_boxes = select(SecretBallotRow.vote, SecretBallotRow.choice).where(
        SecretBallotRow.community_id == community_id, SecretBallotRow.vote.in_(numbers)
    )
    for vote, said in session.execute(in_boxes):
        choice = choice_of(said)
        if not isinstance(choice, tuple):
            figures[vote].append(choice)
    on_rolls = (
        select(RollPlace.vote, func.count().label("cells"))
        .where(RollPlace.community_id == community_id, RollPlace.vote.in_(numbers))
        .group_by(RollPlace.vote)
    )
    eligible = {row.vote: row.cells for row in session.execute(on_rolls)}
    return {
        _key(one): tally(
            one.status_quo,
            figures[box],
            eligible=eligible.get(box, 0),
            rule=policy_of(one).rule,
        )
        for one in votings
        if (box := _box(one)) is not None
    }


def _logs(session: Session, community_id: int, proposals: set[int]) -> dict[int, list[Entry]]:
    """By proposal, its ballot log over all rounds."""
    rows = session.scalars(
        select(BallotRow)
        .where(*_of(BallotRow, community_id, proposals))
        .order_by(BallotRow.proposal, BallotRow.place)
    )
    found = defaultdict[int, list[Entry]](list)
    for row in rows:
        found[row.proposal].append(Entry(row.place, row.voter, row.commitment, row.link))
    return found


def _choices(
    session: Session, community_id: int, proposals: set[int]
) -> dict[int, dict[int, int | None]]:
    """By proposal, what the ballot at each place says."""
    rows = session.execute(
        select(BallotContent.proposal, BallotContent.place, BallotContent.choice).where(
            *_of(BallotContent, community_id, proposals)
        )
    )
    found = defaultdict[int, dict[int, int | None]](dict)
    for proposal, place, choice in rows:
        found[proposal][place] = choice
    return found


def _of(table: Any, community_id: int, proposals: set[int]) -> tuple[Any, ...]:
    return table.community_id == community_id, table.proposal.in_(proposals)


def _key(voting: Voting) -> RoundKey:
    return voting.proposal, voting.round


def _box(voting: Voting) -> int | None:
    """The number of the vote of all members in which the round is held, if it is."""
    number: int | None = json.loads(voting.policy)["rest"].get("member_vote")
    return number
