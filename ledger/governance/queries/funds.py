"""The community's funds: what they hold, how far they may go, and what moved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.credit import queries as credit
from ledger.governance.model import Consent, HappeningRow, Proposal
from ledger.governance.rules.states import Event
from ledger.journal import queries as books
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView


@dataclass(frozen=True, slots=True)
class FundLine:
    """A fund as it stands. Figures in smallest parts; `limit` as people say it."""

    number: int
    shown: str
    name: str
    purpose: str
    authority: str
    balance: int
    limit: int


@dataclass(frozen=True, slots=True)
class FundMovement:
    """Something a fund received or sent. `decision` is the proposal by which it was."""

    seq: int
    booked_at: datetime
    amount: int
    balance: int
    kind: str
    other: str
    other_shown: str
    decision: int | None


@dataclass(frozen=True, slots=True)
class FundPage:
    """A fund with its limits, the one in force first, and a page of movements, newest first."""

    fund: FundLine
    limits: tuple[credit.LimitView, ...]
    movements: tuple[FundMovement, ...]
    older: int | None


def fund_lines(session: Session, community: CommunityView) -> list[FundLine]:
    """Every fund of the community, by number."""
    accounts = {one.number: one for one in books.accounts(session, community.id)}
    return [
        FundLine(
            number=one.number,
            shown=shown_number(community.code, one.number),
            name=one.name,
            purpose=one.purpose if one.authority != "import" else "",
            authority=one.authority,
            balance=accounts[one.number].balance,
            limit=-accounts[one.number].floor,
        )
        for one in members.all_funds(session, community.id)
    ]


def fund_page(
    session: Session,
    community: CommunityView,
    number: int,
    *,
    before: int | None = None,
    limit: int = 25,
) -> FundPage | None:
    """One fund, or None; its movements below `before`."""
    found = next((one for one in fund_lines(session, community) if one.number == number), None)
    if found is None:
        return None
    place = (session, community.id, number)
    moved = books.movements(*place, before_seq=before, limit=limit + 1)
    shown = moved[:limit]
    others = {one.others[0][0] for one in shown if one.others}
    names = members.names_by_number(session, community.id, others)
    decisions = _decisions(session, community.id)
    return FundPage(
        fund=found,
        limits=tuple(credit.history(*place)),
        movements=tuple(_movement(community, one, names, decisions) for one in shown),
        older=shown[-1].seq if len(moved) > limit else None,
    )


def consent_of(session: Session, community_id: int, number: int) -> bool:
    """Whether the sponsoring cell of a takeover has agreed."""
    row = session.get_one(Proposal, (community_id, number))
    sponsor = json.loads(row.facts).get("sponsor")
    return session.get(Consent, (community_id, number, sponsor)) is not None


def _movement(
    community: CommunityView,
    one: books.Movement,
    names: dict[int, str],
    decisions: dict[int, int],
) -> FundMovement:
    other = one.others[0][0] if one.others else 0
    return FundMovement(
        seq=one.seq,
        booked_at=one.booked_at,
        amount=one.amount,
        balance=one.balance,
        kind=one.kind,
        other=names.get(other, ""),
        other_shown=shown_number(community.code, other),
        decision=decisions.get(one.entry_id),
    )


def _decisions(session: Session, community_id: int) -> dict[int, int]:
    """By which proposal each entry that a decision made was made."""
    rows = session.execute(
        select(HappeningRow.proposal, HappeningRow.facts).where(
            HappeningRow.community_id == community_id, HappeningRow.event == Event.EXECUTE
        )
    )
    made = ((json.loads(row.facts).get("entry"), row.proposal) for row in rows)
    return {entry: number for entry, number in made if entry is not None}
