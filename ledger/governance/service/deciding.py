"""Publishing what the ballots decided, and carrying it out: in one transaction, or not at all."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.governance.errors import MovedOn, RecordBroken
from ledger.governance.model import Decision, Proposal, Voting
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.records import compose_round
from ledger.governance.rules.states import Event, State
from ledger.governance.service.enacting import Case, enact
from ledger.governance.service.happenings import happen, locked, look_later
from ledger.governance.service.telling import OUTCOME, tell
from ledger.governance.verify import verify
from ledger.journal import service as journal
from ledger.kernel.merkle import canonical
from ledger.members.queries import CommunityView

CLOSED = frozenset({State.SUCCEEDED, State.DEFEATED, State.LAPSED})


def record_outcome(session: Session, community: CommunityView, number: int, now: datetime) -> str:
    """Publish the outcome of a vote that is over, and have it sealed; return its digest in hex.

    Done twice it is done once. Raises `ProposalUnknown` or `MovedOn`.
    """
    row = locked(session, community.id, number)
    course = history_of(session, row).course(now)
    known = session.get(Decision, (row.community_id, row.number, course.round))
    if known is not None:
        return known.digest.hex()
    if course.state not in CLOSED:
        raise MovedOn(state=course.state.value)
    published = compose_round(session, row.community_id, number, course.round, course.since)
    digest = bytes.fromhex(published["digest"])
    count = published["outcome"]["tally"]
    session.add(
        Decision(
            community_id=row.community_id,
            proposal=number,
            round=course.round,
            closed_at=course.since,
            recorded_at=now,
            result=count["result"],
            outcome=count["outcome"],
            digest=digest,
            attestation=journal.attest(session, community.id, "decision", digest, now),
        )
    )
    session.flush()
    tell(session, (row.community_id, number), OUTCOME, course.round, now)
    if course.state is State.SUCCEEDED:
        happen(session, row, Event.RECORD, now)
    return digest.hex()


def execute(session: Session, community: CommunityView, number: int, now: datetime) -> bool:
    """Enact a decision whose time has come; whether it was done.

    Counts the log again first. When the limit was changed since voting opened, or nothing is
    owed any more, the decision is superseded; when the account was closed it is canceled. What
    the accounts' limits stand against for now is tried again until it expires. Raises
    `ProposalUnknown`, `MovedOn`, `TooEarly` or `RecordBroken`.
    """
    row = locked(session, community.id, number)
    history_of(session, row).after(Event.EXECUTE, now)
    decision = _counted_again(session, row, now)
    voting = session.get_one(Voting, (row.community_id, number, decision.round))
    done = enact(Case(session, community, row, now), voting, decision)
    if done.event is None:
        look_later(session, row, now)
        return False
    happen(session, row, done.event, now, facts=done.facts)
    return done.event is Event.EXECUTE


def _counted_again(session: Session, row: Proposal, now: datetime) -> Decision:
    """The decision, once its record was counted again by the code that anybody has."""
    round_ = history_of(session, row).course(now).round
    decision = session.get_one(Decision, (row.community_id, row.number, round_))
    published = compose_round(session, row.community_id, row.number, round_, decision.closed_at)
    if verify(json.loads(canonical(published)), decision.digest.hex()):
        raise RecordBroken
    return decision
