"""What was done to a proposal, by whom and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import HappeningRow
from ledger.identity import queries as identity


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of `rules.states`; `name` is empty where nobody did it. `facts` as kept."""

    event: str
    at: datetime
    person_id: int | None
    name: str
    facts: Mapping[str, object]


def happened(session: Session, community_id: int, number: int) -> list[Happened]:
    """Everything that was done to a proposal, in its order."""
    rows = session.scalars(
        select(HappeningRow)
        .where(HappeningRow.community_id == community_id, HappeningRow.proposal == number)
        .order_by(HappeningRow.seq)
    ).all()
    names = identity.names_of(session, {one.person_id for one in rows if one.person_id})
    return [
        Happened(
            one.event,
            one.at,
            one.person_id,
            names.get(one.person_id or 0, ""),
            json.loads(one.facts),
        )
        for one in rows
    ]
