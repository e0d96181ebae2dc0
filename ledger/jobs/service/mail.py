"""Outgoing mail: written down as a job, sent by a mailer when it is due."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from ledger.jobs.errors import MailUnsendable
from ledger.jobs.service.schedule import Payload, schedule
from ledger.kernel.identifiers import new_token

KIND = "mail"
_SECONDS_TO_ANSWER = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person, complete: nothing is looked up when it is sent."""

    to: str
    subject: str
    text: str
    html: str | None = None
    language: str = "id"


class Mailer(Protocol):
    """Takes a finished message to its recipient, or raises."""

    def __call__(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `security` is `"tls"`, `"starttls"` or `"none"`."""

    host: str
    port: int = 587
    security: str = "starttls"
    user: str | None = None
    password: str | None = None


class SmtpMailer:
    """Hands each message to an SMTP server."""

    def __init__(self, server: SmtpServer) -> None:
        if server.security not in {"tls", "starttls", "none"}:
            raise ValueError(f"Mail goes by tls, starttls or none, not by {server.security!r}.")
        self._server = server

    def __call__(self, message: EmailMessage) -> None:
        """Raises `smtplib.SMTPException` or `OSError` when the server did not take it."""
        with self._connect() as connection:
            if self._server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if self._server.user:
                connection.login(self._server.user, self._server.password or "")
            connection.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS_TO_ANSWER, context=context)
        return smtplib.SMTP(host, port, timeout=_SECONDS_TO_ANSWER)


class FileMailer:
    """Puts each message into a folder as an `.eml` file, where no server is set."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, message: EmailMessage) -> None:
        """One message is one file, however often it is sent."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        partial = self._folder / f".{name}.{os.getpid()}"
        partial.write_bytes(message.as_bytes(policy=SMTP))
        partial.replace(self._folder / f"{name}.eml")


def send_mail(session: Session, mail: Mail, now: datetime, key: str | None = None) -> int:
    """Send `mail` soon, if the caller's transaction commits; once per `key`.

    Raises `MailUnsendable` for a recipient or subject with characters that could
    forge a header. Returns the job's id.
    """
    _ensure_sendable(mail)
    # The message's identity is made once, so that a second sending after a crash
    # is the same mail to whoever receives it.
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%S}.{new_token()[:16]}"
    payload = {**asdict(mail), "stamp": stamp}
    return schedule(session, KIND, payload, now, key, now=now)


def mail_handler(mailer: Mailer, sender: str) -> Callable[[Payload, datetime], None]:
    """The handler of the kind `mail`: `sender` is an address, with or without a name."""
    name, address = parseaddr(sender)
    if "@" not in address:
        raise ValueError(f"Mail needs a sender's address, not {sender!r}.")

    def deliver(payload: Payload, now: datetime) -> None:
        mailer(_message(payload, Address(name, addr_spec=address), now))

    return deliver


def _message(payload: Payload, sender: Address, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=str(payload["to"]))
    message["Subject"] = str(payload["subject"])
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{payload['stamp']}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(payload["text"]))
    if payload["html"]:
        message.add_alternative(str(payload["html"]), subtype="html")
    # Last, because setting a content takes the headers of content away.
    message["Content-Language"] = str(payload["language"])
    return message


def _ensure_sendable(mail: Mail) -> None:
    if not mail.subject.isprintable() or not mail.to.isprintable():
        raise MailUnsendable
    try:
        Address(addr_spec=mail.to)
    except Exception as error:  # the parser raises errors of many kinds
        raise MailUnsendable from error
