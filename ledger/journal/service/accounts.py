"""Opening books and accounts, and moving an account's limits and status."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import queries
from ledger.journal.errors import (
    AccountClosed,
    AccountExists,
    BookExists,
    NotAtZero,
    StaleLimit,
    UnknownAccount,
)
from ledger.journal.model import Account, Book, Change
from ledger.journal.service.books import books_of
from ledger.kernel.amounts import as_balance

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def open_book(session: Session, community_id: int, now: datetime) -> None:
    """Begin the books of a community. Raises `BookExists`."""
    if session.get(Book, community_id) is not None:
        raise BookExists(community=community_id)
    session.add(Book(community_id=community_id, opened_at=now))
    session.flush()


def open_account(
    session: Session,
    community_id: int,
    *,
    number: int,
    kind: str,
    floor: int,
    ceiling: int | None,
    authority: str,
    now: datetime,
) -> None:
    """Open an account at zero. `floor` ≤ 0 ≤ `ceiling`, in smallest parts.

    `authority` says who set its first limits. Raises `AccountExists`.
    """
    lock_book(session, community_id)  # a month must not end between looking and opening
    if session.get(Account, (community_id, number)) is not None:
        raise AccountExists(account=number)
    account = Account(
        community_id=community_id,
        number=number,
        kind=kind,
        balance=0,
        floor=_as_floor(floor),
        ceiling=_as_ceiling(ceiling),
        last_seq=0,
        not_before=queries.last_cutoff(session, community_id) or _NEVER,
        limit_version=1,
        status="open",
    )
    session.add(account)
    session.flush()
    _record(session, account, authority, now)


def set_bounds(
    session: Session,
    community_id: int,
    number: int,
    *,
    floor: int,
    ceiling: int | None,
    expected_version: int,
    authority: str,
    now: datetime,
) -> int:
    """Set an account's limits if nobody has since `expected_version`; return the new version.

    A floor above the present balance is allowed: it blocks only going further
    down. Raises `UnknownAccount`, `AccountClosed` or `StaleLimit`.
    """
    account = _locked(session, community_id, number)
    if account.limit_version != expected_version:
        raise StaleLimit(account=number, expected=expected_version, found=account.limit_version)
    account.floor = _as_floor(floor)
    account.ceiling = _as_ceiling(ceiling)
    account.limit_version += 1
    _record(session, account, authority, now)
    return account.limit_version


def set_status(
    session: Session,
    community_id: int,
    number: int,
    *,
    status: str,
    authority: str,
    now: datetime,
) -> None:
    """Freeze, thaw (`open`) or close an account; the same status again does nothing.

    Raises `UnknownAccount`, `AccountClosed`, or `NotAtZero` when closing.
    """
    account = _locked(session, community_id, number, even_closed=status == "closed")
    if account.status == status:
        return
    if status == "closed" and account.balance != 0:
        raise NotAtZero(account=number, balance=account.balance)
    account.status = status
    _record(session, account, authority, now)


def lock(
    session: Session, community_id: int, numbers: Collection[int]
) -> dict[int, queries.Account]:
    """Some accounts as they stand, locked against postings until the commit, by number."""
    books_of(session, community_id).lock(set(numbers))
    return queries.accounts_by_number(session, community_id, numbers)


def lock_book(session: Session, community_id: int) -> None:
    """Hold the community's book until the commit: one sealer, attester or opener at a time."""
    session.execute(
        select(Book.community_id)
        .where(Book.community_id == community_id)
        .with_for_update(key_share=True)
    ).one()


def _locked(
    session: Session, community_id: int, number: int, *, even_closed: bool = False
) -> Account:
    """The account's row as it stands now, locked against payments until the commit."""
    account = session.get(
        Account,
        (community_id, number),
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if account is None:
        raise UnknownAccount(account=number)
    if account.status == "closed" and not even_closed:
        raise AccountClosed(account=number)
    return account


def _record(session: Session, account: Account, authority: str, now: datetime) -> None:
    """Append the account's present limits and status to its history, for the next seal."""
    last = session.scalar(
        select(func.max(Change.number)).where(
            Change.community_id == account.community_id,
            Change.account == account.number,
        )
    )
    session.add(
        Change(
            community_id=account.community_id,
            account=account.number,
            number=(last or 0) + 1,
            changed_at=now,
            floor=account.floor,
            ceiling=account.ceiling,
            limit_version=account.limit_version,
            status=account.status,
            authority=authority,
        )
    )
    session.flush()


def _as_floor(value: int) -> int:
    if value > 0:
        raise ValueError(f"a floor is zero or below, not {value}")
    return as_balance(value)


def _as_ceiling(value: int | None) -> int | None:
    if value is not None and value < 0:
        raise ValueError(f"a ceiling is zero or above, not {value}")
    return None if value is None else as_balance(value)
