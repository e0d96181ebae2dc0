"""The particulars of a proposal that asks for no limit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.governance import queries
from ledger.governance.queries import FundLine, ProposalView
from ledger.governance.rules.measures import OF_A_DEBT
from ledger.governance.rules.states import State
from ledger.journal import queries as books
from ledger.members import queries as members
from ledger.members.queries import CellView, CommunityView


@dataclass(frozen=True, slots=True)
class Measure:
    """What a proposal of no limit is about: from which fund, by which sponsor, of what debt."""

    fund: FundLine | None = None
    sponsor: CellView | None = None
    has_consent: bool = False
    may_answer: bool = False
    owed: int = 0


def measure_of(
    db: Session, community: CommunityView, found: ProposalView, person_id: int
) -> Measure:
    """The particulars of a proposal, as `person_id` meets them."""
    funds = {line.number: line for line in queries.fund_lines(db, community)}
    sponsor = found.facts.get("sponsor")
    account = books.account(db, community.id, found.account)
    owed = max(-account.balance, 0) if account and found.kind in OF_A_DEBT else 0
    if sponsor is None:
        return Measure(fund=funds.get(found.facts.get("fund", 0)), owed=owed)
    return Measure(
        sponsor=members.cell(db, community, sponsor),
        has_consent=queries.consent_of(db, community.id, found.number),
        may_answer=found.course.state is State.DISCUSSION
        and person_id in members.people_who_record(db, community.id, sponsor),
        owed=owed,
    )
