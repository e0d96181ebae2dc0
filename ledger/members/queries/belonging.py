"""Communities and cells, and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.kernel.units import Unit, read_number, shown_number
from ledger.members.model import ActsFor, Cell, Community, Fund, InheritedFund, Participant, Role
from ledger.members.rules.cells import RECORDING_KINDS


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


@dataclass(frozen=True, slots=True)
class Acting:
    """A person acting for a cell. `actor` stands for the person in the books."""

    person_id: int
    community: CommunityView
    cell: CellView
    account: int
    actor: int
    kind: str
    roles: frozenset[str]

    @property
    def may_record(self) -> bool:
        """Whether this person may record trades for the cell, or only look."""
        return self.kind in RECORDING_KINDS


@dataclass(frozen=True, slots=True)
class Standing:
    """A person in a community: the roles they hold there and the cells they act for.

    `recorded_for` are the numbers of those cells for which they may record.
    """

    person_id: int
    community: CommunityView
    actor: int
    roles: frozenset[str]
    cells: tuple[CellView, ...]
    recorded_for: frozenset[int]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A community that a person belongs to, with the cells they act for there.

    `recorded_for` are the numbers of those cells for which they may record.
    """

    community: CommunityView
    cells: tuple[CellView, ...]
    roles: frozenset[str]
    recorded_for: frozenset[int]


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


def find_acting(
    session: Session, person_id: int, code: str, number: int, now: datetime
) -> Acting | None:
    """This person acting for this cell now, or None: for the unknown and the foreign alike."""
    row = session.execute(
        select(Community, Cell, Participant.actor, ActsFor.kind)
        .join(ActsFor, ActsFor.community_id == Community.id)
        .join(Cell, and_(Cell.community_id == Community.id, Cell.number == ActsFor.number))
        .join(Participant, _same_person(ActsFor.person_id, Community.id))
        .where(Community.code == code, ActsFor.number == number)
        .where(ActsFor.person_id == person_id, ActsFor.until.is_(None))
    ).one_or_none()
    if row is None:
        return None
    where, cell, actor, kind = row
    return Acting(
        person_id=person_id,
        community=as_community(where),
        cell=as_cell(cell, where.code),
        account=cell.number,
        actor=actor,
        kind=kind,
        roles=roles_of(session, person_id, where.id, now),
    )


def find_standing(session: Session, person_id: int, code: str, now: datetime) -> Standing | None:
    """What this person is in this community now; None when they do not belong to it."""
    row = session.execute(
        select(Community, Participant.actor)
        .join(Participant, _same_person(person_id, Community.id))
        .where(Community.code == code)
    ).one_or_none()
    if row is None:
        return None
    where, actor = row
    roles = roles_of(session, person_id, where.id, now)
    acted_for = _cells_acted_for(session, person_id, where)
    if not roles and not acted_for:
        return None
    cells = tuple(cell for cell, _ in acted_for)
    recorded_for = frozenset(cell.number for cell, kind in acted_for if kind in RECORDING_KINDS)
    return Standing(person_id, as_community(where), actor, roles, cells, recorded_for)


def communities_of(session: Session, person_id: int, now: datetime) -> list[Belonging]:
    """Every community the person belongs to now, by name."""
    cells = [
        (where, cell, kind)
        for where, cell, kind in session.execute(
            select(Community, Cell, ActsFor.kind)
            .join(ActsFor, ActsFor.community_id == Community.id)
            .join(Cell, and_(Cell.community_id == Community.id, Cell.number == ActsFor.number))
            .where(ActsFor.person_id == person_id, ActsFor.until.is_(None))
            .order_by(Cell.number)
        )
    ]
    roles = [
        (where, role)
        for where, role in session.execute(
            select(Community, Role.role)
            .join(Role, Role.community_id == Community.id)
            .where(Role.person_id == person_id, serving(now))
        )
    ]
    found = {where.id: where for where in (*(one[0] for one in cells), *(one[0] for one in roles))}
    return [
        _belonging(
            where,
            [(cell, kind) for place, cell, kind in cells if place.id == where.id],
            frozenset(role for place, role in roles if place.id == where.id),
        )
        for where in sorted(found.values(), key=lambda one: one.name)
    ]


def _belonging(where: Community, cells: list[tuple[Cell, str]], roles: frozenset[str]) -> Belonging:
    return Belonging(
        as_community(where),
        tuple(as_cell(cell, where.code) for cell, _ in cells),
        roles,
        frozenset(cell.number for cell, kind in cells if kind in RECORDING_KINDS),
    )


def own_words(session: Session, person_id: int) -> list[str]:
    """What everybody in the person's communities would try first as their password."""
    where = session.scalars(
        select(Community).join(Participant, _same_person(person_id, Community.id))
    )
    cells = session.scalars(
        select(Cell.name)
        .join(
            ActsFor,
            and_(ActsFor.community_id == Cell.community_id, ActsFor.number == Cell.number),
        )
        .where(ActsFor.person_id == person_id, ActsFor.until.is_(None))
    )
    return [*(word for row in where for word in words_of(as_community(row))), *cells]


def words_of(community: CommunityView) -> list[str]:
    """The words that everybody in a community knows."""
    return [community.name, community.code, community.place, community.unit.name]


def roles_of(session: Session, person_id: int, community_id: int, now: datetime) -> frozenset[str]:
    """The roles that a person holds in a community at `now`."""
    return frozenset(
        session.scalars(
            select(Role.role)
            .where(Role.person_id == person_id, Role.community_id == community_id)
            .where(serving(now))
        )
    )


def serving(now: datetime) -> ColumnElement[bool]:
    """Whether a role is held at `now`: neither ended nor past its term."""
    return and_(Role.until.is_(None), or_(Role.ends_at.is_(None), Role.ends_at > now))


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


def person_by_number(session: Session, identifier: str) -> int | None:
    """The person who signs in with a member number such as `SB001`.

    It names the only holder; of several, the only one who has no e-mail and no phone.
    Else a number names nobody.
    """
    text = "".join(identifier.split()).upper()
    code = text.rstrip("0123456789")
    number = read_number(code, text) if code else None
    if number is None:
        return None
    people = session.scalars(
        select(ActsFor.person_id)
        .join(Community, Community.id == ActsFor.community_id)
        .where(Community.code == code, ActsFor.number == number)
        .where(ActsFor.kind == "holder", ActsFor.until.is_(None))
    ).all()
    if len(people) > 1:
        people = [one for one in people if not identity.has_contact(session, one)]
    return people[0] if len(people) == 1 else None


def _same_person(person_id: object, community_id: object) -> ColumnElement[bool]:
    return and_(Participant.person_id == person_id, Participant.community_id == community_id)


def _cells_of(community_id: int) -> Select[Cell]:
    return select(Cell).where(Cell.community_id == community_id).order_by(Cell.number)


def _cells_acted_for(
    session: Session, person_id: int, where: Community
) -> list[tuple[CellView, str]]:
    """The cells that the person acts for, by number, each with as what."""
    rows = session.execute(
        select(Cell, ActsFor.kind)
        .join(
            ActsFor,
            and_(ActsFor.community_id == Cell.community_id, ActsFor.number == Cell.number),
        )
        .where(Cell.community_id == where.id)
        .where(ActsFor.person_id == person_id, ActsFor.until.is_(None))
        .order_by(Cell.number)
    )
    return [(as_cell(row, where.code), kind) for row, kind in rows]


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
