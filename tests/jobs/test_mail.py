"""Mail: written with what it tells of, sent when it is due, the same mail if sent again."""

from __future__ import annotations

import email
import email.policy
import logging
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.jobs.errors import MailUnsendable
from ledger.jobs.service import (
    FileMailer,
    Mail,
    Outside,
    Ran,
    SmtpMailer,
    SmtpServer,
    mail_handler,
    run_due,
    send_mail,
)
from ledger.persistence.unit_of_work import in_unit_of_work

SENDER = "Simpul <simpul@example.org>"
GREETING = Mail("siti@example.org", "Halo – selamat datang", "Yth. Ibu Siti,\n", "<p>Yth. Ibu</p>")


class Letterbox:
    """An SMTP server that keeps what it gets."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusal: str | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name that the server looks for
        if self.refusal:
            return self.refusal
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append(parsed)
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, SmtpMailer]]:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    box = Letterbox()
    port = a_free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, server_hostname="simpul.test")
    controller.start()
    try:
        yield box, SmtpMailer(SmtpServer("127.0.0.1", port, "none"))
    finally:
        controller.stop()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(engine: Engine, mail: Mail, now: datetime, key: str | None = None) -> int:
    return in_unit_of_work(engine, lambda session: send_mail(session, mail, now, key))


def deliver(engine: Engine, mailer: Any, now: datetime) -> Ran:
    return run_due(engine, {"mail": Outside(mail_handler(mailer, SENDER))}, now)


def test_a_mail_goes_to_the_server(engine, now, letterbox) -> None:
    box, mailer = letterbox
    send(engine, GREETING, now)
    assert deliver(engine, mailer, now) == Ran(done=1)
    (message,) = box.messages
    assert message["To"] == "siti@example.org"
    assert message["From"] == SENDER
    assert message["Subject"] == GREETING.subject
    assert message["Content-Language"] == "id"
    assert message["Message-ID"].endswith("@example.org>")
    assert message.get_body(("plain",)).get_content().splitlines() == ["Yth. Ibu Siti,"]
    assert message.get_body(("html",)).get_content().strip() == GREETING.html


def test_a_mail_that_the_server_refuses_is_tried_again_as_the_same_mail(
    engine, now, letterbox
) -> None:
    box, mailer = letterbox
    box.refusal = "451 later, please"
    send(engine, GREETING, now)
    assert deliver(engine, mailer, now) == Ran(failed=1)
    box.refusal = None
    assert deliver(engine, mailer, now + timedelta(minutes=1)) == Ran(done=1)
    assert len(box.messages) == 1


def test_a_mail_is_not_sent_when_what_it_tells_of_did_not_happen(engine, now, tmp_path) -> None:
    def regret(session: Session) -> None:
        send_mail(session, GREETING, now)
        raise KeyError("regret")

    with pytest.raises(KeyError):
        in_unit_of_work(engine, regret)
    assert deliver(engine, FileMailer(tmp_path), now) == Ran()


def test_without_a_server_mail_is_a_file(engine, now, tmp_path) -> None:
    folder = tmp_path / "mail"
    send(engine, GREETING, now)
    assert deliver(engine, FileMailer(folder), now) == Ran(done=1)
    (file,) = folder.iterdir()
    assert file.suffix == ".eml"
    parsed = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert parsed["Subject"] == GREETING.subject


def test_one_key_is_one_mail(engine, now, tmp_path: Path) -> None:
    assert send(engine, GREETING, now, "welcome 1") == send(engine, GREETING, now, "welcome 1")
    deliver(engine, FileMailer(tmp_path), now)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "mail",
    [
        Mail("siti@example.org\nBcc: x@example.org", "Halo", ""),
        Mail("siti@example.org", "Halo\r\nBcc: x@example.org", ""),
        Mail("siti@example.org, x@example.org", "Halo", ""),
        Mail("siti", "Halo", ""),
        Mail("", "Halo", ""),
    ],
)
def test_nothing_typed_becomes_a_header(engine, now, mail) -> None:
    with pytest.raises(MailUnsendable):
        send(engine, mail, now)
