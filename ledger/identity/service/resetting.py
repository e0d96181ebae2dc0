"""Forgotten passwords: a link of ten minutes, by mail, and word of it to its person.

Asking takes the same time and gets the same answer for a known and an unknown
address: only a job is written, and the job looks the person up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from ledger.identity import queries
from ledger.identity.rules.contacts import normal_identifier
from ledger.identity.rules.throttle import digest
from ledger.identity.service.passes import issue_link
from ledger.identity.service.writing import write_to
from ledger.jobs.service import Handler, Payload, schedule
from ledger.text.phrases import N_

RESET = "reset"
WELCOME = "welcome"
"""The purpose of the link by which a founding steward chooses a password."""

LIFE = timedelta(minutes=10)
ASK_JOB = "reset_mail"

_ONCE_IN = timedelta(minutes=5)
"""So often at most is one identifier mailed a link: nobody's mailbox is flooded."""


def ask_for_link(session: Session, identifier: str, now: datetime) -> None:
    """Have a link mailed, if the identifier is a known person's who has mail."""
    span = int(now.timestamp() // _ONCE_IN.total_seconds())
    key = f"{ASK_JOB}:{digest(normal_identifier(identifier)).hex()}:{span}"
    schedule(session, ASK_JOB, {"identifier": identifier}, now, key, now=now)


def tell_of_new_password(session: Session, person_id: int, now: datetime) -> None:
    """Mail the person that their password was changed, so that a thief is noticed."""
    write_to(
        session,
        person_id,
        now,
        N_("Your password was changed"),
        N_(
            "A new password was set, and all other devices were signed out. If this was not"
            " you, tell the coordinator of your community at once."
        ),
    )


def tell_of_code(session: Session, person_id: int, by: str, now: datetime) -> None:
    """Mail the person that a code to get in was handed out by whom."""
    write_to(
        session,
        person_id,
        now,
        N_("A code to sign in was handed out for you"),
        N_(
            "%(by)s have handed out a printed code with which a new password can be set for"
            " you within 24 hours. If you did not ask for it, tell your community at once."
        ),
        by=by,
    )


def handlers(public_url: str) -> dict[str, Handler]:
    """Who does this room's due work."""
    return {ASK_JOB: partial(_send_link, public_url=public_url)}


def _send_link(session: Session, payload: Payload, now: datetime, public_url: str) -> None:
    person_id = queries.person_by_contact(session, str(payload["identifier"]))
    person = queries.find_person(session, person_id) if person_id is not None else None
    if person is None or person.email is None:
        return
    token = issue_link(session, person.id, RESET, LIFE, now)
    write_to(
        session,
        person.id,
        now,
        N_("A new password for Simpul"),
        N_(
            "With this link you can choose a new password within ten minutes, once:\n\n"
            "%(address)s\n\nIf you did not ask for it, you need not do anything."
        ),
        address=f"{public_url}/reset/{token}",
    )
