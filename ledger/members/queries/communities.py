"""Communities, their cells and their funds, as pages and other rooms see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, func, select, union_all
from sqlalchemy.orm import Session

from ledger.kernel.units import Unit, shown_number
from ledger.members.model import Cell, Community, Fund, InheritedFund


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A community. `zone` names its time zone; the founding limits are in smallest parts."""

    id: int
    code: str
    name: str
    place: str
    unit: Unit
    zone: str
    language: str
    founding_floor: int
    founding_ceiling: int | None


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as other members may see it: contacts only where it consented."""

    number: int
    shown: str
    name: str
    elements: tuple[str, ...]
    line_of_business: str | None
    locality: str | None
    province: str | None
    email: str | None
    phone: str | None
    joined_on: date
    activity: str | None = None


@dataclass(frozen=True, slots=True)
class FundView:
    """An account of the community itself; `authority` is `import`, `founding` or `decision:7`."""

    number: int
    purpose: str
    name: str
    authority: str = "import"


def communities(session: Session) -> list[CommunityView]:
    """Every community of this installation, by name."""
    rows = session.scalars(select(Community).order_by(Community.name))
    return [as_community(row) for row in rows]


def community_by_code(session: Session, code: str) -> CommunityView | None:
    """The community with this code, or None."""
    found = session.scalar(select(Community).where(Community.code == code))
    return as_community(found) if found else None


def community(session: Session, community_id: int) -> CommunityView | None:
    """The community with this id, or None."""
    found = session.get(Community, community_id)
    return as_community(found) if found else None


def words_of(community: CommunityView) -> list[str]:
    """The words that everybody in a community knows."""
    return [community.name, community.code, community.place, community.unit.name]


def cell(session: Session, where: CommunityView, number: int) -> CellView | None:
    """One cell, or None."""
    found = session.get(Cell, (where.id, number))
    return as_cell(found, where.code) if found else None


def names_by_number(session: Session, community_id: int, numbers: Iterable[int]) -> dict[int, str]:
    """The names of some cells and funds, by number; unknown numbers are left out."""
    wanted = set(numbers)
    if not wanted:
        return {}
    rows: Iterable[Row[int, str]] = session.execute(
        union_all(
            *(
                select(table.number, table.name).where(
                    table.community_id == community_id, table.number.in_(wanted)
                )
                for table in (Cell, InheritedFund, Fund)
            )
        )
    )
    return {number: name for number, name in rows}  # noqa: C416 - rows are no pairs to dict


def cells_by_number(session: Session, where: CommunityView) -> dict[int, CellView]:
    """All cells of a community, by number."""
    return {row.number: as_cell(row, where.code) for row in session.scalars(_cells_of(where.id))}


def cells_by_origin(session: Session, community_id: int, prefix: str) -> dict[str, int]:
    """The numbers of cells that came from earlier books, by what they were called there.

    `prefix` names those books; it stands before each key, and is left out.
    """
    rows = session.execute(
        select(Cell.origin, Cell.number)
        .where(Cell.community_id == community_id)
        .where(Cell.origin.startswith(prefix, autoescape=True))
        .order_by(Cell.number)
    )
    return {row.origin.removeprefix(prefix): row.number for row in rows if row.origin}


def funds(session: Session, community_id: int) -> list[FundView]:
    """The funds that came with earlier books, by number."""
    rows = session.scalars(
        select(InheritedFund)
        .where(InheritedFund.community_id == community_id)
        .order_by(InheritedFund.number)
    )
    return [FundView(row.number, row.purpose, row.name) for row in rows]


def all_funds(session: Session, community_id: int) -> list[FundView]:
    """Every fund of the community, by number."""
    rows = session.scalars(select(Fund).where(Fund.community_id == community_id))
    opened = [FundView(row.number, row.purpose, row.name, row.authority) for row in rows]
    return sorted([*funds(session, community_id), *opened], key=lambda one: one.number)


def count_cells(session: Session, community_id: int) -> int:
    """How many cells the community has; those that have left count no more."""
    counted = select(func.count()).select_from(Cell).where(Cell.community_id == community_id)
    return session.scalar(counted.where(Cell.left_at.is_(None))) or 0


def counts_of_cells(session: Session) -> dict[int, int]:
    """How many cells each community has, by its id; one without any is left out."""
    rows = session.execute(
        select(Cell.community_id, func.count().label("cells"))
        .where(Cell.left_at.is_(None))
        .group_by(Cell.community_id)
    )
    return {row.community_id: row.cells for row in rows}


def first_cells(session: Session, where: CommunityView, limit: int) -> list[CellView]:
    """The first `limit` cells by name, to choose from: none that has left."""
    here = select(Cell).where(Cell.community_id == where.id, Cell.left_at.is_(None))
    rows = session.scalars(here.order_by(Cell.name).limit(limit))
    return [as_cell(row, where.code) for row in rows]


def _cells_of(community_id: int) -> Select[Cell]:
    return select(Cell).where(Cell.community_id == community_id).order_by(Cell.number)


def as_community(row: Community) -> CommunityView:
    """The community as pages and other rooms see it."""
    return CommunityView(
        id=row.id,
        code=row.code,
        name=row.name,
        place=row.place,
        unit=Unit(row.unit_name, row.unit_symbol, row.unit_scale, row.unit_export_code),
        zone=row.time_zone,
        language=row.language,
        founding_floor=row.founding_floor,
        founding_ceiling=row.founding_ceiling,
    )


def as_cell(row: Cell, code: str) -> CellView:
    """The cell as other members may see it."""
    return CellView(
        number=row.number,
        shown=shown_number(code, row.number),
        name=row.name,
        elements=tuple(row.elements.split(";")) if row.elements else (),
        line_of_business=row.line_of_business,
        locality=row.locality,
        province=row.province,
        email=row.email if row.is_email_shown else None,
        phone=row.phone if row.is_phone_shown else None,
        joined_on=row.joined_on,
        activity=row.activity,
    )
