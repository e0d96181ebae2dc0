"""Who acts for which cells: read from the cell's side and from the people's, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ledger.members.model import ActsFor, Role
from ledger.members.queries.belonging import serving
from ledger.members.rules.cells import RECORDING_KINDS

_RECORDS_NOW = and_(ActsFor.kind.in_(RECORDING_KINDS), ActsFor.until.is_(None))


def people_who_record(session: Session, community_id: int, number: int) -> list[int]:
    """The ids of the people who may record for a cell now, in the order they came."""
    return list(
        session.scalars(
            select(ActsFor.person_id)
            .where(ActsFor.community_id == community_id, ActsFor.number == number)
            .where(_RECORDS_NOW)
            .order_by(ActsFor.id)
        )
    )


def recorders(session: Session, community_id: int) -> dict[int, list[int]]:
    """The ids of the people who may record for each cell of the community now, by number."""
    rows = session.execute(
        select(ActsFor.number, ActsFor.person_id)
        .where(ActsFor.community_id == community_id)
        .where(_RECORDS_NOW)
        .order_by(ActsFor.number, ActsFor.id)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row.person_id)
    return found


def recorded_by(session: Session, community_id: int, person_id: int) -> frozenset[int]:
    """The numbers of the cells for which the person may record now."""
    return frozenset(
        session.scalars(
            select(ActsFor.number)
            .where(ActsFor.community_id == community_id, ActsFor.person_id == person_id)
            .where(_RECORDS_NOW)
        )
    )


def cells_of_people(
    session: Session, community_id: int, people: Iterable[int], now: datetime
) -> dict[int, frozenset[int]]:
    """The numbers of the cells that each of the people acts for now, by their id.

    Who serves without a cell has none; who no longer belongs to the community is left out.
    """
    wanted = set(people)
    found: dict[int, set[int]] = {
        one: set()
        for one in session.scalars(
            select(Role.person_id)
            .where(Role.community_id == community_id, Role.person_id.in_(wanted))
            .where(serving(now))
        )
    }
    for row in session.execute(
        select(ActsFor.person_id, ActsFor.number)
        .where(ActsFor.community_id == community_id, ActsFor.person_id.in_(wanted))
        .where(ActsFor.until.is_(None))
    ):
        found.setdefault(row.person_id, set()).add(row.number)
    return {one: frozenset(cells) for one, cells in found.items()}
