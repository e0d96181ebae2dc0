"""Where a proposal stands: its happenings, folded with the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, defer

from ledger.governance.model import Decision, HappeningRow, Proposal, Voting
from ledger.governance.queries.constitutions import versions
from ledger.governance.queries.counting import Counting
from ledger.governance.rules import course as rules
from ledger.governance.rules.course import Count, Course, Happening, Terms
from ledger.governance.rules.measures import is_cut
from ledger.governance.rules.states import Event
from ledger.governance.rules.tally import Outcome


@dataclass(frozen=True, slots=True)
class Round:
    """A vote that was opened, and its decision once that is published."""

    voting: Voting
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class History:
    """A proposal's happenings and rounds (from 1), and what it takes to fold them.

    `counting` counts the rounds that are not published, with those of whatever proposals
    were read together with this one.
    """

    counting: Counting
    proposal: Proposal
    happenings: tuple[Happening, ...]
    rounds: Mapping[int, Round]
    terms: Terms

    def count(self, round_: int) -> Count:
        """What the ballots of a round came to: as published, else as they lie there."""
        voting, decision = self.rounds[round_].voting, self.rounds[round_].decision
        if decision is not None:
            return self._count(voting, Outcome(decision.outcome), decision.result)
        found = self.counting.of(voting)
        return self._count(voting, found.outcome, found.result)

    def _count(self, voting: Voting, outcome: Outcome, result: int) -> Count:
        return Count(outcome, is_cut(self.proposal.kind, result, voting.status_quo))

    def course(self, now: datetime) -> Course:
        """Where the proposal stands at `now`."""
        return rules.derive(self.happenings, self.count, now, self.terms, self.proposal.drafted_at)

    def after(self, event: Event, now: datetime) -> Course:
        """Where it would stand after `event`. Raises what `course.advance` raises."""
        return rules.advance(self.course(now), Happening(event, now), self.count, self.terms)


def history_of(session: Session, proposal: Proposal) -> History:
    """What happened to a proposal, read afresh."""
    return histories_of(session, [proposal])[proposal.number]


def histories_of(session: Session, proposals: Sequence[Proposal]) -> dict[int, History]:
    """What happened to proposals of one community, by number: read at once, however many."""
    if not proposals:
        return {}
    community_id, numbers = proposals[0].community_id, {one.number for one in proposals}
    happenings = _happenings(session, community_id, numbers)
    rounds = _rounds(session, community_id, numbers)
    terms = {one.version: one.text.terms for one in versions(session, community_id)}
    unpublished = (one.voting for of in rounds.values() for one in of.values() if not one.decision)
    counting = Counting(session, unpublished)
    return {
        one.number: History(
            counting,
            one,
            tuple(happenings[one.number]),
            rounds[one.number],
            terms[one.constitution],
        )
        for one in proposals
    }


def _happenings(
    session: Session, community_id: int, numbers: set[int]
) -> Mapping[int, list[Happening]]:
    rows = session.execute(
        select(HappeningRow.proposal, HappeningRow.event, HappeningRow.at)
        .where(HappeningRow.community_id == community_id, HappeningRow.proposal.in_(numbers))
        .order_by(HappeningRow.proposal, HappeningRow.seq)
    )
    found = defaultdict[int, list[Happening]](list)
    for number, event, at in rows:
        found[number].append(Happening(Event(event), at))
    return found


def _rounds(
    session: Session, community_id: int, numbers: set[int]
) -> Mapping[int, dict[int, Round]]:
    rows = session.execute(
        select(Voting, Decision)
        .outerjoin(
            Decision,
            and_(
                Decision.community_id == Voting.community_id,
                Decision.proposal == Voting.proposal,
                Decision.round == Voting.round,
            ),
        )
        .where(Voting.community_id == community_id, Voting.proposal.in_(numbers))
        .options(defer(Voting.evidence))  # pages long, and nothing here asks for it
    )
    found = defaultdict[int, dict[int, Round]](dict)
    for voting, decision in rows:
        found[voting.proposal][voting.round] = Round(voting, decision)
    return found
