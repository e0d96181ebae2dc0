"""Funds: the first one at the founding, and what cells give to any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.governance.errors import FundUnknown, NotYours
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.service import Posted
from ledger.kernel.amounts import Amount
from ledger.kernel.clock import day_of
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.errors import FundNamed
from ledger.members.queries import Acting, CommunityView


@dataclass(frozen=True, slots=True)
class Contribute:
    """What a cell gives to a fund: it gets nothing in return."""

    fund: int
    amount: Amount
    request_key: str


def found_fund(
    session: Session, community: CommunityView, name: str, purpose: str, now: datetime
) -> int:
    """Open the community's first fund, which has no limit until one is voted; its number.

    Later ones take a vote: raises `FundNamed` when there is one, or `NameUnreadable`.
    """
    opened = members.all_funds(session, community.id)
    if any(one.authority != "import" for one in opened):
        raise FundNamed
    number = member_service.next_fund(session, community.id)
    member_service.open_fund(
        session,
        community.id,
        number,
        name=name,
        purpose=purpose,
        limit=Limit(floor=0, ceiling=None, authority="founding"),
        now=now,
    )
    return number


def contribute(session: Session, acting: Acting, command: Contribute, now: datetime) -> Posted:
    """Have a cell give to a fund; the same key gives once.

    Raises `NotYours`, `FundUnknown`, and as `journal.post`.
    """
    if not acting.may_record:
        raise NotYours
    fund = books.account(session, acting.community.id, command.fund)
    if fund is None or fund.kind != "fund" or fund.status == "closed":
        raise FundUnknown
    draft = journal.Draft(
        kind="contribution",
        postings=((acting.account, -command.amount), (command.fund, command.amount)),
        occurred_on=day_of(now, acting.community.zone),
        actor=acting.actor,
        request_key=command.request_key,
    )
    return member_service.unless_frozen(
        session,
        acting.community.id,
        now,
        lambda: journal.post(session, acting.community.id, draft, now),
    )
