"""The people of a cell, its invitations and voter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.identity.rules.throttle import digest
from ledger.kernel.names import skeleton
from ledger.kernel.units import shown_number
from ledger.members.model import ActsFor, Cell, Community, Invitation, Participant, Voter
from ledger.members.queries.belonging import Acting, person_by_number
from ledger.members.queries.communities import (
    CellView,
    CommunityView,
    as_cell,
    cell,
    community,
)
from ledger.members.queries.offices import transparency


@dataclass(frozen=True, slots=True)
class PersonOfCell:
    """Somebody who acts for a cell, as `holder`, `clerk` or `viewer`."""

    person_id: int
    name: str
    kind: str
    since: datetime
    is_voter: bool


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation that can still be used."""

    id: int
    community_id: int
    number: int
    kind: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitedTo:
    """What somebody with a link is invited to, by whom, and what they agree to.

    `transparency` is who sees balances, by its `version`; `needs_contact` says that
    nobody could sign in by the cell's number alone.
    """

    community: CommunityView
    cell: CellView
    kind: str
    inviter: str
    expires_at: datetime
    transparency: str
    version: int
    needs_contact: bool


def people_of_cell(session: Session, community_id: int, number: int) -> list[PersonOfCell]:
    """Who acts for the cell now, holders first."""
    rows = session.scalars(
        select(ActsFor)
        .where(ActsFor.community_id == community_id, ActsFor.number == number)
        .where(ActsFor.until.is_(None))
    ).all()
    names = identity.names_of(session, [row.person_id for row in rows])
    voter = voter_of(session, community_id, number)
    found = [
        PersonOfCell(
            row.person_id,
            names.get(row.person_id, ""),
            row.kind,
            row.since,
            row.person_id == voter,
        )
        for row in rows
    ]
    rank = {"holder": 0, "clerk": 1, "viewer": 2}
    return sorted(found, key=lambda one: (rank[one.kind], one.since))


def people_of_place(session: Session, community_id: int, number: int) -> set[int]:
    """The ids of all who act for the cell now."""
    return set(
        session.scalars(
            select(ActsFor.person_id).where(
                ActsFor.community_id == community_id,
                ActsFor.number == number,
                ActsFor.until.is_(None),
            )
        )
    )


def address_of(session: Session, community_id: int, number: int) -> str | None:
    """The e-mail address of a cell, shown to members or not."""
    return session.scalar(
        select(Cell.email).where(Cell.community_id == community_id, Cell.number == number)
    )


def numbers_to_sign_in(session: Session, person_id: int) -> list[str]:
    """The member numbers with which the person can sign in, such as `SB001`."""
    held = session.execute(
        select(Community.code, ActsFor.number)
        .join(ActsFor, ActsFor.community_id == Community.id)
        .where(ActsFor.person_id == person_id, ActsFor.kind == "holder")
        .where(ActsFor.until.is_(None))
        .order_by(ActsFor.id)
    )
    shown = [shown_number(row.code, row.number) for row in held]
    return [one for one in shown if person_by_number(session, one) == person_id]


def actors_of(session: Session, community_id: int, number: int) -> frozenset[int]:
    """The numbers in the books of all who ever acted for the cell."""
    return frozenset(
        session.scalars(
            select(Participant.actor)
            .join(ActsFor, ActsFor.person_id == Participant.person_id)
            .where(Participant.community_id == community_id)
            .where(ActsFor.community_id == community_id, ActsFor.number == number)
        )
    )


def people_who_acted(session: Session, community_id: int, number: int) -> frozenset[int]:
    """The ids of all who ever acted for the cell."""
    wanted = select(ActsFor.person_id).where(
        ActsFor.community_id == community_id, ActsFor.number == number
    )
    return frozenset(session.scalars(wanted))


def can_sign_in(session: Session, person_id: int, besides: tuple[int, int]) -> bool:
    """Whether the person can sign in without the number of the cell `besides`.

    `besides` is (community id, number). They can with a contact, or with the number of
    another cell that they hold.
    """
    if identity.has_contact(session, person_id):
        return True
    held = session.execute(
        select(ActsFor.community_id, ActsFor.number)
        .where(ActsFor.person_id == person_id, ActsFor.kind == "holder")
        .where(ActsFor.until.is_(None))
    )
    return any(tuple(row) != besides for row in held)


def voters(session: Session, community_id: int, at: datetime) -> dict[int, int]:
    """Who voted for each cell at an instant: ids of people by the cell's number."""
    rows = session.execute(
        select(Voter.number, Voter.person_id).where(
            Voter.community_id == community_id,
            Voter.since <= at,
            or_(Voter.until.is_(None), Voter.until > at),
        )
    )
    return {row.number: row.person_id for row in rows}


def votes_for(session: Session, community_id: int, person_id: int) -> int | None:
    """The number of the cell that the person votes for, or None."""
    return session.scalar(
        select(Voter.number).where(
            Voter.community_id == community_id,
            Voter.person_id == person_id,
            Voter.until.is_(None),
        )
    )


def cells_voted_for(session: Session, community_id: int, people: Iterable[int]) -> dict[int, str]:
    """The names of the cells that some people vote for now, by the people's ids."""
    rows = session.execute(
        select(Voter.person_id, Cell.name)
        .join(Cell, (Cell.community_id == Voter.community_id) & (Cell.number == Voter.number))
        .where(Voter.community_id == community_id, Voter.until.is_(None))
        .where(Voter.person_id.in_(list(people)))
    )
    return {row.person_id: row.name for row in rows}


def joined_days(session: Session, community_id: int) -> dict[int, date]:
    """When each cell was enrolled, by its number."""
    rows = session.execute(
        select(Cell.number, Cell.joined_on).where(Cell.community_id == community_id)
    )
    return {row.number: row.joined_on for row in rows}


def voter_of(session: Session, community_id: int, number: int) -> int | None:
    """The id of the person who votes for the cell, or None."""
    return voters_of(session, community_id, [number]).get(number)


def voters_of(session: Session, community_id: int, numbers: Iterable[int]) -> dict[int, int]:
    """Who votes for each of some cells now: ids of people by the cell's number."""
    rows = session.execute(
        select(Voter.number, Voter.person_id).where(
            Voter.community_id == community_id,
            Voter.number.in_(list(numbers)),
            Voter.until.is_(None),
        )
    )
    return {row.number: row.person_id for row in rows}


def cells_nobody_holds(session: Session, where: CommunityView) -> list[CellView]:
    """The cells that have no holder, such as those just enrolled; the newest first, at most 200."""
    held = select(ActsFor.number).where(
        ActsFor.community_id == where.id, ActsFor.kind == "holder", ActsFor.until.is_(None)
    )
    rows = session.scalars(
        select(Cell)
        .where(Cell.community_id == where.id, Cell.left_at.is_(None), Cell.number.not_in(held))
        .order_by(Cell.number.desc())
        .limit(200)
    )
    return [as_cell(row, where.code) for row in rows]


def open_invitation(
    session: Session, token: str, now: datetime, *, lock: bool = False
) -> Invitation | None:
    """The invitation behind a link, if it can still be used."""
    wanted = select(Invitation).where(
        Invitation.digest == digest(f"invitation {token}"), _open(now)
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def invited_to(session: Session, token: str, now: datetime) -> InvitedTo | None:
    """What the link with this token invites to, or None if it can't be used."""
    found = open_invitation(session, token, now)
    where = community(session, found.community_id) if found else None
    invited_for = cell(session, where, found.number) if found and where else None
    if found is None or where is None or invited_for is None:
        return None
    seen = transparency(session, where.id)
    return InvitedTo(
        community=where,
        cell=invited_for,
        kind=found.kind,
        inviter=identity.names_of(session, [found.invited_by]).get(found.invited_by, ""),
        expires_at=found.expires_at,
        transparency=seen.level,
        version=seen.version,
        needs_contact=found.kind != "holder"
        or person_by_number(session, invited_for.shown) is not None,
    )


def invitations_of(session: Session, acting: Acting, now: datetime) -> list[InvitationView]:
    """The invitations to the acting cell that can still be used, newest first."""
    rows = session.scalars(
        select(Invitation)
        .where(Invitation.community_id == acting.community.id)
        .where(Invitation.number == acting.account, _open(now))
        .order_by(Invitation.id.desc())
    )
    return [
        InvitationView(row.id, row.community_id, row.number, row.kind, row.made_at, row.expires_at)
        for row in rows
    ]


def _open(now: datetime) -> ColumnElement[bool]:
    return and_(
        Invitation.used_at.is_(None), Invitation.ended_at.is_(None), Invitation.expires_at > now
    )


def names_like(
    session: Session, community_id: int, wanted: str, besides: int | None = None
) -> list[str]:
    """The names of cells other than `besides` that look like the skeleton `wanted`."""
    names = session.scalars(
        select(Cell.name)
        .where(Cell.community_id == community_id, Cell.number != (besides or 0))
        .order_by(Cell.number)
    )
    return [name for name in names if skeleton(name) == wanted]
