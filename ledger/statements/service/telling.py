"""Telling people what happened to an objection, by mail in their language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.jobs.service import Mail, Payload, schedule, send_mail
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.statements.model import StatementObjection, StatementObjectionEvent
from ledger.statements.rules.months import month_kept
from ledger.statements.rules.objections import Event
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

JOB = "statement_objection_mail"
_OFFICE = ("coordinator", "auditor")

_NEWS = {
    Event.OPEN: N_("%(cell)s says that its statement of %(month)s is wrong"),
    Event.ASK_ON: N_("%(cell)s asks on about its statement of %(month)s"),
    Event.ANSWER: N_("An answer about the statement of %(month)s of %(cell)s"),
}
"""What is told. That somebody is content, or withdrew, can be seen at the desk."""


def tell_of_event(session: Session, objection: int, number: int, now: datetime) -> None:
    """Have those concerned told of one event."""
    payload = {"objection": objection, "number": number}
    schedule(session, JOB, payload, now, f"{JOB}:{objection}:{number}")


def send_news(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one event: to those who serve, or to who objected."""
    row = session.get(StatementObjection, payload["objection"])
    event = session.get(StatementObjectionEvent, (payload["objection"], payload["number"]))
    community = members.community(session, row.community_id) if row else None
    if row is None or event is None or community is None or Event(event.event) not in _NEWS:
        return
    is_answer = event.event == Event.ANSWER
    shown = shown_number(community.code, row.account)
    rest = f"{shown}/objections" if is_answer else "desk/objections"
    address = f"{public_url}/c/{community.code}/{rest}/{row.id}"
    told = {row.person_id} if is_answer else _office(session, community, now)
    for person_id in sorted(told - {event.person_id}):
        person = identity.find_person(session, person_id)
        if person is not None and person.email is not None:
            mail = _mail(session, person, community, row, event, address)
            send_mail(session, mail, now, f"{JOB}:{row.id}:{event.number}:{person_id}")


def _office(session: Session, community: CommunityView, now: datetime) -> set[int]:
    return set(members.ids_of_role(session, community.id, _OFFICE, now))


def _mail(
    session: Session,
    person: identity.PersonView,
    community: CommunityView,
    row: StatementObjection,
    event: StatementObjectionEvent,
    address: str,
) -> Mail:
    speaker = Speaker(person.language, community.zone)
    names = members.names_by_number(session, community.id, (row.account,))
    shown = shown_number(community.code, row.account)
    subject = speaker.gettext(
        _NEWS[Event(event.event)],
        cell=f"{names.get(row.account, '')} ({shown})",
        month=speaker.month(month_kept(row.month).first_day),
    )
    lines = [
        speaker.gettext(N_("Dear %(name)s,"), name=person.name),
        f"{subject}.",
        event.words,
        speaker.gettext(N_("Look at it here: %(address)s"), address=address),
        community.name,
    ]
    text = "\n\n".join(line for line in lines if line) + "\n"
    return Mail(person.email or "", subject, text, language=person.language)
