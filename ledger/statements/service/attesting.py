"""What is handed to the next seal after a closing, and what is erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, update
from sqlalchemy.orm import Session

from ledger.jobs.service import Handlers, Payload
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.statements.errors import NoSuchStatement
from ledger.statements.model import (
    AttestedPdf,
    ClosingLine,
    FrozenName,
    StatementObjection,
    StatementObjectionEvent,
    StatementPdf,
)
from ledger.statements.rules.months import Month
from ledger.trades import service as trades


def attest_pdf(
    session: Session, community_id: int, account: int, month: Month, digest: bytes, now: datetime
) -> None:
    """Attest a statement's PDF by its SHA-256, once; from then on it is listed with the roots.

    Raises `NoSuchStatement` where the month of the account was not closed.
    """
    if session.get(ClosingLine, (community_id, month.key, account)) is None:
        raise NoSuchStatement
    journal.lock_book(session, community_id)
    if session.get(AttestedPdf, (community_id, digest)) is not None:
        return
    session.add(
        AttestedPdf(
            community_id=community_id,
            digest=digest,
            month=month.key,
            account=account,
            attested_at=now,
            attestation=journal.attest(session, community_id, "statement-pdf", digest, now),
        )
    )
    session.flush()


def job_handlers() -> Handlers:
    """Who does this room's due work.

    `cell_left` is the trades' own, and what follows from it here: both happen or neither.
    """
    return {"cell_left": _cell_left}


def _cell_left(session: Session, payload: Payload, now: datetime) -> None:
    trades.cell_left(session, payload, now)
    community_id, number = payload["community"], payload["cell"]
    if payload["erase"] and isinstance(community_id, int) and isinstance(number, int):
        erase_names(session, community_id, number)
        erase_objections(session, community_id, number)


def erase_objections(session: Session, community_id: int, account: int) -> None:
    """Erase what a cell's people said against its statements; answers and their days stay."""
    of_cell = exists().where(
        StatementObjection.id == StatementObjectionEvent.objection_id,
        StatementObjection.person_id == StatementObjectionEvent.person_id,
        StatementObjection.community_id == community_id,
        StatementObjection.account == account,
    )
    session.execute(update(StatementObjectionEvent).where(of_cell).values(words=""))


def erase_names(session: Session, community_id: int, account: int) -> None:
    """Erase the names that a cell's statements and its counterparts' stand on, also on paper.

    Their digests stay, so every proof still holds.
    """
    session.execute(
        update(FrozenName)
        .where(FrozenName.community_id == community_id, FrozenName.account == account)
        .values(name=None, salt=None)
    )
    erase_pdfs(session, community_id, account)


def erase_pdfs(session: Session, community_id: int, account: int) -> None:
    """Erase the bytes of every PDF that names a cell: its own, and those of its partners.

    They are drawn anew, without the name, when somebody asks for them next.
    """
    named = books.partners(session, community_id, account)
    session.execute(
        update(StatementPdf)
        .where(StatementPdf.community_id == community_id)
        .where(StatementPdf.account.in_({account, *named}), StatementPdf.content.is_not(None))
        .values(content=None)
    )
