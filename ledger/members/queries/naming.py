"""What people call cells by in a field: a number, a name, or a part of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from ledger.kernel.names import folded
from ledger.kernel.units import read_number
from ledger.members.model import Cell
from ledger.members.queries.communities import (
    CellView,
    CommunityView,
    as_cell,
)

MOST_FOUND = 12
"""How many cells a search answers with: more make nobody's choice easier."""


def search_cells(
    session: Session, where: CommunityView, text: str, limit: int = MOST_FOUND
) -> list[CellView]:
    """Cells that `text` names: by number, as `"SB003 Setia Sejahtera"`, or by part of the name.

    The number and the whole name come alone; parts of names give several.
    """
    return named_cells(session, where, [text], limit)[text]


def named_cells(
    session: Session, where: CommunityView, texts: Iterable[str], limit: int = MOST_FOUND
) -> dict[str, list[CellView]]:
    """`search_cells` for many texts, in as many statements as for one."""
    sought = {text: (read_own(where.code, text), folded(text)) for text in texts}
    found = {text: list[CellView]() for text in sought}
    rows = _whole(session, where, sought.values())
    for text, (number, name) in sought.items():
        by_number = [row for row in rows if row.number == number]
        by_name = [row for row in rows if name and row.search_name == name]
        found[text] = [as_cell(row, where.code) for row in by_number or by_name]
    parts = {sought[text][1] for text, cells in found.items() if not cells} - {""}
    parted = _parted(session, where, sorted(parts), limit)
    return {text: cells or parted.get(sought[text][1], []) for text, cells in found.items()}


def read_own(code: str, text: str) -> int | None:
    """The number that `text` begins with, if it is one of this community's."""
    words = text.split()
    return read_number(code, words[0]) if words else None


def _whole(
    session: Session, where: CommunityView, sought: Iterable[tuple[int | None, str]]
) -> Sequence[Cell]:
    """The cells of these numbers or of just these names, by number."""
    numbers = {number for number, _ in sought if number is not None}
    names = {name for _, name in sought if name}
    if not numbers and not names:
        return ()
    named = or_(Cell.number.in_(sorted(numbers)), Cell.search_name.in_(sorted(names)))
    own = select(Cell).where(Cell.community_id == where.id, named)
    return session.scalars(own.order_by(Cell.number)).all()


def _parted(
    session: Session, where: CommunityView, parts: Sequence[str], limit: int
) -> dict[str, list[CellView]]:
    """By each part, the first cells with it in their name."""
    if not parts:
        return {}
    each = (_first_with(where, place, part, limit) for place, part in enumerate(parts))
    fitting = union_all(*each).subquery()
    rows = session.execute(
        select(fitting.c.place, Cell)
        .join(Cell, Cell.number == fitting.c.number)
        .where(Cell.community_id == where.id)
        .order_by(Cell.number)
    )
    found: dict[str, list[CellView]] = {}
    for place, row in rows:
        found.setdefault(parts[place], []).append(as_cell(row, where.code))
    return found


def _first_with(where: CommunityView, place: int, part: str, limit: int) -> Select[int, int]:
    fitting = (
        select(Cell.number)
        .where(Cell.community_id == where.id, Cell.search_name.contains(part, autoescape=True))
        .order_by(Cell.number)
        .limit(limit)
        .subquery()
    )
    return select(literal(place).label("place"), fitting.c.number)
