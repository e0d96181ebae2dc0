"""Signing in: throttle, verify, open a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.identity import queries
from ledger.identity.errors import SignInFailed
from ledger.identity.model import LoginSession, Person
from ledger.identity.rules.contacts import normal_identifier
from ledger.identity.rules.passwords import PasswordHash, is_right
from ledger.identity.rules.sessions import agent_label
from ledger.identity.rules.throttle import address_digest, digest
from ledger.identity.service import throttle
from ledger.identity.service.sessions import sign_out
from ledger.identity.service.throttle import Visitor
from ledger.kernel.identifiers import new_token
from ledger.persistence.unit_of_work import in_unit_of_work

Resolve = Callable[[Session, str], int | None]
"""Finds a person by what other rooms know them by, such as a member number."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person types: e-mail, phone or member number, and the password."""

    identifier: str
    password: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from.

    `device` is the token that this browser got when somebody first signed in with
    it; `replaces` the token of the session that this sign-in takes the place of.
    """

    address: str
    agent: str = ""
    device: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session's token, and the device token that the browser should keep."""

    token: str
    device: str
    person_id: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    person_id: int
    password_hash: PasswordHash


def sign_in(
    engine: Engine, command: SignIn, origin: Origin, now: datetime, resolve: Resolve
) -> Opened:
    """Open a session for the person whose identifier and password these are.

    The try is written down as failed before the password is looked at, and the
    throttle asked again after: however many come at once, and from however many
    workers, no more than are allowed reach the password. An unknown person takes
    the same steps and one hash, like a known one.
    Raises `SignInFailed` or `TooManyTries`.
    """
    attempt = throttle.begin(engine, visitor_of("subject", command.identifier, origin), now)
    candidate = in_unit_of_work(
        engine, lambda session: _candidate(session, command.identifier, resolve), write=False
    )
    right = is_right(command.password, candidate.password_hash if candidate else None)
    if candidate is None or not right:
        raise SignInFailed
    return in_unit_of_work(engine, lambda session: _open(session, candidate, attempt, origin, now))


def visitor_of(about: str, identifier: str, origin: Origin) -> Visitor:
    """Who tries what, for the throttle: `about` keeps one kind of try from another."""
    return Visitor(
        subject=digest(f"{about} {normal_identifier(identifier)}"),
        address=address_digest(origin.address),
        device=digest(origin.device) if origin.device else None,
    )


def whom(session: Session, identifier: str, resolve: Resolve) -> int | None:
    """The person whom an e-mail address, phone or member number names."""
    by_contact = queries.person_by_contact(session, identifier)
    return by_contact if by_contact is not None else resolve(session, identifier)


def _candidate(session: Session, identifier: str, resolve: Resolve) -> _Candidate | None:
    person_id = whom(session, identifier, resolve)
    found = session.get(Person, person_id) if person_id is not None else None
    if found is None or found.ended_at is not None or found.password_hash is None:
        return None
    return _Candidate(found.id, PasswordHash(found.password_hash))


def _open(
    session: Session, candidate: _Candidate, attempt: int, origin: Origin, now: datetime
) -> Opened:
    _ensure_unchanged(session, candidate)
    opened = Opened(new_token(), origin.device or new_token(), candidate.person_id)
    if origin.replaces:
        sign_out(session, origin.replaces, now)
    throttle.forgive(session, attempt, digest(opened.device), now)
    session.add(
        LoginSession(
            token_digest=digest(opened.token),
            person_id=candidate.person_id,
            agent=agent_label(origin.agent),
            created_at=now,
            last_seen_at=now,
        )
    )
    session.flush()
    return opened


def _ensure_unchanged(session: Session, candidate: _Candidate) -> None:
    """A password that was changed while the old one was verified opens nothing.

    The person's row is locked until the commit, so that `set_password` either
    waits and then ends this session too, or has been seen here.
    """
    found = session.get(Person, candidate.person_id, with_for_update=True)
    if found is None or found.ended_at or found.password_hash != candidate.password_hash:
        raise SignInFailed
