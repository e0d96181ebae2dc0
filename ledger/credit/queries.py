"""Which limits an account has and had, and by whose authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ledger.credit.model import CreditLimit


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit of an account. Figures in smallest parts; `floor` ≤ 0."""

    version: int
    floor: int
    ceiling: int | None
    authority: str
    reference: str | None
    reason: str
    set_at: datetime

    @property
    def limit(self) -> int:
        """The credit limit as people say it: a positive figure."""
        return -self.floor


def limit_in_force(session: Session, community_id: int, account: int) -> LimitView | None:
    """The newest limit, which is the one in force; None for an unknown account."""
    found = session.scalar(_newest_first(community_id, account).limit(1))
    return _view(found) if found else None


def history(session: Session, community_id: int, account: int) -> list[LimitView]:
    """Every limit the account ever had, the one in force first."""
    return [_view(row) for row in session.scalars(_newest_first(community_id, account))]


def _newest_first(community_id: int, account: int) -> Select[CreditLimit]:
    return (
        select(CreditLimit)
        .where(CreditLimit.community_id == community_id, CreditLimit.account == account)
        .order_by(CreditLimit.version.desc())
    )


def _view(row: CreditLimit) -> LimitView:
    return LimitView(
        version=row.version,
        floor=row.floor,
        ceiling=row.ceiling,
        authority=row.authority,
        reference=row.reference,
        reason=row.reason,
        set_at=row.set_at,
    )
