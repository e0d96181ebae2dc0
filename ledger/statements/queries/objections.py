"""Objections to statements, for the cell that objected and for who serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.journal import queries as books
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.statements.errors import NoSuchObjection
from ledger.statements.model import ClosingLine, StatementObjection, StatementObjectionEvent
from ledger.statements.rules.months import Month, month_kept
from ledger.statements.rules.objections import State


@dataclass(frozen=True, slots=True)
class Happening:
    """What was done to an objection. `reversal` is the entry an answer points to."""

    event: str
    name: str
    at: datetime
    words: str
    reversal: int | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection with the cell's present name. `seq` None: to the whole statement."""

    id: int
    month: Month
    account: int
    cell: str
    seq: int | None
    entry: int | None
    state: State
    opened_at: datetime
    happened: tuple[Happening, ...]


def objections_of(session: Session, community: CommunityView, account: int) -> list[ObjectionView]:
    """Those of a cell, the newest first."""
    return _views(session, community, StatementObjection.account == account, 100)


def objections_in(
    session: Session, community: CommunityView, *, limit: int = 200
) -> list[ObjectionView]:
    """Those of a community: what waits for an answer first, then the newest."""
    return _views(session, community, StatementObjection.id > 0, limit)


def count_open(session: Session, community_id: int) -> int:
    """How many wait for an answer."""
    counted = select(func.count()).where(
        StatementObjection.community_id == community_id, StatementObjection.state == State.OPEN
    )
    return session.scalar(counted) or 0


def objection(
    session: Session, community: CommunityView, number: int, account: int | None = None
) -> ObjectionView:
    """One of a community, or of a cell of it. Raises `NoSuchObjection`."""
    which = StatementObjection.id == number
    if account is not None:
        which &= StatementObjection.account == account
    found = _views(session, community, which, 1)
    if not found:
        raise NoSuchObjection
    return found[0]


def entry_of(session: Session, community_id: int, account: int, month: Month, seq: int) -> int:
    """The entry behind a movement of a closed month. Raises `LookupError`."""
    line = session.get(ClosingLine, (community_id, month.key, account))
    if line is None or seq > line.last_seq:
        raise LookupError(f"no movement {seq} of account {account} in {month}")
    laid = next(books.laid_between(session, community_id, account, seq - 1, seq))
    return laid.entry_id


def _views(
    session: Session, community: CommunityView, which: ColumnElement[bool], limit: int
) -> list[ObjectionView]:
    rows = session.scalars(
        select(StatementObjection)
        .where(StatementObjection.community_id == community.id, which)
        .order_by(
            case((StatementObjection.state == State.OPEN, 0), else_=1),
            StatementObjection.id.desc(),
        )
        .limit(limit)
    ).all()
    happened = _happened(session, rows)
    names = members.names_by_number(session, community.id, {row.account for row in rows})
    places = [(row.account, row.seq) for row in rows if row.seq is not None]
    entries = books.entries_at(session, community.id, places) if places else {}
    return [_view(row, names, entries, happened.get(row.id, ())) for row in rows]


def _view(
    row: StatementObjection,
    names: dict[int, str],
    entries: dict[tuple[int, int], int],
    happened: Sequence[Happening],
) -> ObjectionView:
    entry = None if row.seq is None else entries[row.account, row.seq]
    return ObjectionView(
        row.id,
        month_kept(row.month),
        row.account,
        names.get(row.account, ""),
        row.seq,
        entry,
        State(row.state),
        row.opened_at,
        tuple(happened),
    )


def _happened(session: Session, rows: Sequence[StatementObjection]) -> dict[int, list[Happening]]:
    event = StatementObjectionEvent
    found = session.scalars(
        select(event)
        .where(event.objection_id.in_([row.id for row in rows]))
        .order_by(event.objection_id, event.number)
    ).all()
    people = identity.names_of(session, {one.person_id for one in found})
    by_objection: dict[int, list[Happening]] = {}
    for one in found:
        by_objection.setdefault(one.objection_id, []).append(
            Happening(one.event, people.get(one.person_id, ""), one.at, one.words, one.reversal)
        )
    return by_objection
