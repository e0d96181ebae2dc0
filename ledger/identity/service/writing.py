"""Mail to a person about who they are, in their language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.identity import queries
from ledger.jobs.service import Mail, send_mail
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker


def write_to(
    session: Session,
    person_id: int,
    now: datetime,
    subject: str,
    body: str,
    *,
    to: str | None = None,
    **facts: str,
) -> None:
    """Mail the person, at the address `to` or their own; who has no mail gets none."""
    person = queries.find_person(session, person_id)
    address = to or (person.email if person else None)
    if person is None or address is None:
        return
    speaker = Speaker(person.language)
    greeting = speaker.gettext(N_("Dear %(name)s,"), name=person.name)
    text = f"{greeting}\n\n{speaker.gettext(body, **facts)}\n"
    mail = Mail(address, speaker.gettext(subject), text, language=person.language)
    send_mail(session, mail, now)
