"""Closing a month: cut it off, compose every statement from one snapshot, write the lines.

Three transactions, so that payments go on meanwhile: the cut-off is short, the snapshot
only reads, and the last one writes what is ready. Breaking off between them leaves
nothing half done: the next run begins again, and the month stays shut all the while.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel.clock import to_micros
from ledger.kernel.merkle import canonical, merkle_root
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_snapshot, in_unit_of_work
from ledger.statements import queries
from ledger.statements.errors import MonthNotOver
from ledger.statements.model import Closing, ClosingLine, FrozenName
from ledger.statements.queries import ClosingView
from ledger.statements.rules.composing import Frame
from ledger.statements.rules.months import Month, month_at
from ledger.statements.rules.proofs import SALT_BYTES, ClosingHead, sheet_digest
from ledger.statements.service.drafting import (
    Decided,
    Draft,
    Progress,
    draft_closing,
    limits_decided,
)

_log = logging.getLogger(__name__)

_ROWS = 1_000


def _keep_quiet(_postings: int) -> None:
    """Nobody watches the progress."""


def next_month(session: Session, community: CommunityView) -> Month | None:
    """The month to be closed next; None while nothing was ever booked.

    The first is that of the oldest entry: an empty community closes nothing, so that the
    books of before can still be taken over.
    """
    last = queries.latest(session, community)
    if last is not None:
        return last.month.next
    first = books.first_booked(session, community.id)
    return month_at(first, community.zone) if first else None


def close_month(
    engine: Engine,
    community: CommunityView,
    month: Month,
    now: datetime,
    progress: Progress = _keep_quiet,
    decided: Decided = limits_decided,
) -> ClosingView:
    """Close a month, once: closing it again gives the same closing.

    It waits for nobody: of slips that are objected to it notes how many there were.

    Raises `MonthNotOver` for one that is not the next or not over yet.
    """
    found = in_unit_of_work(engine, lambda s: _shut(s, community, month, now))
    if found is not None:
        return found
    draft = in_snapshot(engine, lambda s: draft_closing(s, community, month, progress, decided))
    return in_unit_of_work(engine, lambda s: _write(s, community, draft, now))


def close_due(
    engine: Engine,
    now: datetime,
    progress: Progress = _keep_quiet,
    decided: Decided = limits_decided,
) -> int:
    """Close every month of every community that is over; return how many were closed."""
    made = 0
    for community in in_unit_of_work(engine, members.communities, write=False):
        try:
            made += close_community(engine, community, now, progress, decided)
        except Exception:  # noqa: BLE001 - one community must not keep the others open
            _log.warning("closing %s failed", community.code, exc_info=True)
    return made


def close_community(
    engine: Engine,
    community: CommunityView,
    now: datetime,
    progress: Progress = _keep_quiet,
    decided: Decided = limits_decided,
) -> int:
    """Close every month of one community that is over; return how many were closed."""
    made = 0
    while (month := _due(engine, community, now)) is not None:
        close_month(engine, community, month, now, progress, decided)
        made += 1
    return made


def _due(engine: Engine, community: CommunityView, now: datetime) -> Month | None:
    month = in_unit_of_work(engine, lambda s: next_month(s, community), write=False)
    return month if month is not None and month.ends(community.zone) <= now else None


def _shut(
    session: Session, community: CommunityView, month: Month, now: datetime
) -> ClosingView | None:
    """Let nothing be booked into the month any more, or find that it was closed before."""
    journal.lock_book(session, community.id)
    closed = queries.closing(session, community, month)
    if closed is None:
        end = month.ends(community.zone)
        if month != next_month(session, community) or end > now:
            raise MonthNotOver(month=month)
        journal.cut_off(session, community.id, end, now)
    return closed


def _write(session: Session, community: CommunityView, draft: Draft, now: datetime) -> ClosingView:
    """Write the closing and have the next seal attest it; another may have been faster."""
    journal.lock_book(session, community.id)
    frame = draft.frame
    closed = queries.closing(session, community, frame.month)
    if closed is not None:
        return closed
    salt = secrets.token_bytes(SALT_BYTES)
    head = ClosingHead(
        community.code,
        frame.month,
        draft.number,
        to_micros(frame.start),
        to_micros(frame.end),
        len(draft.leaves),
        merkle_root(draft.leaves),
        draft.previous,
        sheet_digest(draft.sheet, salt),
    )
    attestation = journal.attest(session, community.id, "closing", head.hash(), now)
    session.add(_closing(community, frame, head, draft.sheet, salt, attestation, now))
    session.flush()
    if draft.names.fresh:
        session.execute(insert(FrozenName), draft.names.fresh)
    place = {"community_id": community.id, "month": frame.month.key}
    for start in range(0, len(draft.rows), _ROWS):
        some = [place | row for row in draft.rows[start : start + _ROWS]]
        session.execute(insert(ClosingLine), some)
    written = queries.closing(session, community, frame.month)
    if written is None:
        raise LookupError("the closing was written and is not there")
    return written


def _closing(
    community: CommunityView,
    frame: Frame,
    head: ClosingHead,
    sheet: dict[str, object],
    salt: bytes,
    attestation: int,
    now: datetime,
) -> Closing:
    return Closing(
        community_id=community.id,
        month=frame.month.key,
        number=head.number,
        starts_at=frame.start,
        ends_at=frame.end,
        closed_at=now,
        zone=frame.zone,
        unit=canonical(
            {
                "name": frame.unit.name,
                "symbol": frame.unit.symbol,
                "scale": frame.unit.scale,
                "export_code": frame.unit.export_code,
            }
        ).decode(),
        leaves=head.leaves,
        root=head.root,
        previous=head.previous,
        hash=head.hash(),
        sheet=canonical(sheet).decode(),
        sheet_salt=salt,
        seal_number=frame.seal.number if frame.seal else None,
        seal_hash=frame.seal.hash if frame.seal else None,
        attestation=attestation,
    )
