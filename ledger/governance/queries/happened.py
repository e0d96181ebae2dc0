"""What was done to a proposal, by whom and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import EarlierWords, HappeningRow, Proposal
from ledger.governance.rules.states import ENDS_A_ROUND, Event
from ledger.identity import queries as identity


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of `rules.states`; `name` is empty where nobody did it. `facts` as kept."""

    event: str
    at: datetime
    person_id: int | None
    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version of a proposal that was replaced at `at` by `name`.

    `proposed` in smallest parts, `facts` by kind; `reasons` are None where they were erased.
    """

    version: int
    kind: str
    proposed: int
    facts: Mapping[str, Any]
    reasons: str | None
    at: datetime
    name: str


def earlier_versions(
    session: Session, community_id: int, number: int, known: Sequence[Happened]
) -> list[Earlier]:
    """What was proposed before each amendment, the newest first; `known` is its log."""
    row = session.get_one(Proposal, (community_id, number))
    words = {
        one.version: one.text
        for one in session.scalars(
            select(EarlierWords)
            .where(EarlierWords.community_id == community_id)
            .where(EarlierWords.proposal == number)
        )
    }
    amendments = [one for one in known if one.event == Event.AMEND]
    return [
        Earlier(
            version,
            row.kind,
            one.facts.get("proposed", row.proposed),
            json.loads(one.facts.get("facts", row.facts)),
            words.get(version),
            one.at,
            one.name,
        )
        for version, one in reversed(list(enumerate(amendments, 1)))
    ]


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


def what_ended_a_round(
    session: Session, community_id: int, proposal: int, at: datetime
) -> Event | None:
    """What made a vote void that was on until `at`."""
    event = session.scalar(
        select(HappeningRow.event)
        .where(HappeningRow.community_id == community_id, HappeningRow.proposal == proposal)
        .where(HappeningRow.at == at, HappeningRow.event.in_(ENDS_A_ROUND))
        .order_by(HappeningRow.seq.desc())
        .limit(1)
    )
    return Event(event) if event else None
