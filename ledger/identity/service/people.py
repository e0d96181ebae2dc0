"""Commands about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.identity.errors import EmailTaken, PasswordWrong, PersonNotFound, PhoneTaken
from ledger.identity.model import LoginSession, Pass, Person
from ledger.identity.rules.contacts import normal_email, normal_phone
from ledger.identity.rules.passwords import PasswordHash, is_right
from ledger.identity.service.sessions import end_other_sessions
from ledger.kernel.names import normal_name
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker


@dataclass(frozen=True, slots=True)
class Register:
    """A person to be known from now on. Without a password they cannot sign in yet.

    `password_hash` comes from `rules.passwords.hash_password`, made before the
    transaction begins.
    """

    name: str
    email: str | None = None
    phone: str | None = None
    language: str = "id"
    password_hash: PasswordHash | None = None


def register(session: Session, command: Register, now: datetime) -> int:
    """Make the person and return their id.

    Raises `NameUnreadable`, `EmailUnreadable`, `PhoneUnreadable`, `EmailTaken` or
    `PhoneTaken`.
    """
    made = Person(
        name=normal_name(command.name),
        email=normal_email(command.email) if command.email else None,
        phone=normal_phone(command.phone) if command.phone else None,
        language=command.language,
        password_hash=command.password_hash,
        created_at=now,
    )
    _ensure_free(session, made)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody registered the same contact since we looked.
        raise (EmailTaken() if "email" in str(error.orig) else PhoneTaken()) from error
    return made.id


def set_password(
    session: Session,
    person_id: int,
    password_hash: PasswordHash,
    now: datetime,
    *,
    keep_session: int | None = None,
) -> None:
    """Put a new password in force and end all sessions but `keep_session`.

    Raises `PersonNotFound`.
    """
    living(session, person_id).password_hash = password_hash
    # The row is locked by this before sessions are looked for: see `sign_in`.
    session.flush()
    end_other_sessions(session, person_id, keep_session, now)


def ensure_password(engine: Engine, person_id: int, password: str) -> None:
    """Raise `PasswordWrong` unless this is the person's password; slow, so on its own."""
    found = in_unit_of_work(
        engine, lambda session: living(session, person_id).password_hash, write=False
    )
    if not is_right(password, PasswordHash(found) if found else None):
        raise PasswordWrong


def set_language(session: Session, person_id: int, language: str) -> None:
    """Speak `language` with this person from now on. Raises `PersonNotFound`."""
    living(session, person_id).language = language
    session.flush()


def end_person(session: Session, person_id: int, now: datetime) -> None:
    """The person leaves: they are signed out everywhere and cannot sign in again.

    Raises `PersonNotFound`.
    """
    living(session, person_id).ended_at = now
    session.flush()
    end_other_sessions(session, person_id, None, now)


def erase_person(session: Session, person_id: int, now: datetime) -> None:
    """The person leaves, and what could name them goes: name, contacts, password, devices.

    Raises `PersonNotFound`.
    """
    found = living(session, person_id)
    end_person(session, person_id, now)
    found.name = Speaker(found.language).gettext(N_("somebody who has left"))
    found.email = found.phone = found.password_hash = None
    for table in (LoginSession, Pass):
        session.execute(delete(table).where(table.person_id == person_id))
    session.flush()


def living(session: Session, person_id: int) -> Person:
    """The person's row. Raises `PersonNotFound`, also for one who has left."""
    found = session.get(Person, person_id)
    if found is None or found.ended_at is not None:
        raise PersonNotFound
    return found


def _ensure_free(session: Session, made: Person) -> None:
    if made.email and session.scalar(select(Person.id).where(Person.email == made.email)):
        raise EmailTaken
    if made.phone and session.scalar(select(Person.id).where(Person.phone == made.phone)):
        raise PhoneTaken
