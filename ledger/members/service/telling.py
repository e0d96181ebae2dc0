"""Telling those concerned about acts of office, by mail in their language."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.jobs.service import Mail, Payload, schedule, send_mail
from ledger.members import queries as members
from ledger.members.model import Act
from ledger.members.queries.acts import ActView, view_of
from ledger.members.queries.offices import ids_of_role
from ledger.members.rules.acts import KINDS, State
from ledger.members.service.wording import sentence
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

JOB = "act_mail"

_NEWS = {
    "asked": (
        N_("Your signature is asked for"),
        N_("%(asker)s asks for a second signature: %(sentence)s."),
    ),
    "signed": (N_("Signed by two"), N_("%(asker)s and %(signer)s have signed: %(sentence)s.")),
    "ended": (N_("Not signed"), N_("%(ender)s has ended this: %(sentence)s.")),
}


def tell(session: Session, act_id: int, event: str, now: datetime) -> None:
    """Have those concerned told of `asked`, `signed` or `ended`."""
    schedule(session, JOB, {"act": act_id, "event": event}, now, f"{JOB}:{act_id}:{event}")


def send_act_news(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    """Write the mails of one event (a job): nobody is asked to sign what is over."""
    act = session.get(Act, payload["act"])
    community = members.community(session, act.community_id) if act else None
    if act is None or community is None:
        return
    view, event = view_of(session, act, now), str(payload["event"])
    if event == "asked" and view.state is not State.WAITING:
        return
    for person_id in sorted(_concerned(session, act, view, event, now)):
        person = identity.find_person(session, person_id)
        if person is not None and person.email is not None:
            mail = _mail(person, view, community, event, public_url)
            send_mail(session, mail, now, f"{JOB}:{act.id}:{event}:{person_id}")


def _concerned(session: Session, act: Act, view: ActView, event: str, now: datetime) -> set[int]:
    """Who may sign, while it waits; then who signed or asked, and whom it is about."""
    if event == "asked":
        signers = set(ids_of_role(session, act.community_id, KINDS[act.kind].signers, now))
        return signers - {act.asked_by}
    told = {act.asked_by, *([act.signed_by] if act.signed_by else [])}
    person, cell = view.facts.get("person"), view.facts.get("cell")
    if event == "signed" and isinstance(person, int):
        told.add(person)
    if event == "signed" and isinstance(cell, int):
        told.update(members.people_who_record(session, act.community_id, cell))
    return told


def _mail(
    person: identity.PersonView,
    view: ActView,
    community: members.CommunityView,
    event: str,
    public_url: str,
) -> Mail:
    speaker = Speaker(person.language, community.zone)
    subject, body = _NEWS[event]
    said = speaker.gettext(
        body,
        asker=view.asker,
        signer=view.signer,
        ender=view.ender,
        sentence=sentence(view, speaker, community.code),
    )
    lines = [
        speaker.gettext(N_("Dear %(name)s,"), name=person.name),
        said,
        speaker.gettext(N_("Reason: %(reason)s"), reason=view.reason),
        speaker.gettext(
            N_("Look at it here: %(address)s"), address=f"{public_url}/c/{community.code}/desk"
        )
        if event == "asked"
        else "",
        community.name,
    ]
    text = "\n\n".join(line for line in lines if line) + "\n"
    return Mail(person.email or "", speaker.gettext(subject), text, language=person.language)
