"""All proposals of a community at a glance: read in bulk, however many there are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import Proposal
from ledger.governance.queries.courses import histories_of
from ledger.governance.rules.course import Course
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
    histories = histories_of(session, rows)
    found = []
    for row in rows:
        facts = json.loads(row.facts)
        course = histories[row.number].course(now)
        newest = histories[row.number].rounds.get(course.round)
        found.append(
            Line(
                number=row.number,
                kind=row.kind,
                account=row.account,
                name=names.get(row.account, "") or facts.get("name", ""),
                proposer_id=row.proposed_by,
                before=newest.voting.status_quo if newest else limits.get(row.account, 0),
                proposed=row.proposed,
                facts=facts,
                result=newest.decision.result if newest and newest.decision else None,
                course=course,
            )
        )
    return [one for one in found if one.course.state != "draft"]
