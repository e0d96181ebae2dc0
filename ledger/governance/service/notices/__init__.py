"""Mail about lots, challenges and appeals: who is told of what, in their language.

`announce` writes down that something is to be told; the job finds out whom it still
concerns when it comes by, so that nobody is asked for what is done already.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.governance.service.notices.kinds import NOTICES, Notice
from ledger.identity import queries as identity
from ledger.jobs.service import Mail, Payload, schedule, send_mail
from ledger.kernel.clock import to_micros
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

__all__ = [
    "NOTICE",
    "announce",
    "send_notice",
]


NOTICE = "governance.notice"
"""The job that writes the mails of one notice."""


def announce(
    session: Session,
    kind: str,
    community_id: int,
    due_at: datetime,
    *,
    about: int,
    now: datetime | None = None,
) -> None:
    """Have the notice `kind` sent at `due_at`, once; `about` is the number that it is on."""
    payload = {"community": community_id, "kind": kind, "about": about}
    key = f"{NOTICE}:{kind}:{community_id}:{about}:{to_micros(due_at)}"
    schedule(session, NOTICE, payload, due_at, key, now=now)


def send_notice(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of a notice (a job), to those whom it still concerns."""
    kind, about, community_id = payload["kind"], payload["about"], payload["community"]
    assert isinstance(kind, str)
    assert isinstance(about, int)
    assert isinstance(community_id, int)
    community = members.community(session, community_id)
    if community is None:
        return
    notice = NOTICES[kind]
    until = notice.until(session, community, about, now) if notice.until else None
    if notice.until and until is None:
        return
    address = f"{public_url}/c/{community.code}/{notice.path.format(about)}"
    for person_id in sorted(set(notice.readers(session, community, about, now))):
        person = identity.find_person(session, person_id)
        if person is not None and person.email is not None:
            told_at = until if notice.is_told_once and until else now
            mail = _mail(person, notice, community, about, address, until)
            send_mail(
                session,
                mail,
                now,
                f"{NOTICE}:{kind}:{community_id}:{about}:{person_id}:{to_micros(told_at)}",
            )


def _mail(
    person: identity.PersonView,
    notice: Notice,
    community: CommunityView,
    about: int,
    address: str,
    until: datetime | None,
) -> Mail:
    speaker = Speaker(person.language, community.zone)
    facts = {
        "community": community.name,
        "number": f"{community.code}/{about}",
        "until": speaker.moment(until) if until else "",
    }
    lines = (
        speaker.gettext(N_("Dear %(name)s,"), name=person.name),
        speaker.gettext(notice.body, **facts),
        speaker.gettext(N_("Look at it here: %(address)s"), address=address),
        community.name,
    )
    return Mail(
        person.email or "",
        speaker.gettext(notice.subject, **facts),
        "\n\n".join(lines) + "\n",
        language=person.language,
    )
