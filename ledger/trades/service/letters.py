"""Mail to everybody who may record for a cell, each in their own language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.jobs.service import Mail, send_mail
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

Letter = tuple[str, Sequence[str]]
"""A subject and its paragraphs."""


def write_to_cell(
    session: Session,
    community: members.CommunityView,
    account: int,
    address: str,
    compose: Callable[[Speaker], Letter],
    key: str,
    now: datetime,
) -> None:
    """Send what `compose` says to the people of a cell, once per `key`.

    `address` is the page where they find it.
    """
    shown = shown_number(community.code, account)
    name = members.names_by_number(session, community.id, (account,)).get(account, "")
    people = members.people_who_record(session, community.id, account)
    about = f"{name} ({shown}), {community.name}"
    write_to_people(session, community, people, about, address, compose, f"{key}:{account}", now)


def write_to_people(
    session: Session,
    community: members.CommunityView,
    people: Sequence[int],
    about: str,
    address: str,
    compose: Callable[[Speaker], Letter],
    key: str,
    now: datetime,
) -> None:
    """Send what `compose` says to these people of the community, once per `key`.

    `about` stands at the end: the cell or the office that it concerns.
    """
    for person_id in people:
        person = identity.find_person(session, person_id)
        if person is None or person.email is None:
            continue
        speaker = Speaker(person.language, community.zone)
        subject, paragraphs = compose(speaker)
        lines = [
            speaker.gettext(N_("Dear %(name)s,"), name=person.name),
            *paragraphs,
            speaker.gettext(N_("Look at it here: %(address)s"), address=address),
            about,
        ]
        text = "\n\n".join(lines) + "\n"
        mail = Mail(person.email, _one_line(subject), text, language=person.language)
        send_mail(session, mail, now, f"{key}:{person_id}")


def _one_line(subject: str) -> str:
    """`subject` as the head of a mail takes it: a no-break space in a figure is not printable."""
    return " ".join("".join(c if c.isprintable() else " " for c in subject).split())


def page_of(public_url: str, community: members.CommunityView, account: int, rest: str) -> str:
    """The address of one of the cell's own pages."""
    return f"{public_url}/c/{community.code}/{shown_number(community.code, account)}/{rest}"
