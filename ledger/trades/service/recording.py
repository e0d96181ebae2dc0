"""What every way of recording a trade has in common."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal.errors import (
    AccountClosed,
    AccountFrozen,
    BeyondCeiling,
    BeyondFloor,
    KeyReused,
)
from ledger.kernel import clock
from ledger.kernel.amounts import Amount
from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.trades import rules
from ledger.trades.errors import (
    OnlyLooking,
    OtherClosed,
    SideClosed,
    SideFrozen,
    SideLimit,
    TheirLimit,
    TheirLimitSeen,
    UnknownOther,
)
from ledger.trades.model import Trade


@dataclass(frozen=True, slots=True)
class Deal:
    """What two cells agree on: `payer` is debited, `payee` credited, `amount` in smallest parts."""

    payer: int
    payee: int
    amount: Amount
    what: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What a confirm screen shows: the other, and where the own account would stand after it."""

    other: members.CellView
    balance_after: int
    left_after: int
    is_near_limit: bool


def ensure_may_record(
    session: Session, acting: members.Acting, other: int, occurred_on: date, now: datetime
) -> members.CellView:
    """The other's cell, when nothing but the books can still refuse.

    Raises `OnlyLooking`, `WithOneself`, `DayAhead`, `DayTooOld` or `UnknownOther`.
    """
    if not acting.may_record:
        raise OnlyLooking
    rules.ensure_two_sides(acting.account, other)
    rules.ensure_day(occurred_on, clock.day_of(now, acting.community.zone))
    return other_cell(session, acting, other)


def other_cell(session: Session, acting: members.Acting, number: int) -> members.CellView:
    """The cell of this number in the acting cell's community. Raises `UnknownOther`."""
    found = members.cell(session, acting.community, number)
    if found is None:
        raise UnknownOther
    return found


def own_account(session: Session, acting: members.Acting) -> books.Account:
    """The acting cell's account as it stands."""
    own = books.account(session, acting.community.id, acting.account)
    if own is None:
        raise LookupError(f"cell {acting.account} has no account")
    return own


def recorded(session: Session, acting: members.Acting, key: str, deal: Deal) -> Trade | None:
    """The trade that this request made before. Raises `KeyReused` if it asked for another."""
    trade = session.scalar(
        select(Trade).where(
            Trade.community_id == acting.community.id,
            Trade.recorded_by == acting.actor,
            Trade.request_key == key,
        )
    )
    if trade is not None and deal_of(trade) != deal:
        raise KeyReused
    return trade


def deal_of(trade: Trade) -> Deal:
    """What a recorded trade says."""
    return Deal(trade.payer, trade.payee, Amount(trade.amount), trade.what, trade.occurred_on)


def new_salt() -> bytes:
    """Chance that hides the words behind their digest."""
    return secrets.token_bytes(rules.SALT_BYTES)


@contextmanager
def only_own_figures(session: Session, acting: members.Acting) -> Iterator[None]:
    """Say what another account than the acting cell's refuses as if its figures were not known.

    Turns the journal's refusals into `TheirLimit` and `OtherClosed`; only where the
    community lets its members see balances anyway, into `TheirLimitSeen`.
    """
    own = acting.account
    try:
        yield
    except (BeyondFloor, BeyondCeiling) as error:
        if error.facts["account"] == own:
            raise
        if members.transparency(session, acting.community.id).level == "own":
            raise TheirLimit from error
        raise TheirLimitSeen(left=error.facts["left"]) from error
    except AccountClosed as error:
        if error.facts["account"] == own:
            raise
        raise OtherClosed from error


JUDGED = (BeyondFloor, BeyondCeiling, AccountFrozen, AccountClosed)
"""What the books refuse because of how one account stands."""


def without_figures(refusal: LedgerError) -> LedgerError:
    """One of `JUDGED` as it is said to whoever is neither of the two cells: no figure in it."""
    account = refusal.facts["account"]
    if isinstance(refusal, AccountFrozen):
        return SideFrozen(account=account)
    return (SideClosed if isinstance(refusal, AccountClosed) else SideLimit)(account=account)
