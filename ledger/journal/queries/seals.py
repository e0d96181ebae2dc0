"""Seals, and which of them covers what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ledger.journal import model
from ledger.journal.rules.seals import seal_hash
from ledger.kernel.clock import to_micros


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain; `hash` is what the next seal names as its previous."""

    number: int
    root: bytes
    previous: bytes
    leaves: int
    sealed_at: datetime
    hash: bytes


def seal_over(session: Session, community_id: int, entry_id: int) -> Seal | None:
    """The seal that covers an entry, or None while it waits for one."""
    return _seals_over(session, community_id, "entry", [entry_id]).get(entry_id)


def seal_over_attestation(session: Session, community_id: int, number: int) -> Seal | None:
    """The seal that covers an attestation, or None while it waits for one."""
    return seals_over_attestations(session, community_id, [number]).get(number)


def seals_over_attestations(
    session: Session, community_id: int, numbers: Collection[int]
) -> dict[int, Seal]:
    """The seal that covers each attestation, by its number; those that wait are left out."""
    return _seals_over(session, community_id, "attestation", numbers)


def head(session: Session, community_id: int) -> Seal | None:
    """The newest seal, or None before the first."""
    row = session.scalar(
        select(model.SealRow)
        .where(model.SealRow.community_id == community_id)
        .order_by(model.SealRow.number.desc())
        .limit(1)
    )
    return None if row is None else _as_seal(row)


def seals(session: Session, community_id: int, *, after: int, limit: int = 1000) -> list[Seal]:
    """The first `limit` seals past number `after`, in their order."""
    rows = session.scalars(
        select(model.SealRow)
        .where(model.SealRow.community_id == community_id, model.SealRow.number > after)
        .order_by(model.SealRow.number)
        .limit(limit)
    )
    return [_as_seal(row) for row in rows]


def first_seal_from(session: Session, community_id: int, start: datetime) -> Seal | None:
    """The first seal made at `start` or later, or None while there is none."""
    row = session.scalar(
        select(model.SealRow)
        .where(model.SealRow.community_id == community_id, model.SealRow.sealed_at >= start)
        .order_by(model.SealRow.number)
        .limit(1)
    )
    return None if row is None else _as_seal(row)


def _seals_over(
    session: Session, community_id: int, kind: str, numbers: Collection[int]
) -> dict[int, Seal]:
    sealed = model.Sealed
    rows = session.execute(
        select(sealed.number, model.SealRow)
        .join(
            model.SealRow,
            and_(
                model.SealRow.community_id == sealed.community_id,
                model.SealRow.number == sealed.seal,
            ),
        )
        .where(sealed.community_id == community_id, sealed.kind == kind)
        .where(sealed.account == 0, sealed.number.in_(numbers))
    )
    return {number: _as_seal(row) for number, row in rows}


def _as_seal(row: model.SealRow) -> Seal:
    return Seal(
        row.number,
        row.root,
        row.previous,
        row.leaves,
        row.sealed_at,
        seal_hash(
            community=row.community_id,
            number=row.number,
            root=row.root,
            previous=row.previous,
            leaves=row.leaves,
            sealed_at=to_micros(row.sealed_at),
        ),
    )
