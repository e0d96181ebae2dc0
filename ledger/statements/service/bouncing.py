"""Mail that came back: reading what mail servers say of it (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.statements.model import StatementMail

_OURS = re.compile(r"<(statement\.[0-9]{4}-[0-9]{2}\.[A-Za-z0-9_-]{22})@")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that did not arrive, by its stamp, and why."""

    stamp: str
    reason: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The bounce in a mail that came to the sender's address; None where it is none of ours.

    A report of mere delay, or of arrival, is none.
    """
    message = message_from_bytes(raw, policy=default)
    if message.get_content_type() != "multipart/report":
        return None
    fields = _fields(message)
    stamp = _OURS.search(_returned_head(message))
    if stamp is None or fields.get("action", "").lower() != "failed":
        return None
    reason = fields.get("diagnostic-code") or fields.get("status") or "failed"
    return Bounce(stamp[1], " ".join(reason.split())[:500])


def note_bounce(session: Session, bounce: Bounce, now: datetime) -> bool:
    """Write down that a mail came back; whether there is such a mail."""
    row = session.scalar(
        select(StatementMail).where(StatementMail.stamp == bounce.stamp).with_for_update()
    )
    if row is None:
        return False
    row.bounced_at, row.reason = row.bounced_at or now, bounce.reason
    return True


def _fields(message: Message) -> dict[str, str]:
    """What the report says of the recipient, by field."""
    found: dict[str, str] = {}
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message):
                    found |= {name.lower(): str(value) for name, value in block.items()}
    return found


def _returned_head(message: Message) -> str:
    """The Message-ID of the mail that came back, as the report returns it."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            returned = part.get_payload(0)
            return str(returned["Message-ID"]) if isinstance(returned, Message) else ""
        if kind == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            return head.decode("utf-8", "replace") if isinstance(head, bytes) else ""
    return ""
