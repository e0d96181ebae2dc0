"""Writing down what happens to a proposal, and when somebody has to look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import ProposalUnknown
from ledger.governance.model import HappeningRow, Proposal, Voting
from ledger.governance.queries.ballots import stage_of
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.records import member_vote_of
from ledger.governance.rules.course import Course
from ledger.governance.rules.member_votes import Stage
from ledger.governance.rules.states import ENDS_A_ROUND, Event, State
from ledger.governance.service.member_votes import locked_vote
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
    if event in ENDS_A_ROUND:
        _void_box(session, proposal, course.round, now)
    look_again(session, proposal, course, now)
    if event in TOLD:
        tell(session, place, event.value, seq, now)
    remind_in_time(session, place, course, now)
    return course


def _void_box(session: Session, proposal: Proposal, round_: int, now: datetime) -> None:
    """End the secret vote in which a round is held, if it is: nobody votes there any more.

    Its ballots are never opened: a vote that is void is neither counted nor published.
    """
    voting = session.get(Voting, (proposal.community_id, proposal.number, round_))
    box = member_vote_of(session, voting) if voting is not None else None
    if box is None:
        return
    row = locked_vote(session, box.community_id, box.number)
    if stage_of(row, now) is Stage.OPEN:
        row.withdrawn_at = now
        session.flush()


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
    payload = {"community": proposal.community_id, "proposal": proposal.number}
    dues = (course.due_at if course.state is State.QUEUED else None, course.until)
    for due in dues:
        if due is not None:
            key = f"{TURN}:{proposal.community_id}:{proposal.number}:{to_micros(due)}"
            schedule(session, TURN, payload, due, key, now=now)
