"""Accounts as they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import model


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands. `floor` ≤ 0; `ceiling` None means none."""

    number: int
    kind: str
    balance: int
    floor: int
    ceiling: int | None
    last_seq: int
    limit_version: int
    status: str

    @property
    def left(self) -> int:
        """What can still be sent: the way from the balance down to the floor."""
        return max(self.balance - self.floor, 0)


_ACCOUNTS = select(
    model.Account.number,
    model.Account.kind,
    model.Account.balance,
    model.Account.floor,
    model.Account.ceiling,
    model.Account.last_seq,
    model.Account.limit_version,
    model.Account.status,
)


def account(session: Session, community_id: int, number: int) -> Account | None:
    """One account, or None where the books have no such number."""
    row = session.execute(
        _ACCOUNTS.where(model.Account.community_id == community_id, model.Account.number == number)
    ).one_or_none()
    return None if row is None else Account(*row)


def accounts(session: Session, community_id: int) -> list[Account]:
    """Every account of the community, by number."""
    rows = session.execute(
        _ACCOUNTS.where(model.Account.community_id == community_id).order_by(model.Account.number)
    )
    return [Account(*row) for row in rows]


def accounts_by_number(
    session: Session, community_id: int, numbers: Collection[int]
) -> dict[int, Account]:
    """Some accounts, by number; unknown numbers are left out."""
    rows = session.execute(
        _ACCOUNTS.where(model.Account.community_id == community_id).where(
            model.Account.number.in_(numbers)
        )
    )
    return {row.number: Account(*row) for row in rows}


def earliest_bookings(session: Session, community_id: int) -> dict[int, datetime]:
    """The instant before which nothing more is booked, by the number of each account."""
    rows = session.execute(
        select(model.Account.number, model.Account.not_before).where(
            model.Account.community_id == community_id
        )
    )
    return {row.number: row.not_before for row in rows}


def last_cutoff(session: Session, community_id: int) -> datetime | None:
    """The instant before which nothing is booked any more, or None before the first closing."""
    return session.scalar(
        select(func.max(model.Cutoff.at)).where(model.Cutoff.community_id == community_id)
    )
