"""Mail about the people of a cell: invitations, who joined, who no longer belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.identity.rules.contacts import normal_email
from ledger.jobs.service import Mail, send_mail
from ledger.members import queries
from ledger.members.queries import CellView, CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker


def mail_invitation(
    session: Session,
    email: str,
    community: CommunityView,
    cell: CellView,
    address: str,
    now: datetime,
) -> None:
    """Send the link, in the community's language: nothing is known of who is invited.

    Raises `EmailUnreadable`.
    """
    speaker = Speaker(community.language, community.zone)
    subject = speaker.gettext(N_("You are invited to act for %(cell)s"), cell=cell.name)
    text = speaker.gettext(
        N_(
            "You are invited to act for %(cell)s in %(community)s. The link works once, for"
            " seven days:\n\n%(address)s\n\nIf this means nothing to you, leave it be."
        ),
        cell=cell.name,
        community=community.name,
        address=address,
    )
    mail = Mail(normal_email(email), subject, f"{text}\n", language=community.language)
    send_mail(session, mail, now)


def tell_of_newcomer(
    session: Session, community_id: int, number: int, person_id: int, now: datetime
) -> None:
    """Mail those who record for a cell that somebody came to act for it too."""
    name = identity.person(session, person_id).name
    for one in queries.people_who_record(session, community_id, number):
        _tell(
            session,
            (community_id, number),
            one,
            now,
            N_("%(name)s acts for %(cell)s from now on"),
            N_(
                "%(name)s took up an invitation and acts for %(cell)s from now on. If you did"
                " not expect this, look at the people of the cell."
            ),
            name=name,
        )


def tell_contacts_of_code(session: Session, person_id: int, by: str, now: datetime) -> None:
    """Mail all who can reach somebody that a code was handed out for them.

    These are the addresses of the cells they act for, and the people who record for those.
    """
    person = identity.person(session, person_id)
    told = {person.email}
    for community, cell in _places(session, person_id, now):
        others = queries.people_who_record(session, community.id, cell.number)
        reached = [(one.email, one.language) for one in _known(session, others)]
        reached.append((queries.address_of(session, community.id, cell.number), community.language))
        for email, language in reached:
            if email is not None and email not in told:
                told.add(email)
                speaker = Speaker(language, community.zone)
                facts = {"by": by, "name": person.name, "community": community.name}
                text = speaker.gettext(_CODE_TOLD[1], **facts)
                subject = speaker.gettext(_CODE_TOLD[0], **facts)
                send_mail(session, Mail(email, subject, f"{text}\n", language=language), now)


def tell_of_ending(
    session: Session, community_id: int, number: int, person_id: int, now: datetime
) -> None:
    """Mail somebody that they no longer act for a cell."""
    _tell(
        session,
        (community_id, number),
        person_id,
        now,
        N_("You no longer act for %(cell)s"),
        N_("From now on you no longer act for %(cell)s in %(community)s."),
    )


def tell_of_closing(
    session: Session, community_id: int, number: int, person_id: int, now: datetime
) -> None:
    """Mail somebody that the account of their cell is closed."""
    _tell(
        session,
        (community_id, number),
        person_id,
        now,
        N_("The account of %(cell)s is closed"),
        N_(
            "The account of %(cell)s in %(community)s stood at zero and is closed for good. Its"
            " books stay. Nobody acts for it any more."
        ),
    )


_CODE_TOLD = (
    N_("A code to sign in was handed out for %(name)s"),
    N_(
        "%(by)s of %(community)s have handed out a printed code with which a new password can"
        " be set for %(name)s within 24 hours. Please let %(name)s know. If they did not ask for"
        " it, tell your community at once."
    ),
)


def _places(
    session: Session, person_id: int, now: datetime
) -> Iterator[tuple[CommunityView, CellView]]:
    for place in queries.communities_of(session, person_id, now):
        for cell in place.cells:
            yield place.community, cell


def _known(session: Session, people: Iterable[int]) -> Iterator[identity.PersonView]:
    for one in people:
        person = identity.find_person(session, one)
        if person is not None:
            yield person


def _tell(
    session: Session,
    place: tuple[int, int],
    person_id: int,
    now: datetime,
    subject: str,
    body: str,
    **facts: str,
) -> None:
    person = identity.find_person(session, person_id)
    community = queries.community(session, place[0])
    cell = queries.cell(session, community, place[1]) if community else None
    if person is None or person.email is None or community is None or cell is None:
        return
    speaker = Speaker(person.language, community.zone)
    facts |= {"cell": f"{cell.name} ({cell.shown})", "community": community.name}
    greeting = speaker.gettext(N_("Dear %(name)s,"), name=person.name)
    text = f"{greeting}\n\n{speaker.gettext(body, **facts)}\n"
    mail = Mail(person.email, speaker.gettext(subject, **facts), text, language=person.language)
    send_mail(session, mail, now)
