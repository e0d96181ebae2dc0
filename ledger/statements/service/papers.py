"""Statements as PDF: drawn once in each language, kept, and attested in the next seal."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.errors import NoSuchStatement, StatementChanged
from ledger.statements.model import StatementPdf
from ledger.statements.queries.papers import Drawn, Paper, drawn_pdf, paper
from ledger.statements.rules.months import Month
from ledger.statements.service.attesting import attest_pdf
from ledger.statements.service.drawing import draw
from ledger.text.speaker import Speaker


def check_address(public_url: str, fingerprint: str) -> str:
    """The address of the page that checks the statement with this fingerprint, in hex."""
    return f"{public_url}/verify?fingerprint={fingerprint}"


def pdf_of(
    engine: Engine,
    community: CommunityView,
    account: int,
    month: Month,
    language: str,
    public_url: str,
    now: datetime,
) -> bytes:
    """The statement as PDF: the bytes that were kept, or drawn now and kept from now on.

    It is drawn outside of a transaction. Raises `NoSuchStatement`, `StatementChanged` and
    `NoPdfHere`.
    """
    kept, found = in_unit_of_work(
        engine,
        lambda db: (
            drawn_pdf(db, community.id, account, month, language),
            paper(db, community, account, month),
        ),
        write=False,
    )
    if kept is None or kept.content is None:
        content = drawn(found, language, public_url)
        kept = in_unit_of_work(
            engine, lambda db: keep(db, community.id, account, month, language, content, now)
        )
    return whole(kept)


def drawn(found: Paper | None, language: str, public_url: str) -> bytes:
    """Draw a statement. Raises `NoSuchStatement`, `StatementChanged` and `NoPdfHere`."""
    if found is None:
        raise NoSuchStatement
    if not found.is_genuine:
        raise StatementChanged
    speaker = Speaker(language, found.statement.zone)
    return draw(found, speaker, check_address(public_url, found.extract.fingerprint))


def keep(
    session: Session,
    community_id: int,
    account: int,
    month: Month,
    language: str,
    content: bytes,
    now: datetime,
) -> Drawn:
    """Keep a drawn PDF and attest it, unless another was faster; return what is kept."""
    journal.lock_book(session, community_id)
    kept = drawn_pdf(session, community_id, account, month, language)
    if kept is not None and kept.content is not None:
        return kept
    made = Drawn(kept.version + 1 if kept else 1, hashlib.sha256(content).digest(), content)
    session.add(
        StatementPdf(
            community_id=community_id,
            month=month.key,
            account=account,
            language=language,
            version=made.version,
            digest=made.digest,
            content=content,
            drawn_at=now,
        )
    )
    session.flush()
    attest_pdf(session, community_id, account, month, made.digest, now)
    return made


def whole(kept: Drawn) -> bytes:
    """The bytes, if they are still those that were attested. Raises `StatementChanged`."""
    if kept.content is None or hashlib.sha256(kept.content).digest() != kept.digest:
        raise StatementChanged
    return kept.content
