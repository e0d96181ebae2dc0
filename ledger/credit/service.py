"""Setting limits: in the journal, where they are in force, and here, with their why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ledger.credit.errors import ImportedTooLate
from ledger.credit.model import CreditLimit
from ledger.journal import queries as books
from ledger.journal import service as journal


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits to be set, in smallest parts: `floor` ≤ 0 ≤ `ceiling`, None for no ceiling.

    `authority` is `founding`, `default`, `import` or `decision`, and `reference`
    which one: the constitution's version, the file, the decision's number.
    """

    floor: int
    ceiling: int | None
    authority: str
    reference: str | None = None
    reason: str = ""

    @property
    def signed_by(self) -> str:
        """The authority as the journal seals it: `decision:42`."""
        return f"{self.authority}:{self.reference}" if self.reference else self.authority


def open_with_limit(
    session: Session, community_id: int, account: int, *, kind: str, limit: Limit, now: datetime
) -> None:
    """Open an account (`cell` or `fund`) with its first limit.

    Raises `AccountExists`, or `ImportedTooLate` where trades were made already.
    """
    _ensure_may_import(session, community_id, limit)
    journal.open_account(
        session,
        community_id,
        number=account,
        kind=kind,
        floor=limit.floor,
        ceiling=limit.ceiling,
        authority=limit.signed_by,
        now=now,
    )
    _record(session, community_id, account, 1, limit, now)


def set_limit(
    session: Session,
    community_id: int,
    account: int,
    limit: Limit,
    *,
    expected_version: int,
    now: datetime,
) -> int:
    """Put `limit` in force if nobody has set another since `expected_version`.

    Returns the new version. Raises `UnknownAccount`, `AccountClosed`, `StaleLimit` or
    `ImportedTooLate`.
    """
    _ensure_may_import(session, community_id, limit)
    version = journal.set_bounds(
        session,
        community_id,
        account,
        floor=limit.floor,
        ceiling=limit.ceiling,
        expected_version=expected_version,
        authority=limit.signed_by,
        now=now,
    )
    _record(session, community_id, account, version, limit, now)
    return version


def forget_reasons(session: Session, community_id: int, account: int) -> None:
    """Erase why the limits of an account were set: its people have left with their words."""
    session.execute(
        update(CreditLimit)
        .where(CreditLimit.community_id == community_id, CreditLimit.account == account)
        .values(reason="")
    )


def _ensure_may_import(session: Session, community_id: int, limit: Limit) -> None:
    if limit.authority == "import" and books.has_own_trades(session, community_id):
        raise ImportedTooLate


def _record(
    session: Session, community_id: int, account: int, version: int, limit: Limit, now: datetime
) -> None:
    session.add(
        CreditLimit(
            community_id=community_id,
            account=account,
            version=version,
            floor=limit.floor,
            ceiling=limit.ceiling,
            authority=limit.authority,
            reference=limit.reference,
            reason=limit.reason,
            set_at=now,
        )
    )
    session.flush()
