"""Outgoing mail: written down as a job, sent by a mailer when it is due."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from ledger.jobs.errors import MailUnsendable
from ledger.jobs.service.schedule import Payload, schedule
from ledger.kernel.identifiers import new_token

KIND = "mail"
_SECONDS_TO_ANSWER = 20
_FOR_GOOD = 500
"""From here on an SMTP reply is for good; below it, for now (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person, complete: nothing is looked up when it is sent."""

    to: str
    subject: str
    text: str
    html: str | None = None
    language: str = "id"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. `kind` is its media type."""

    name: str
    content: bytes
    kind: str = "application/pdf"


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
    ensure_sender(sender)

    def deliver(payload: Payload, now: datetime) -> None:
        known: Any = dict(payload)
        stamp = str(known.pop("stamp"))
        mailer(message_of(Mail(**known), stamp, sender, now))

    return deliver


def ensure_sender(sender: str) -> Address:
    """The sender's address, with or without a name. Raises ValueError for one that is none."""
    name, address = parseaddr(sender)
    if "@" not in address:
        raise ValueError(f"Mail needs a sender's address, not {sender!r}.")
    return Address(name, addr_spec=address)


def message_of(
    mail: Mail,
    stamp: str,
    sender: str,
    now: datetime,
    *,
    attached: Sequence[Attachment] = (),
    unsubscribe: str = "",
) -> EmailMessage:
    """The message as it is sent; `stamp` makes its Message-ID, the same at each try.

    `unsubscribe` is an address that ends such mail by one POST (RFC 8058).
    Raises `MailUnsendable`.
    """
    _ensure_sendable(mail)
    by = ensure_sender(sender)
    message = EmailMessage()
    message["From"] = by
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{stamp}@{by.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for one in attached:
        main, sub = one.kind.split("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    # Last, because setting a content takes the headers of content away.
    message["Content-Language"] = mail.language
    return message


def is_refused(error: Exception) -> bool:
    """Whether the server said no for good to the recipient, so that trying again is no use."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _FOR_GOOD


def _ensure_sendable(mail: Mail) -> None:
    if not mail.subject.isprintable() or not mail.to.isprintable():
        raise MailUnsendable
    try:
        Address(addr_spec=mail.to)
    except Exception as error:  # the parser raises errors of many kinds
        raise MailUnsendable from error
