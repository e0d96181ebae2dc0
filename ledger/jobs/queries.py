"""Reading due work: how a job that was asked for goes, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.jobs.model import Job
from ledger.jobs.rules import MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class JobView:
    """A job that is not done. `trouble` is why its last try failed, or None.

    `due_at` is when it is tried next; nothing tries it any more once `is_given_up`.
    """

    id: int
    kind: str
    tries: int
    due_at: datetime
    trouble: str | None
    is_given_up: bool


def given_up(now: datetime) -> ColumnElement[bool]:
    """The condition that nothing tries a job any more, though it is not done.

    A job that took its runner down with it each time never got to say that it failed.
    """
    died = and_(Job.attempts >= MOST_ATTEMPTS, Job.claimed_until <= now)
    return and_(Job.done_at.is_(None), or_(Job.given_up_at.is_not(None), died))


def undone(session: Session, key: str, now: datetime) -> JobView | None:
    """The job of this key while it is not done, or None."""
    return next(iter(_views(session, now, Job.key == key)), None)


def failed(session: Session, now: datetime) -> list[JobView]:
    """What failed and is not done: what was given up first, then what is tried again."""
    has_failed = or_(Job.last_error.is_not(None), given_up(now))
    return sorted(_views(session, now, has_failed), key=lambda job: not job.is_given_up)


def _views(session: Session, now: datetime, wanted: ColumnElement[bool]) -> list[JobView]:
    rows = session.execute(
        select(Job.id, Job.kind, Job.attempts, Job.due_at, Job.last_error, given_up(now))
        .where(Job.done_at.is_(None), wanted)
        .order_by(Job.due_at, Job.id)
    )
    return [JobView(*row[:5], is_given_up=bool(row[5])) for row in rows]
