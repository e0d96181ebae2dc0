"""Commands about sessions that are open."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, Engine, update
from sqlalchemy.orm import Session

from ledger.identity import queries
from ledger.identity.errors import SessionNotFound
from ledger.identity.model import LoginSession
from ledger.identity.rules.sessions import SessionLife
from ledger.identity.rules.throttle import digest
from ledger.kernel.errors import Busy
from ledger.persistence.queue import patient_for
from ledger.persistence.unit_of_work import in_unit_of_work


def current_person(
    engine: Engine, token: str, now: datetime, life: SessionLife | None = None
) -> queries.SignedIn | None:
    """Whom `token` stands for: one read, and now and then a short write.

    The write notes that the session is in use. It is a unit of work of its own, and left to
    the next page where it would have to wait: pages that only read never wait for a turn.
    """
    found = in_unit_of_work(
        engine,
        lambda session: queries.person_of(session, token, now, life),
        write=False,
    )
    if found is not None and found.touch_due:
        session_id = found.session_id
        with suppress(Busy), patient_for(0):
            in_unit_of_work(engine, lambda session: touch(session, session_id, now))
    return found


def touch(session: Session, session_id: int, now: datetime) -> None:
    """Note that the session was used at `now`; it never moves back."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at < now)
        .values(last_seen_at=now)
    )


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End the session of `token`; ending it twice changes nothing."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_digest == digest(token), LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_session(session: Session, person_id: int, session_id: int, now: datetime) -> None:
    """End one of the person's own sessions.

    Raises `SessionNotFound` for another person's just as for one that never was.
    """
    ended = cast(
        "CursorResult[object]",
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == session_id, LoginSession.person_id == person_id)
            .where(LoginSession.ended_at.is_(None))
            .values(ended_at=now)
        ),
    )
    if ended.rowcount == 0:
        raise SessionNotFound


def end_other_sessions(
    session: Session, person_id: int, keep_session: int | None, now: datetime
) -> None:
    """Sign the person out everywhere but in the session `keep_session`, if one is named."""
    standing = update(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    )
    if keep_session is not None:
        standing = standing.where(LoginSession.id != keep_session)
    session.execute(standing.values(ended_at=now))
