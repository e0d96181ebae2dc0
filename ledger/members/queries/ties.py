"""What binds a person: cells that nobody else holds, and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from ledger.members.model import ActsFor
from ledger.members.queries.belonging import communities_of
from ledger.members.queries.communities import (
    CellView,
    CommunityView,
)


@dataclass(frozen=True, slots=True)
class Tie:
    """A cell that only this person holds, or else a role that they have."""

    community: CommunityView
    cell: CellView | None
    role: str | None


def ties(session: Session, person_id: int, now: datetime) -> list[Tie]:
    """What a person has to hand over before they can go for good, by community."""
    alone = _held_alone(session, person_id)
    found: list[Tie] = []
    for place in communities_of(session, person_id, now):
        where = place.community
        found += [
            Tie(where, cell, None) for cell in place.cells if (where.id, cell.number) in alone
        ]
        found += [Tie(where, None, role) for role in sorted(place.roles)]
    return found


def _held_alone(session: Session, person_id: int) -> set[tuple[int, int]]:
    """(community id, number) of the cells that nobody but this person holds."""
    other = aliased(ActsFor)
    another = exists().where(
        and_(other.community_id == ActsFor.community_id, other.number == ActsFor.number),
        other.person_id != person_id,
        other.kind == "holder",
        other.until.is_(None),
    )
    rows = session.execute(
        select(ActsFor.community_id, ActsFor.number)
        .where(ActsFor.person_id == person_id, ActsFor.kind == "holder")
        .where(ActsFor.until.is_(None), ~another)
    )
    return {(row.community_id, row.number) for row in rows}
