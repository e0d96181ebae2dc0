"""A person's own name and contacts, changed by themself.

A phone number is taken as it is written: nobody is called. An e-mail address is a way
back in, so it counts only once whoever reads its mail has said that it is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.identity import queries
from ledger.identity.errors import EmailTaken, LastContact, PhoneTaken
from ledger.identity.model import Person
from ledger.identity.rules.contacts import normal_email, normal_phone
from ledger.identity.service.passes import end_passes, issue_link, redeem_link
from ledger.identity.service.people import living
from ledger.identity.service.writing import write_to
from ledger.kernel.names import normal_name
from ledger.text.phrases import N_

ADDRESS = "address"
"""The purpose of the link that confirms a new e-mail address."""

LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Details:
    """What a person is called and reached by; None where there is none."""

    name: str
    email: str | None = None
    phone: str | None = None


def change_details(
    session: Session, person_id: int, command: Details, now: datetime, public_url: str
) -> None:
    """Change name and phone at once, and mail a link to a new address to confirm it.

    Whoever had mail until now is told. Raises `NameUnreadable`, `EmailUnreadable`,
    `PhoneUnreadable`, `PhoneTaken`, or `LastContact` where no way to sign in would be left.
    """
    person = living(session, person_id)
    name = normal_name(command.name)
    email = normal_email(command.email) if command.email else None
    phone = normal_phone(command.phone) if command.phone else None
    if (person.email or person.phone) and not (phone or (person.email and email)):
        raise LastContact
    if (name, email, phone) == (person.name, person.email, person.phone):
        return
    write_to(session, person_id, now, *_TOLD)
    person.name = name
    _set_phone(session, person, phone)
    end_passes(session, person_id, ADDRESS, now)
    if email is None:
        person.email = None
    elif email != person.email:
        token = issue_link(session, person_id, ADDRESS, LIFE, now, about=email)
        write_to(session, person_id, now, *_TO_CONFIRM, to=email, address=_link(public_url, token))
    session.flush()


def confirm_address(session: Session, token: str, now: datetime) -> None:
    """The address that the link was mailed to is the person's from now on.

    Raises `PassOver`, or `EmailTaken` where somebody else signs in with it.
    """
    email = queries.address_to_confirm(session, token, now)
    person = living(session, redeem_link(session, token, ADDRESS, now))
    if session.scalar(
        select(Person.id).where(Person.email == email, Person.id != person.id).limit(1)
    ):
        raise EmailTaken
    write_to(session, person.id, now, *_TOLD)
    person.email = email
    try:
        session.flush()
    except IntegrityError as error:
        raise EmailTaken from error


def _set_phone(session: Session, person: Person, phone: str | None) -> None:
    others = select(Person.id).where(Person.phone == phone, Person.id != person.id)
    if phone is not None and session.scalar(others.limit(1)):
        raise PhoneTaken
    person.phone = phone
    try:
        session.flush()
    except IntegrityError as error:
        raise PhoneTaken from error


def _link(public_url: str, token: str) -> str:
    return f"{public_url}/confirm/{token}"


_TOLD = (
    N_("Your name or contacts were changed"),
    N_(
        "The name, e-mail address or phone number with which you sign in was changed. If this"
        " was not you, tell the coordinator of your community at once."
    ),
)
_TO_CONFIRM = (
    N_("Is this your e-mail address?"),
    N_(
        "With this link you confirm within 24 hours that this is your e-mail address. From"
        " then on you sign in with it:\n\n%(address)s\n\nIf you did not ask for it, you need"
        " not do anything."
    ),
)
