"""Who belongs to a community: as what, for which cells, and in which roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.kernel.units import read_number
from ledger.members.model import ActsFor, Cell, Community, Participant, Role
from ledger.members.queries.communities import (
    CellView,
    CommunityView,
    as_cell,
    as_community,
    words_of,
)
from ledger.members.rules.cells import RECORDING_KINDS


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
