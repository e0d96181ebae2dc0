"""Who a person is, which session a token opens, and what the throttle counts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.identity.errors import EmailUnreadable, PersonNotFound, PhoneUnreadable
from ledger.identity.model import LoginSession, Pass, Person
from ledger.identity.rules.contacts import normal_email, normal_phone
from ledger.identity.rules.sessions import SessionLife, is_touch_due
from ledger.identity.rules.throttle import digest

_REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as other rooms see them."""

    id: int
    name: str
    email: str | None
    phone: str | None
    language: str
    has_password: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a token stands for, in which session, and whether `touch` is due."""

    person: PersonView
    session_id: int
    touch_due: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """One row of a person's list of sessions."""

    id: int
    agent: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class PassView:
    """A link or code that was made for a person; `purpose` as in `model.Pass`."""

    purpose: str
    made_at: datetime
    is_open: bool


def person(session: Session, person_id: int) -> PersonView:
    """Raises `PersonNotFound`, also for one who has left."""
    found = find_person(session, person_id)
    if found is None:
        raise PersonNotFound
    return found


def find_person(session: Session, person_id: int) -> PersonView | None:
    """The person, or None for an unknown one and for one who has left."""
    found = session.get(Person, person_id)
    return _view(found) if found is not None and found.ended_at is None else None


def find_people(session: Session, person_ids: Iterable[int]) -> dict[int, PersonView]:
    """Some people, by id; the unknown and those who have left are left out."""
    rows = session.scalars(
        select(Person).where(Person.id.in_(set(person_ids)), Person.ended_at.is_(None))
    )
    return {row.id: _view(row) for row in rows}


def has_contact(session: Session, person_id: int) -> bool:
    """Whether the person has an e-mail address or a phone number to sign in with."""
    found = find_person(session, person_id)
    return found is not None and bool(found.email or found.phone)


def names_of(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of these people, by id; unknown ids are left out."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def person_by_contact(session: Session, text: str) -> int | None:
    """The id of the person who has this e-mail address or phone number, however written."""
    ways: list[ColumnElement[bool]] = []
    with suppress(EmailUnreadable):
        ways.append(Person.email == normal_email(text))
    with suppress(PhoneUnreadable):
        ways.append(Person.phone == normal_phone(text))
    if not ways:
        return None
    return session.scalar(select(Person.id).where(or_(*ways), Person.ended_at.is_(None)))


def person_of(
    session: Session, token: str, now: datetime, life: SessionLife | None = None
) -> SignedIn | None:
    """Whom `token` stands for; None when the session has ended or never was."""
    row = session.execute(
        select(Person, LoginSession.id, LoginSession.last_seen_at)
        .join(Person, Person.id == LoginSession.person_id)
        .where(LoginSession.token_digest == digest(token), Person.ended_at.is_(None))
        .where(_is_alive(now, life or SessionLife()))
    ).one_or_none()
    if row is None:
        return None
    found, session_id, last_seen_at = row
    return SignedIn(_view(found), session_id, is_touch_due(last_seen_at, now))


def sessions_of(
    session: Session, person_id: int, now: datetime, life: SessionLife | None = None
) -> list[SessionView]:
    """The person's sessions that stand at `now`, the last used first."""
    rows = session.execute(
        select(
            LoginSession.id,
            LoginSession.agent,
            LoginSession.created_at,
            LoginSession.last_seen_at,
        )
        .where(LoginSession.person_id == person_id, _is_alive(now, life or SessionLife()))
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return [SessionView(*row) for row in rows]


def _is_alive(now: datetime, life: SessionLife) -> ColumnElement[bool]:
    return and_(
        LoginSession.ended_at.is_(None),
        LoginSession.last_seen_at > now - life.idle,
        LoginSession.created_at > now - life.absolute,
    )


def _view(found: Person) -> PersonView:
    return PersonView(
        id=found.id,
        name=found.name,
        email=found.email,
        phone=found.phone,
        language=found.language,
        has_password=found.password_hash is not None,
    )


def find_pass(session: Session, wanted: bytes, now: datetime, *, lock: bool = False) -> Pass | None:
    """The single-use pass with this digest, if it is unused and in time."""
    query = select(Pass).where(Pass.digest == wanted, Pass.used_at.is_(None), Pass.expires_at > now)
    return session.scalar(query.with_for_update() if lock else query)


def address_to_confirm(session: Session, token: str, now: datetime) -> str | None:
    """The new e-mail address that the link with this token confirms, if it still can."""
    found = find_pass(session, digest(f"address {token}"), now)
    return found.about if found else None


def pending_address(session: Session, person_id: int, now: datetime) -> str | None:
    """The new e-mail address that the person has asked for and not confirmed yet."""
    return session.scalar(
        select(Pass.about)
        .where(Pass.person_id == person_id, Pass.about.is_not(None))
        .where(Pass.used_at.is_(None), Pass.expires_at > now)
        .limit(1)
    )


def passes_of(session: Session, person_id: int, now: datetime) -> list[PassView]:
    """The ten links and codes that were made last for the person, within 90 days."""
    rows = session.scalars(
        select(Pass)
        .where(Pass.person_id == person_id, Pass.made_at > now - _REMEMBERED)
        .order_by(Pass.made_at.desc(), Pass.id.desc())
        .limit(10)
    )
    return [
        PassView(row.purpose, row.made_at, row.used_at is None and now < row.expires_at)
        for row in rows
    ]


def link_holder(session: Session, token: str, purpose: str, now: datetime) -> int | None:
    """Whose the link with this token is, if it can still be used."""
    found = find_pass(session, digest(f"{purpose} {token}"), now)
    return found.person_id if found else None
