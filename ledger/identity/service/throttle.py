"""The throttle's memory: tries to sign in, in the database that all workers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, delete, func, or_, select, update
from sqlalchemy.orm import Session

from ledger.identity.model import SignInAttempt
from ledger.identity.rules.throttle import (
    MEMORY,
    PER_ADDRESS,
    PER_ORIGIN,
    PER_SUBJECT,
    Bound,
    Tally,
    ensure_may_try,
)
from ledger.persistence.unit_of_work import in_unit_of_work


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who tries, as digests: the subject claimed, the address, and the device if it has one."""

    subject: bytes
    address: bytes
    device: bytes | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a visitor is counted under, and whether that origin is known to the subject."""

    origin: bytes
    is_known: bool


def begin(engine: Engine, visitor: Visitor, now: datetime) -> int:
    """Write a try down as failed before it is judged; return its id.

    The throttle is asked before and again after, so that however many tries come at
    once, no more than are allowed are judged. Raises `TooManyTries`.
    """
    standing = in_unit_of_work(
        engine, lambda session: ensure_open(session, visitor, now), write=False
    )
    attempt = in_unit_of_work(engine, lambda session: record(session, visitor, standing, now))
    in_unit_of_work(
        engine,
        lambda session: ensure_open(session, visitor, now, besides=attempt),
        write=False,
    )
    return attempt


def ensure_open(
    session: Session, visitor: Visitor, now: datetime, *, besides: int | None = None
) -> Standing:
    """Return the visitor's standing, or raise `TooManyTries`.

    `besides` is the visitor's own attempt, which does not count against itself.
    """
    standing = _standing_of(session, visitor, now)
    own = SignInAttempt.origin == standing.origin
    mine = [SignInAttempt.subject == visitor.subject, own]
    tally = Tally(
        origin=_failures(session, PER_ORIGIN, now, besides, *mine, _since_success(mine)),
        subject=[],
        address=[],
    )
    if not standing.is_known:
        stranger = SignInAttempt.is_known == 0
        of_subject = SignInAttempt.subject == visitor.subject
        of_address = SignInAttempt.address == visitor.address
        tally.subject.extend(_failures(session, PER_SUBJECT, now, besides, stranger, of_subject))
        tally.address.extend(_failures(session, PER_ADDRESS, now, besides, stranger, of_address))
    ensure_may_try(tally, now)
    return standing


def record(session: Session, visitor: Visitor, standing: Standing, now: datetime) -> int:
    """Write the try down as failed, before it is judged, and return its id."""
    attempt = SignInAttempt(
        at=now,
        subject=visitor.subject,
        origin=standing.origin,
        address=visitor.address,
        device=visitor.device,
        is_known=int(standing.is_known),
    )
    session.add(attempt)
    session.flush()
    return attempt.id


def forgive(session: Session, attempt_id: int, device: bytes, now: datetime) -> None:
    """The try succeeded from `device`, which is known from now on; what is old is forgotten."""
    session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.id == attempt_id)
        .values(succeeded_at=now, device=device)
    )
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - MEMORY))


def strike_out(session: Session, attempt_id: int) -> None:
    """The try was right: it counts against nobody."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def _standing_of(session: Session, visitor: Visitor, now: datetime) -> Standing:
    """A known device is counted by itself, whatever others do from the same address."""
    origins = [origin for origin in (visitor.device, visitor.address) if origin is not None]
    known = session.execute(
        select(SignInAttempt.device, SignInAttempt.address).where(
            SignInAttempt.subject == visitor.subject,
            SignInAttempt.succeeded_at.is_not(None),
            SignInAttempt.at >= now - MEMORY,
            or_(SignInAttempt.device.in_(origins), SignInAttempt.address.in_(origins)),
        )
    ).all()
    for origin in origins:
        if any(origin in row for row in known):
            return Standing(origin, is_known=True)
    return Standing(visitor.address, is_known=False)


def _failures(
    session: Session,
    bound: Bound,
    now: datetime,
    besides: int | None,
    *conditions: ColumnElement[bool],
) -> list[datetime]:
    found: Sequence[datetime] = session.scalars(
        select(SignInAttempt.at)
        .where(SignInAttempt.succeeded_at.is_(None), SignInAttempt.at > now - bound.window)
        .where(*conditions, SignInAttempt.id != (besides or 0))
        .order_by(SignInAttempt.at.desc())
        .limit(bound.tries)
    ).all()
    return list(found)


def _since_success(mine: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Failures before the last success from the same origin are forgiven."""
    last = (
        select(SignInAttempt.id)
        .where(*mine, SignInAttempt.succeeded_at.is_not(None))
        .order_by(SignInAttempt.id.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    return SignInAttempt.id > func.coalesce(last, 0)
