"""Who may read an account that is not theirs: those with a role that reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.members.queries.belonging import find_standing
from ledger.members.queries.communities import (
    CellView,
    CommunityView,
    cell,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A person who reads a cell's account without acting for it: an auditor."""

    person_id: int
    community: CommunityView
    cell: CellView
    account: int


def find_reading(
    session: Session,
    person_id: int,
    code: str,
    number: int,
    roles: frozenset[str],
    now: datetime,
) -> Reading | None:
    """This person reading this cell now by one of `roles`, or None: for all others alike."""
    standing = find_standing(session, person_id, code, now)
    if standing is None or not standing.roles & roles:
        return None
    found = cell(session, standing.community, number)
    return Reading(person_id, standing.community, found, number) if found else None
