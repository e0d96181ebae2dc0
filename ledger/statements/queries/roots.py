"""The public file of roots, the list of all lines, and what a fingerprint is known as."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel.merkle import canonical
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.statements.model import AttestedPdf, Closing, ClosingLine
from ledger.statements.queries.closings import ClosingView, closing, closings, lines
from ledger.statements.rules.months import Month, month_kept


@dataclass(frozen=True, slots=True)
class Known:
    """What a fingerprint stands for: whose month, and whether it is the JSON's or a PDF's.

    `account` is None for that of a whole closing.
    """

    community: CommunityView
    account: int | None
    month: Month
    is_pdf: bool


def roots(session: Session, community: CommunityView) -> dict[str, object]:
    """The public file of roots, oldest first. It names no account and no figure."""
    pdfs, closed = _pdfs(session, community.id), closings(session, community)
    seals = books.seals_over_attestations(
        session, community.id, [one.attestation for one in closed]
    )
    return {
        "format": "simpul-roots/1",
        "community": community.code,
        "name": community.name,
        "closings": [
            {
                "closing": one.head.to_document(),
                "hash": one.hash.hex(),
                "seal": _seal(seals.get(one.attestation)),
                "pdfs": pdfs.get(one.month, []),
            }
            for one in reversed(closed)
        ],
    }


def roots_file(session: Session, community: CommunityView) -> bytes:
    """The public file of roots as it is downloaded."""
    return canonical(roots(session, community))


def lines_file(session: Session, community: CommunityView, month: Month) -> bytes | None:
    """All lines of a closing with their salts, so that anyone who may see them recounts it.

    None where the month was not closed.
    """
    closed = closing(session, community, month)
    return None if closed is None else canonical(_lines_document(session, community.id, closed))


def seal_of(session: Session, community_id: int, closed: ClosingView) -> books.Seal | None:
    """The seal that covers a closing; None while it waits for one."""
    return books.seal_over_attestation(session, community_id, closed.attestation)


def known(session: Session, fingerprint: bytes) -> Known | None:
    """What is known by a fingerprint in any community of this installation; None for nothing."""
    closed = session.scalar(select(Closing).where(Closing.hash == fingerprint))
    if closed is not None:
        return _known(session, closed.community_id, None, closed.month)
    line = session.execute(
        select(ClosingLine.community_id, ClosingLine.account, ClosingLine.month)
        .where(ClosingLine.digest == fingerprint)
        .limit(1)
    ).one_or_none()
    pdf = session.execute(
        select(AttestedPdf.community_id, AttestedPdf.account, AttestedPdf.month)
        .where(AttestedPdf.digest == fingerprint)
        .limit(1)
    ).one_or_none()
    found = line or pdf
    return _known(session, *found, is_pdf=line is None) if found else None


def _known(
    session: Session, community_id: int, account: int | None, month: int, *, is_pdf: bool = False
) -> Known | None:
    community = members.community(session, community_id)
    return Known(community, account, month_kept(month), is_pdf) if community else None


def _lines_document(session: Session, community_id: int, closed: ClosingView) -> dict[str, object]:
    found = []
    for line in lines(session, community_id, closed.month):
        fields = line.to_document()
        fields.pop("kind")
        found.append(fields)
    return {
        "format": "simpul-lines/1",
        "closing": closed.head.to_document(),
        "hash": closed.hash.hex(),
        "sheet": closed.sheet.to_document(),
        "sheet_salt": closed.sheet_salt.hex(),
        "lines": found,
    }


def _pdfs(session: Session, community_id: int) -> dict[Month, list[str]]:
    """The digests of PDFs by month; in the order of the digests, so that it tells nothing."""
    rows = session.execute(
        select(AttestedPdf.month, AttestedPdf.digest)
        .where(AttestedPdf.community_id == community_id)
        .order_by(AttestedPdf.digest)
    )
    found: dict[Month, list[str]] = {}
    for month, digest in rows:
        found.setdefault(month_kept(month), []).append(digest.hex())
    return found


def _seal(seal: books.Seal | None) -> dict[str, object] | None:
    return {"number": seal.number, "hash": seal.hash.hex()} if seal else None
