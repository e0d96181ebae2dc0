"""Funds that come with earlier books: accounts of the community itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.members.model import InheritedFund
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
    last = session.scalar(
        select(func.max(InheritedFund.number)).where(InheritedFund.community_id == community.id)
    )
    number = (last or FIRST_FUND - 1) + 1
    credit.open_with_limit(session, community.id, number, kind="fund", limit=limit, now=now)
    name = Speaker(community.language, community.zone).gettext(FUND_NAMES[purpose])
    session.add(InheritedFund(community_id=community.id, number=number, purpose=purpose, name=name))
    session.flush()
    return number
