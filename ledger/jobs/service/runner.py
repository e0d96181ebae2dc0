"""Doing what is due: claim, do, note; again later where it failed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from ledger.jobs.model import Job
from ledger.jobs.rules import LEASE, MOST_ATTEMPTS, next_try
from ledger.jobs.service.schedule import Payload
from ledger.persistence.unit_of_work import in_unit_of_work

_log = logging.getLogger(__name__)

Inside = Callable[[Session, Payload, datetime], None]
"""Work in the database. It commits together with the note that it is done."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Work in the world, such as sending mail: done while no transaction is open.

    After a crash in the middle nobody knows whether it happened, and it is done
    again; so the world must be able to tell that it is the same (a mail has its
    Message-ID).
    """

    act: Callable[[Payload, datetime], None]


Handler = Inside | Outside
Handlers = Mapping[str, Handler]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a round went: jobs done, and jobs that failed and wait or were given up."""

    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Claim:
    job_id: int
    kind: str
    payload: Payload
    attempt: int


def run_due(engine: Engine, handlers: Handlers, now: datetime, limit: int = 20) -> Ran:
    """Do at most `limit` of the jobs that are due at `now`, the longest due first.

    Any number of runners may work side by side: each job is claimed by one. A job
    whose handler raises is tried again after a pause that doubles, and given up
    after some days; its error is kept and logged. Kinds without a handler stay.
    """
    done = failed = 0
    for _ in range(limit):
        claim = in_unit_of_work(engine, lambda session: _claim(session, handlers, now))
        if claim is None:
            break
        if _do(engine, handlers[claim.kind], claim, now):
            done += 1
        else:
            failed += 1
    return Ran(done, failed)


def _claim(session: Session, handlers: Handlers, now: datetime) -> _Claim | None:
    """Take the next due job that no living runner holds; others skip it while we choose."""
    job = session.scalar(
        select(Job)
        .where(Job.done_at.is_(None), Job.given_up_at.is_(None), Job.due_at <= now)
        .where(or_(Job.claimed_until.is_(None), Job.claimed_until <= now))
        # A job that takes its runner down with it never reaches `_put_off`.
        .where(Job.kind.in_(handlers), Job.attempts < MOST_ATTEMPTS)
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    job.attempts += 1
    job.claimed_until = now + LEASE
    return _Claim(job.id, job.kind, json.loads(job.payload), job.attempts)


def _do(engine: Engine, handler: Handler, claim: _Claim, now: datetime) -> bool:
    try:
        if isinstance(handler, Outside):
            handler.act(claim.payload, now)
            in_unit_of_work(engine, lambda session: _finish(session, claim, now))
        else:
            inside = handler
            in_unit_of_work(engine, lambda session: _do_inside(session, inside, claim, now))
    except Exception as error:  # noqa: BLE001 - one handler must not stop the others' work
        _log.warning("job %s (%s) failed", claim.job_id, claim.kind, exc_info=True)
        reason = f"{type(error).__name__}: {error}"[:500]
        in_unit_of_work(engine, lambda session: _put_off(session, claim, reason, now))
        return False
    return True


def _do_inside(session: Session, handler: Inside, claim: _Claim, now: datetime) -> None:
    """Do nothing when another runner has taken the job over since it was claimed."""
    if _finish(session, claim, now):
        handler(session, claim.payload, now)


def _finish(session: Session, claim: _Claim, now: datetime) -> bool:
    """Note that it is done; what it was told for that, such as a mail or a name, is not kept."""
    job = _still_ours(session, claim)
    if job is None:
        return False
    job.payload = "{}"
    job.done_at = now
    job.claimed_until = None
    job.last_error = None
    session.flush()
    return True


def _put_off(session: Session, claim: _Claim, reason: str, now: datetime) -> None:
    job = _still_ours(session, claim)
    if job is None:
        return
    job.claimed_until = None
    job.last_error = reason
    again = next_try(claim.attempt, now)
    if again is None:
        job.given_up_at = now
    else:
        job.due_at = again


def _still_ours(session: Session, claim: _Claim) -> Job | None:
    """The job, locked, unless it was claimed anew or ended meanwhile."""
    return session.scalar(
        select(Job)
        .where(Job.id == claim.job_id, Job.attempts == claim.attempt, Job.done_at.is_(None))
        .with_for_update()
    )
