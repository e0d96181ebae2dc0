"""Leaving: an account closes at zero; the books stay, the personal data can go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.identity import service as identity
from ledger.journal import service as journal
from ledger.kernel.names import folded
from ledger.members.errors import NotTheHolder
from ledger.members.model import ActsFor, Cell, Invitation, Voter
from ledger.members.queries import Acting, communities_of


def leave(session: Session, acting: Acting, *, erase: bool, now: datetime) -> None:
    """Close the cell's account and end what its people do for it.

    With `erase` the cell's name and contacts go, and those of its people who belong
    nowhere else; the books keep the number. Raises `NotTheHolder`, `AccountClosed`
    or, unless the balance is zero, `NotAtZero`.
    """
    if acting.kind != "holder":
        raise NotTheHolder
    place = (acting.community.id, acting.account)
    journal.set_status(session, *place, status="closed", authority=f"left:{acting.actor}", now=now)
    people = session.scalars(
        select(ActsFor.person_id).where(
            ActsFor.community_id == place[0], ActsFor.number == place[1], ActsFor.until.is_(None)
        )
    ).all()
    for table in (ActsFor, Voter):
        session.execute(
            update(table)
            .where(table.community_id == place[0], table.number == place[1])
            .where(table.until.is_(None))
            .values(until=now)
        )
    session.execute(
        update(Invitation)
        .where(Invitation.community_id == place[0], Invitation.number == place[1])
        .where(Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
        .values(ended_at=now)
    )
    if erase:
        _erase(session, acting, people, now)


def _erase(session: Session, acting: Acting, people: Sequence[int], now: datetime) -> None:
    cell = session.get(Cell, (acting.community.id, acting.account))
    if cell is not None:
        cell.name, cell.search_name = acting.cell.shown, folded(acting.cell.shown)
        cell.email = cell.phone = cell.locality = cell.line_of_business = None
        cell.latitude = cell.longitude = None
    session.flush()
    for person_id in people:
        if not communities_of(session, person_id, now):
            identity.erase_person(session, person_id, now)
