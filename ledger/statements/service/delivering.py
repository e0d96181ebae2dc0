"""Making a mail with somebody's statements and taking it to the mail server.

The server is asked while no transaction is open; what it said is written down after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.jobs.service import (
    Attachment,
    Mail,
    Mailer,
    Outside,
    Payload,
    is_refused,
    message_of,
)
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.errors import NoPdfHere
from ledger.statements.model import StatementMail
from ledger.statements.queries.mail import mailed_to
from ledger.statements.queries.papers import Paper, paper
from ledger.statements.rules.months import Month, month_kept
from ledger.statements.service.letters import Addresses, letter
from ledger.statements.service.papers import pdf_of
from ledger.statements.service.wishes import wish_token


@dataclass(frozen=True, slots=True)
class _Post:
    """What is to be sent to whom."""

    stamp: str
    community: CommunityView
    month: Month
    person: identity.PersonView
    papers: tuple[Paper, ...]
    token: str


def mail_handler(engine: Engine, mailer: Mailer, sender: str, public_url: str) -> Outside:
    """The handler of the kind `statement_mail`; raises while the server says not now."""

    def deliver(payload: Payload, now: datetime) -> None:
        mail_id = payload["mail"]
        post = in_unit_of_work(engine, lambda db: _post(db, mail_id, now))
        if post is None:
            return
        drawn = _attached(engine, post, public_url, now)
        addresses = Addresses(public_url, post.community.code, post.token)
        mail = letter(post.person, post.month, post.papers, addresses, attached=bool(drawn))
        try:
            mailer(_message(mail, post, sender, now, drawn, addresses))
        except Exception as error:
            refused, reason = is_refused(error), f"{type(error).__name__}: {error}"[:500]
            in_unit_of_work(engine, lambda db: _failed(db, mail_id, reason, refused, now))
            if refused:
                return
            raise
        in_unit_of_work(engine, lambda db: _sent(db, mail_id, now))

    return Outside(deliver)


def _post(session: Session, mail_id: object, now: datetime) -> _Post | None:
    """What to send, or None where it was sent or there is nobody to send it to any more."""
    row = session.get(StatementMail, mail_id, with_for_update=True)
    if row is None or row.sent_at or row.bounced_at or row.dropped_at:
        return None
    community = members.community(session, row.community_id)
    person = identity.find_person(session, row.person_id)
    month = month_kept(row.month)
    accounts = mailed_to(session, community, month).get(row.person_id, []) if community else []
    if community is None or person is None or not accounts:
        row.dropped_at = now
        return None
    papers = [paper(session, community, account, month) for account in accounts]
    return _Post(
        row.stamp,
        community,
        month,
        person,
        tuple(one for one in papers if one is not None),
        wish_token(session, person.id),
    )


def _attached(engine: Engine, post: _Post, public_url: str, now: datetime) -> list[Attachment]:
    """The statements as PDF; none where none can be drawn."""
    try:
        return [
            Attachment(
                f"{one.statement.number}.pdf",
                pdf_of(
                    engine,
                    post.community,
                    one.statement.account,
                    post.month,
                    post.person.language,
                    public_url,
                    now,
                ),
            )
            for one in post.papers
        ]
    except NoPdfHere:
        return []


def _message(
    mail: Mail,
    post: _Post,
    sender: str,
    now: datetime,
    drawn: Sequence[Attachment],
    addresses: Addresses,
) -> EmailMessage:
    return message_of(
        mail, post.stamp, sender, now, attached=drawn, unsubscribe=addresses.unsubscribe
    )


def _sent(session: Session, mail_id: object, now: datetime) -> None:
    row = session.get(StatementMail, mail_id, with_for_update=True)
    if row is not None and row.sent_at is None:
        row.tries, row.reason, row.sent_at = row.tries + 1, None, now


def _failed(session: Session, mail_id: object, reason: str, refused: bool, now: datetime) -> None:
    row = session.get(StatementMail, mail_id, with_for_update=True)
    if row is not None and row.sent_at is None:
        row.tries, row.reason = row.tries + 1, reason
        row.bounced_at = now if refused else None
