"""Writing down what happens to a proposal, and when somebody has to look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import ProposalUnknown
from ledger.governance.model import HappeningRow, Proposal
from ledger.governance.queries.courses import history_of
from ledger.governance.rules.course import Course
from ledger.governance.rules.states import Event, State
from ledger.governance.service.telling import TOLD, remind_in_time, tell
from ledger.jobs.service import schedule
from ledger.kernel.clock import to_micros
from ledger.kernel.merkle import canonical

TURN = "governance.turn"
"""The job that does what is due about a proposal."""

TRY_AGAIN = timedelta(hours=6)


def locked(session: Session, community_id: int, number: int) -> Proposal:
    """The proposal, its row locked. Raises `ProposalUnknown`."""
    row = session.get(Proposal, (community_id, number), with_for_update=True)
    if row is None:
        raise ProposalUnknown
    return row


def happen(
    session: Session,
    proposal: Proposal,
    event: Event,
    now: datetime,
    *,
    person_id: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> Course:
    """Write down `event` if it may happen now; return where that leads.

    The proposal's row is locked. Raises `MovedOn`, `TooEarly`, `TooLate` or `OnlyOnce`.
    """
    course = history_of(session, proposal).after(event, now)
    newest = session.scalar(
        select(func.max(HappeningRow.seq))
        .where(HappeningRow.community_id == proposal.community_id)
        .where(HappeningRow.proposal == proposal.number)
    )
    seq, place = (newest or 0) + 1, (proposal.community_id, proposal.number)
    session.add(
        HappeningRow(
            community_id=proposal.community_id,
            proposal=proposal.number,
            seq=seq,
            event=event.value,
            at=now,
            person_id=person_id,
            facts=canonical(facts or {}).decode(),
        )
    )
    session.flush()
    look_again(session, proposal, course, now)
    if event in TOLD:
        tell(session, place, event.value, seq, now)
    remind_in_time(session, place, course, now)
    return course


def look_now(session: Session, proposal: Proposal, now: datetime) -> None:
    """Have somebody look at once, such as when what a proposal waited for has come."""
    payload = {"community": proposal.community_id, "proposal": proposal.number}
    key = f"{TURN}:{proposal.community_id}:{proposal.number}:now:{to_micros(now)}"
    schedule(session, TURN, payload, now, key)


def look_later(session: Session, proposal: Proposal, now: datetime) -> None:
    """Have somebody try again in some hours what can't be done yet."""
    payload = {"community": proposal.community_id, "proposal": proposal.number}
    due = now + TRY_AGAIN
    key = f"{TURN}:{proposal.community_id}:{proposal.number}:{to_micros(due)}"
    schedule(session, TURN, payload, due, key, now=now)


def look_again(session: Session, proposal: Proposal, course: Course, now: datetime) -> None:
    """Have somebody look when the course goes on by itself, or may."""
    if course.state is State.DISCUSSION:
        look_now(session, proposal, now)
    due = course.due_at if course.state is State.QUEUED else course.until
    if due is None:
        return
    payload = {"community": proposal.community_id, "proposal": proposal.number}
    key = f"{TURN}:{proposal.community_id}:{proposal.number}:{to_micros(due)}"
    schedule(session, TURN, payload, due, key, now=now)
