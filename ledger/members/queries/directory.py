"""The list of members: searched, page by page, with balances as far as one may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel.names import folded
from ledger.members.model import Cell
from ledger.members.queries.belonging import Standing
from ledger.members.queries.communities import (
    CellView,
    CommunityView,
    as_cell,
)
from ledger.members.queries.naming import read_own
from ledger.members.queries.offices import freezes_over, transparency


@dataclass(frozen=True, slots=True)
class Member:
    """A cell in the list; `balance` is None where the reader may not see it."""

    cell: CellView
    balance: int | None
    status: str


@dataclass(frozen=True, slots=True)
class Directory:
    """A page of the list of members. `total` counts all that fit; `pages` from 1."""

    members: tuple[Member, ...]
    total: int
    page: int
    pages: int


def directory(
    session: Session,
    where: CommunityView,
    reader: Standing | None,
    text: str,
    page: int,
    now: datetime,
    *,
    per_page: int = 30,
    left: bool = False,
) -> Directory:
    """The cells that `text` fits by name, number, work, element or place; all for no text.

    `reader` is who looks, None for the public. With `left` those that have left the
    community, else those that have not.
    """
    fitting = _fitting(where, text, left=left)
    total = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    pages = max(-(-total // per_page), 1)
    page = min(max(page, 1), pages)
    rows = session.scalars(
        fitting.order_by(Cell.search_name, Cell.number)
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    return Directory(_members(session, where, reader, rows, now), total, page, pages)


def all_members(
    session: Session, standing: Standing, text: str, now: datetime, *, left: bool = False
) -> tuple[Member, ...]:
    """All cells that `text` fits, by number."""
    fitting = _fitting(standing.community, text, left=left)
    rows = session.scalars(fitting.order_by(Cell.number)).all()
    return _members(session, standing.community, standing, rows, now)


def balances_seen(
    session: Session, where: CommunityView, reader: Standing | None
) -> Collection[int] | None:
    """The numbers of the cells whose balances `reader` may see; None for all."""
    level = transparency(session, where.id).level
    if level == "everyone" or (reader and (level == "members" or "auditor" in reader.roles)):
        return None
    return frozenset(cell.number for cell in reader.cells) if reader else frozenset()


def _fitting(where: CommunityView, text: str, *, left: bool) -> Select[Cell]:
    gone = Cell.left_at.is_not(None) if left else Cell.left_at.is_(None)
    found = select(Cell).where(Cell.community_id == where.id, gone)
    return found.where(_fits(where, text)) if folded(text) else found


def _fits(where: CommunityView, text: str) -> ColumnElement[bool]:
    number = read_own(where.code, text)
    columns = (Cell.line_of_business, Cell.locality, Cell.province, Cell.activity, Cell.elements)
    return or_(
        Cell.search_name.contains(folded(text), autoescape=True),
        *(column.icontains(text.strip(), autoescape=True) for column in columns),
        *([Cell.number == number] if number is not None else []),
    )


def _members(
    session: Session,
    where: CommunityView,
    reader: Standing | None,
    rows: Sequence[Cell],
    now: datetime,
) -> tuple[Member, ...]:
    accounts = books.accounts_by_number(session, where.id, [row.number for row in rows])
    seen, free = balances_seen(session, where, reader), freezes_over(session, where.id, now)
    return tuple(
        Member(
            as_cell(row, where.code),
            accounts[row.number].balance if seen is None or row.number in seen else None,
            _status(accounts[row.number], free),
        )
        for row in rows
    )


def _status(account: books.Account, free: Set[int]) -> str:
    """The account's status; a freeze that is over by itself freezes no more."""
    is_free = account.status == "frozen" and account.number in free
    return "open" if is_free else account.status
