"""Writing down what is to be done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.jobs.model import Job
from ledger.jobs.queries import given_up

Payload = Mapping[str, object]
"""What a handler needs to know, as JSON holds it: ids rather than copies of rows."""


def schedule(
    session: Session,
    kind: str,
    payload: Payload,
    due_at: datetime,
    key: str | None = None,
    *,
    now: datetime | None = None,
) -> int:
    """Have the handler of `kind` called with `payload` at `due_at` or soon after.

    A `key` names the work: scheduled again with the same key, finished or not, it
    is the job that is already there. Returns the job's id.
    """
    values = _values(kind, payload, due_at, key, now or due_at)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Job).values(values).on_conflict_do_nothing().returning(Job.id)
    made = session.scalars(statement).one_or_none()
    return made or session.scalars(select(Job.id).where(Job.key == key)).one()


def schedule_all(
    session: Session, kind: str, work: Mapping[str, Payload], due_at: datetime
) -> None:
    """`schedule` every payload under its key, in one statement."""
    if not work:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = [_values(kind, payload, due_at, key, due_at) for key, payload in work.items()]
    session.execute(dialect.insert(Job).values(values).on_conflict_do_nothing())


def _values(
    kind: str, payload: Payload, due_at: datetime, key: str | None, created_at: datetime
) -> dict[str, object]:
    return {
        "kind": kind,
        "key": key,
        "payload": json.dumps(payload, ensure_ascii=False, sort_keys=True),
        "created_at": created_at,
        "due_at": due_at,
        "attempts": 0,
    }


def schedule_anew(session: Session, kind: str, payload: Payload, now: datetime, key: str) -> int:
    """`schedule`, and once more if the work of this key was given up.

    What was given up stays among what failed, but the key names the new work from now on.
    """
    session.execute(update(Job).where(Job.key == key, given_up(now)).values(key=None))
    return schedule(session, kind, payload, now, key)
