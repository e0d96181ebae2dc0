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


def history(session: Session, community_id: int, account: int) -> list[LimitView]:
    """Every limit the account ever had, the one in force first."""
    return [_view(row) for row in session.scalars(_newest_first(community_id, account))]


def limits_at(session: Session, community_id: int, at: datetime) -> dict[int, LimitView]:
    """The limit of each account that was in force at `at`; its first where it came later."""
    rows = session.scalars(
        select(CreditLimit)
        .where(CreditLimit.community_id == community_id)
        .order_by(CreditLimit.account, CreditLimit.version)
    )
    found: dict[int, LimitView] = {}
    for row in rows:
        if row.account not in found or row.set_at < at:
            found[row.account] = _view(row)
    return found


def limit_version(
    session: Session, community_id: int, account: int, version: int
) -> LimitView | None:
    """One limit that an account had, or None."""
    found = session.get(CreditLimit, (community_id, account, version))
    return _view(found) if found else None


def decided(
    session: Session, community_id: int, since: datetime, until: datetime
) -> tuple[str, ...]:
    """The numbers of the decisions that set limits in a time; `until` is past it."""
    rows = session.scalars(
        select(CreditLimit.reference)
        .where(CreditLimit.community_id == community_id, CreditLimit.authority == "decision")
        .where(CreditLimit.set_at >= since, CreditLimit.set_at < until)
        .distinct()
    )
    return tuple(sorted((row for row in rows if row), key=lambda text: (len(text), text)))


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
