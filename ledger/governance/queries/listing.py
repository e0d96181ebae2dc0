"""All proposals of a community at a glance: read in bulk, however many there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import Decision, HappeningRow, Proposal, Voting
from ledger.governance.queries.constitutions import versions
from ledger.governance.queries.courses import History
from ledger.governance.rules.course import Course, Happening
from ledger.governance.rules.states import Event
from ledger.journal import queries as books
from ledger.members import queries as members


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list. Figures in smallest parts.

    `name` is the cell's or the fund's. `before` is the limit that was voted about, or the
    present one before any vote; `result` what the newest published vote came to.
    """

    number: int
    kind: str
    account: int
    name: str
    proposer_id: int
    before: int
    proposed: int
    facts: Mapping[str, Any]
    result: int | None
    course: Course


def lines(
    session: Session, community_id: int, now: datetime, *, account: int | None = None
) -> list[Line]:
    """Every proposal but drafts, the newest first; of one account if it is named."""
    wanted = select(Proposal).where(Proposal.community_id == community_id)
    if account is not None:
        wanted = wanted.where(Proposal.account == account)
    rows = session.scalars(wanted.order_by(Proposal.number.desc())).all()
    numbers = [row.account for row in rows]
    names = members.names_by_number(session, community_id, numbers)
    limits = {
        number: -one.floor
        for number, one in books.accounts_by_number(session, community_id, set(numbers)).items()
    }
    # Held here while the courses are derived, which then find them in the session.
    votings = {
        (one.proposal, one.round): one
        for one in session.scalars(select(Voting).where(Voting.community_id == community_id))
    }
    decisions = {
        (one.proposal, one.round): one
        for one in session.scalars(select(Decision).where(Decision.community_id == community_id))
    }
    courses = _courses(session, community_id, rows, now)
    found = []
    for row in rows:
        facts = json.loads(row.facts)
        course = courses[row.number]
        voting = votings.get((row.number, course.round))
        decision = decisions.get((row.number, course.round))
        found.append(
            Line(
                number=row.number,
                kind=row.kind,
                account=row.account,
                name=names.get(row.account, "") or facts.get("name", ""),
                proposer_id=row.proposed_by,
                before=voting.status_quo if voting else limits.get(row.account, 0),
                proposed=row.proposed,
                facts=facts,
                result=decision.result if decision else None,
                course=course,
            )
        )
    return [one for one in found if one.course.state != "draft"]


def _courses(
    session: Session, community_id: int, rows: Sequence[Proposal], now: datetime
) -> dict[int, Course]:
    """Where each proposal stands."""
    terms = {one.version: one.text.terms for one in versions(session, community_id)}
    happened = defaultdict[int, list[Happening]](list)
    for number, event, at in session.execute(
        select(HappeningRow.proposal, HappeningRow.event, HappeningRow.at)
        .where(HappeningRow.community_id == community_id)
        .order_by(HappeningRow.proposal, HappeningRow.seq)
    ):
        happened[number].append(Happening(Event(event), at))
    return {
        row.number: History(
            session, row, tuple(happened[row.number]), terms[row.constitution]
        ).course(now)
        for row in rows
    }
