"""Where a proposal stands: its happenings, folded with the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import Decision, HappeningRow, Proposal, Voting
from ledger.governance.queries.constitutions import constitution_version
from ledger.governance.queries.records import count_round
from ledger.governance.rules import course as rules
from ledger.governance.rules.course import Count, Course, Happening, Terms
from ledger.governance.rules.measures import is_cut
from ledger.governance.rules.states import Event
from ledger.governance.rules.tally import Outcome


@dataclass(frozen=True, slots=True)
class History:
    """A proposal's happenings, and what it takes to fold them."""

    session: Session
    proposal: Proposal
    happenings: tuple[Happening, ...]
    terms: Terms

    def count(self, round_: int) -> Count:
        """What the ballots of a round came to: as published, else as they lie there."""
        key = (self.proposal.community_id, self.proposal.number, round_)
        voting = self.session.get_one(Voting, key)
        decision = self.session.get(Decision, key)
        if decision is not None:
            return self._count(voting, Outcome(decision.outcome), decision.result)
        found = count_round(self.session, voting)
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
    rows = session.execute(
        select(HappeningRow.event, HappeningRow.at)
        .where(HappeningRow.community_id == proposal.community_id)
        .where(HappeningRow.proposal == proposal.number)
        .order_by(HappeningRow.seq)
    )
    happenings = tuple(Happening(Event(event), at) for event, at in rows)
    found = constitution_version(session, proposal.community_id, proposal.constitution)
    assert found is not None
    return History(session, proposal, happenings, found.text.terms)
