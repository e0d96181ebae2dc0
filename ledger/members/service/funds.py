"""Funds: accounts of the community itself, inherited or opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.kernel.names import normal_name
from ledger.members.errors import FundNamed
from ledger.members.model import Fund, InheritedFund
from ledger.members.queries import CommunityView
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

FIRST_FUND = 900_001
"""Funds are numbered from here on, out of the way of the numbers that cells are known by."""

FUND_NAMES = {
    "opening": N_("Opening fund"),
    "association": N_("Community fund"),
}
"""What a fund of each purpose is called, in the community's language, when it is opened."""


def ensure_fund(
    session: Session, community: CommunityView, purpose: str, limit: credit.Limit, now: datetime
) -> int:
    """The number of the fund for this purpose; it is opened with `limit` if there is none.

    Raises `ImportedTooLate` as credit does.
    """
    found = session.scalar(
        select(InheritedFund.number).where(
            InheritedFund.community_id == community.id, InheritedFund.purpose == purpose
        )
    )
    if found is not None:
        return found
    number = next_fund(session, community.id)
    credit.open_with_limit(session, community.id, number, kind="fund", limit=limit, now=now)
    name = Speaker(community.language, community.zone).gettext(FUND_NAMES[purpose])
    session.add(InheritedFund(community_id=community.id, number=number, purpose=purpose, name=name))
    session.flush()
    return number


def next_fund(session: Session, community_id: int) -> int:
    """The number that the next fund gets."""
    newest = [
        session.scalar(select(func.max(table.number)).where(table.community_id == community_id))
        for table in (InheritedFund, Fund)
    ]
    return max(FIRST_FUND - 1, *(one or 0 for one in newest)) + 1


def open_fund(
    session: Session,
    community_id: int,
    number: int,
    *,
    name: str,
    purpose: str,
    limit: credit.Limit,
    now: datetime,
) -> None:
    """Open a fund with its first limit. Raises `FundNamed`, `AccountExists` or `NameUnreadable`."""
    named = normal_name(name)
    taken = select(Fund.number).where(Fund.community_id == community_id, Fund.name == named)
    if session.scalar(taken) is not None:
        raise FundNamed
    credit.open_with_limit(session, community_id, number, kind="fund", limit=limit, now=now)
    session.add(
        Fund(
            community_id=community_id,
            number=number,
            name=named,
            purpose=purpose.strip(),
            authority=limit.signed_by,
            opened_at=now,
        )
    )
    session.flush()
