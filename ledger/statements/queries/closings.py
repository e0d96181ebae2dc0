"""Closings as they stand in the chain, and their lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.kernel.clock import to_micros
from ledger.kernel.units import Unit
from ledger.members.queries import CommunityView
from ledger.statements.model import Closing, ClosingLine
from ledger.statements.rules.document import SealRef
from ledger.statements.rules.months import Month, month_kept
from ledger.statements.rules.proofs import ClosingHead, Line, sheet_digest
from ledger.statements.rules.sheet import Sheet, read_sheet


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A frozen month. `seal` is the last one before it, `attestation` its own for the next."""

    head: ClosingHead
    hash: bytes
    closed_at: datetime
    zone: str
    unit: Unit
    sheet: Sheet
    sheet_salt: bytes
    seal: SealRef | None
    attestation: int

    @property
    def month(self) -> Month:
        """The month that was closed."""
        return self.head.month


@dataclass(frozen=True, slots=True)
class LineView:
    """What an account's month came to, for a list of statements. Figures in smallest parts."""

    month: Month
    account: int
    opening: int
    received: int
    sent: int
    closing: int
    digest: bytes
    closed_at: datetime


def closings(session: Session, community: CommunityView) -> list[ClosingView]:
    """Every closing of a community, the newest first."""
    rows = session.scalars(_of(community).order_by(Closing.month.desc()))
    return [view(row, community.code) for row in rows]


def closing(session: Session, community: CommunityView, month: Month) -> ClosingView | None:
    """The closing of a month, or None."""
    row = session.get(Closing, (community.id, month.key))
    return view(row, community.code) if row else None


def latest(session: Session, community: CommunityView) -> ClosingView | None:
    """The newest closing, or None before the first."""
    row = session.scalar(_of(community).order_by(Closing.month.desc()).limit(1))
    return view(row, community.code) if row else None


def lines(session: Session, community_id: int, month: Month) -> Iterator[Line]:
    """Every line of a closing as it is under the root, in the order of the tree."""
    rows = session.execute(
        select(
            ClosingLine.account,
            ClosingLine.opening,
            ClosingLine.debits,
            ClosingLine.credits,
            ClosingLine.closing,
            ClosingLine.last_seq,
            ClosingLine.digest,
            ClosingLine.salt,
        )
        .where(ClosingLine.community_id == community_id, ClosingLine.month == month.key)
        .order_by(ClosingLine.place)
    )
    for row in rows:
        yield Line(*row)


def statements_of(session: Session, community_id: int, account: int) -> list[LineView]:
    """The months of an account that were closed, the newest first."""
    return _line_views(
        session, (ClosingLine.community_id == community_id) & (ClosingLine.account == account)
    )


def statements_in(session: Session, community_id: int, month: Month) -> list[LineView]:
    """Every account of a closing, by number: for mailing and printing all of them."""
    return _line_views(
        session, (ClosingLine.community_id == community_id) & (ClosingLine.month == month.key)
    )


def count_lines(session: Session, community_id: int, month: Month) -> int:
    """How many accounts a closing has."""
    counted = select(func.count()).where(
        ClosingLine.community_id == community_id, ClosingLine.month == month.key
    )
    return session.scalar(counted) or 0


def count_movements(session: Session, community_id: int, account: int, month: Month) -> int | None:
    """How many movements an account's statement has; None where there is none."""
    line = session.get(ClosingLine, (community_id, month.key, account))
    before = session.get(ClosingLine, (community_id, month.previous.key, account))
    return line.last_seq - (before.last_seq if before else 0) if line else None


def view(row: Closing, code: str) -> ClosingView:
    """The row as pages and proofs see it."""
    kept = json.loads(row.sheet)
    head = ClosingHead(
        community=code,
        month=month_kept(row.month),
        number=row.number,
        start=to_micros(row.starts_at),
        end=to_micros(row.ends_at),
        leaves=row.leaves,
        root=row.root,
        previous=row.previous,
        sheet=sheet_digest(kept, row.sheet_salt),
    )
    seal = None
    if row.seal_number is not None and row.seal_hash is not None:
        seal = SealRef(row.seal_number, row.seal_hash)
    return ClosingView(
        head,
        row.hash,
        row.closed_at,
        row.zone,
        Unit(**json.loads(row.unit)),
        read_sheet(kept),
        row.sheet_salt,
        seal,
        row.attestation,
    )


def _of(community: CommunityView) -> Select[Closing]:
    return select(Closing).where(Closing.community_id == community.id)


def _line_views(session: Session, which: object) -> list[LineView]:
    rows = session.execute(
        select(ClosingLine, Closing.closed_at)
        .join(
            Closing,
            (Closing.community_id == ClosingLine.community_id)
            & (Closing.month == ClosingLine.month),
        )
        .where(which)  # type: ignore[arg-type]
        .order_by(ClosingLine.month.desc(), ClosingLine.account)
    )
    return [
        LineView(
            month_kept(row.month),
            row.account,
            row.opening,
            row.credits,
            row.debits,
            row.closing,
            row.digest,
            closed_at,
        )
        for row, closed_at in rows
    ]
