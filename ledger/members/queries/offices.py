"""Who serves a community, who belongs to it, whose account is frozen, who sees balances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select, union
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.journal import queries as books
from ledger.kernel.names import folded
from ledger.members.errors import PersonUnknown, SeveralPeople
from ledger.members.model import ActsFor, Freeze, Participant, Role, Transparency
from ledger.members.queries.belonging import person_by_number, serving
from ledger.members.queries.communities import (
    CommunityView,
    names_by_number,
)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A person who serves or served. `authority` is `founding` or the act, as `act:7`."""

    person_id: int
    name: str
    role: str
    authority: str
    since: datetime
    ends_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class FreezeView:
    """A freeze in force or over."""

    number: int
    name: str
    reason: str
    since: datetime
    until: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class TransparencyView:
    """Who sees balances: `own` (and auditors), `members` or `everyone`."""

    version: int
    level: str
    authority: str
    since: datetime


def who_serves(session: Session, community_id: int, now: datetime) -> list[RoleView]:
    """Everybody who holds a role now, by role and then by time."""
    rows = session.scalars(
        select(Role)
        .where(Role.community_id == community_id, serving(now))
        .order_by(Role.role.desc(), Role.since, Role.id)
    ).all()
    return _roles(session, rows)


def who_served(session: Session, community_id: int, now: datetime) -> list[RoleView]:
    """The hundred whose service ended last, the newest end first."""
    rows = session.scalars(
        select(Role)
        .where(Role.community_id == community_id, ~serving(now))
        .order_by(Role.id.desc())
        .limit(100)
    ).all()
    return _roles(session, rows)


def services_of(session: Session, community_id: int, person_id: int) -> list[RoleView]:
    """Every role that the person holds or held in the community, the first one first."""
    rows = session.scalars(
        select(Role)
        .where(Role.community_id == community_id, Role.person_id == person_id)
        .order_by(Role.id)
    ).all()
    return _roles(session, rows)


def was_elected(session: Session, community_id: int, person_id: int, role: str) -> bool:
    """Whether the person holds the role by a vote of all members."""
    authority = session.scalar(
        select(Role.authority)
        .where(Role.community_id == community_id, Role.person_id == person_id)
        .where(Role.role == role, Role.until.is_(None))
    )
    return authority is not None and authority.startswith("decision:")


def ids_of_role(
    session: Session, community_id: int, roles: Iterable[str], now: datetime
) -> list[int]:
    """The ids of those who hold one of `roles` now."""
    wanted = select(Role.person_id).where(
        Role.community_id == community_id, Role.role.in_(list(roles)), serving(now)
    )
    return sorted(set(session.scalars(wanted)))


def people_of(session: Session, community_id: int, now: datetime) -> dict[int, str]:
    """Who belongs to the community now, by id: those who act for a cell, and those who serve."""
    acting = select(ActsFor.person_id).where(
        ActsFor.community_id == community_id, ActsFor.until.is_(None)
    )
    in_office = select(Role.person_id).where(Role.community_id == community_id, serving(now))
    return identity.names_of(session, session.scalars(union(acting, in_office)).all())


def names_of_actors(session: Session, community_id: int, actors: Iterable[int]) -> dict[int, str]:
    """The names of the people for whom these numbers stand in the books, by number."""
    wanted = set(actors)
    if not wanted:
        return {}
    rows = session.execute(
        select(Participant.person_id, Participant.actor).where(
            Participant.community_id == community_id, Participant.actor.in_(wanted)
        )
    ).all()
    names = identity.names_of(session, [row.person_id for row in rows])
    return {row.actor: names[row.person_id] for row in rows if row.person_id in names}


def person_named(session: Session, community: CommunityView, text: str, now: datetime) -> int:
    """Whom of the community a name, contact or member number means.

    Raises `PersonUnknown` or `SeveralPeople`.
    """
    people = people_of(session, community.id, now)
    for known in (identity.person_by_contact(session, text), person_by_number(session, text)):
        if known in people:
            return known
    found = [one for one, name in people.items() if folded(name) == folded(text)]
    if len(found) > 1:
        raise SeveralPeople
    if not found:
        raise PersonUnknown
    return found[0]


def freeze_end(session: Session, community_id: int, number: int) -> datetime | None:
    """When the freeze that nobody has ended yet ends, or ended, by itself; None without one."""
    return session.scalar(
        select(Freeze.until).where(
            Freeze.community_id == community_id,
            Freeze.number == number,
            Freeze.ended_at.is_(None),
        )
    )


def freezes_over(session: Session, community_id: int, now: datetime) -> frozenset[int]:
    """The cells whose freeze is over by its time, though nobody has said so in the books yet."""
    return frozenset(
        session.scalars(
            select(Freeze.number)
            .where(Freeze.community_id == community_id)
            .where(Freeze.ended_at.is_(None), Freeze.until <= now)
        )
    )


def frozen_by_decision(session: Session, community_id: int, now: datetime) -> dict[int, str]:
    """The names, by number, of the cells that are frozen until another decision."""
    wanted = {one.number for one in books.accounts(session, community_id) if one.status == "frozen"}
    if not wanted:
        return {}
    by_two = {one.number for one in freezes(session, community_id, now)}
    by_two |= freezes_over(session, community_id, now)
    return names_by_number(session, community_id, wanted - by_two)


def freezes(session: Session, community_id: int, now: datetime) -> list[FreezeView]:
    """The freezes in force at `now`."""
    in_force = and_(Freeze.ended_at.is_(None), Freeze.until > now)
    wanted = select(Freeze).where(Freeze.community_id == community_id, in_force)
    return _freezes(session, community_id, wanted.order_by(Freeze.since))


def freezes_before(session: Session, community_id: int, now: datetime) -> list[FreezeView]:
    """The twenty freezes that were over last, within a year."""
    over = or_(Freeze.ended_at.is_not(None), Freeze.until <= now)
    wanted = select(Freeze).where(Freeze.community_id == community_id, over)
    lately = wanted.where(Freeze.since > now - timedelta(days=365))
    return _freezes(session, community_id, lately.order_by(Freeze.since.desc()).limit(20))


def _freezes(session: Session, community_id: int, wanted: Select[Freeze]) -> list[FreezeView]:
    rows = session.scalars(wanted).all()
    names = names_by_number(session, community_id, [row.number for row in rows])
    return [
        FreezeView(
            row.number,
            names.get(row.number, ""),
            row.reason,
            row.since,
            row.until,
            row.ended_at,
        )
        for row in rows
    ]


def transparency(session: Session, community_id: int) -> TransparencyView:
    """Who sees balances now. Raises `IndexError` for no community."""
    return transparencies(session, community_id)[0]


def transparencies(session: Session, community_id: int) -> list[TransparencyView]:
    """Who sees balances, and who saw them before: the newest version first."""
    rows = session.scalars(
        select(Transparency)
        .where(Transparency.community_id == community_id)
        .order_by(Transparency.version.desc())
    )
    return [TransparencyView(row.version, row.level, row.authority, row.since) for row in rows]


def _roles(session: Session, rows: Iterable[Role]) -> list[RoleView]:
    kept = list(rows)
    names = identity.names_of(session, [row.person_id for row in kept])
    return [
        RoleView(
            row.person_id,
            names.get(row.person_id, ""),
            row.role,
            row.authority,
            row.since,
            row.ends_at,
            row.until,
        )
        for row in kept
    ]
