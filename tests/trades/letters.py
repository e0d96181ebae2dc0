"""The mail that due work of trades sends, as its readers see it."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.identity.service import Register, register
from ledger.jobs.model import Job
from ledger.jobs.service import FileMailer, Outside, mail_handler, run_due
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.service import job_handlers
from tests.communities import ACommunity

SITE = "https://simpul.example.org"


class Letters:
    """Runs the due work of a community and reads the mail it sends."""

    def __init__(self, community: ACommunity, folder: Path) -> None:
        self.community = community
        self.folder = folder
        mailer = Outside(mail_handler(FileMailer(folder), "simpul@example.org"))
        self.handlers = {**job_handlers(SITE), "mail": mailer}

    def read(self, community: ACommunity | None = None) -> list[tuple[str, str, str]]:
        """Recipient, subject and text of what is sent now, by recipient."""
        now = (community or self.community).now
        while run_due(self.community.engine, self.handlers, now).done:
            pass
        found = []
        for file in self.folder.glob("*.eml"):
            message = message_from_bytes(file.read_bytes(), policy=default)
            body = message.get_body()
            assert body is not None
            found.append((message["To"], message["Subject"], body.get_content()))
            file.unlink()
        with Session(self.community.engine) as session:
            assert session.scalar(select(Job.last_error).where(Job.last_error.is_not(None))) is None
        return sorted(found)


def let_in(community: ACommunity, cell: members.Acting, name: str, kind: str, lang: str) -> int:
    """Let somebody of this name, with mail in this language, act for the cell."""

    def work(session: Session) -> int:
        command = Register(name, email=f"{name.lower()}@example.org", language=lang)
        person = register(session, command, community.now)
        membership.let_act_for(
            session, community.view.id, cell.account, person, kind, community.now
        )
        return person

    return in_unit_of_work(community.engine, work)
