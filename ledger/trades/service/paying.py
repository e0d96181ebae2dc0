"""I got: the buyer records, and it is booked at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import AccountClosed, BeyondCeiling, BeyondFloor, KeyReused
from ledger.kernel import clock
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.trades import rules
from ledger.trades.errors import OnlyLooking, PayeeClosed, TheirLimit, UnknownPayee
from ledger.trades.model import Trade


@dataclass(frozen=True, slots=True)
class Pay:
    """The acting cell got `what` from account `payee` on a day, for `amount`."""

    payee: int
    amount: Amount
    what: str
    occurred_on: date
    request_key: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A booked trade. `token` is the receipt's address; `replayed`: it stood there already."""

    token: str
    entry_id: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the confirm screen shows: the other, and where the payer would stand after it."""

    payee: members.CellView
    balance_after: int
    left_after: int
    is_near_limit: bool


def pay(session: Session, acting: members.Acting, command: Pay, now: datetime) -> Paid:
    """Book the trade, or return it as booked when the same request came before.

    Raises `OnlyLooking`, `WithOneself`, `UnknownPayee`, `DayAhead`, `DayTooOld`,
    `PayeeClosed`, `TheirLimit`, and of the own account `BeyondFloor`,
    `AccountFrozen` or `AccountClosed`; `KeyReused` for the same key with other
    content.
    """
    recorded = _recorded(session, acting, command)
    if recorded is not None:
        return recorded
    _ensure_may_pay(session, acting, command, now)
    salt = secrets.token_bytes(rules.SALT_BYTES)
    posted = _post(session, acting, command, salt, now)
    if posted.replayed:
        # Another tap of the same form was booked while we waited for the account.
        return _recorded(session, acting, command) or _never(posted)
    trade = _trade(acting, command, salt, posted)
    session.add(trade)
    session.flush()
    return Paid(trade.token, posted.entry_id, replayed=False)


def preview(session: Session, acting: members.Acting, command: Pay, now: datetime) -> Preview:
    """Say what `pay` would do, without doing it.

    Raises what it would raise, save for the other's limit and for keys, which are
    looked at when it is booked.
    """
    payee = _ensure_may_pay(session, acting, command, now)
    own = books.account(session, acting.community.id, acting.account)
    if own is None:
        raise LookupError(f"cell {acting.account} has no account")
    if command.amount > own.left:
        raise BeyondFloor(account=own.number, floor=own.floor, amount=command.amount, left=own.left)
    after = own.balance - command.amount
    return Preview(payee, after, own.left - command.amount, rules.is_near_floor(after, own.floor))


def _ensure_may_pay(
    session: Session, acting: members.Acting, command: Pay, now: datetime
) -> members.CellView:
    """The cell of the payee, when nothing but the books can still refuse."""
    if not acting.may_record:
        raise OnlyLooking
    rules.ensure_two_sides(acting.account, command.payee)
    rules.ensure_day(command.occurred_on, clock.day_of(now, acting.community.zone))
    payee = members.cell(session, acting.community, command.payee)
    if payee is None:
        raise UnknownPayee
    return payee


def _post(
    session: Session, acting: members.Acting, command: Pay, salt: bytes, now: datetime
) -> journal.Posted:
    """Book the entry; what the other's account refuses is said without its figures."""
    draft = journal.Draft(
        kind="trade",
        postings=((acting.account, -command.amount), (command.payee, command.amount)),
        occurred_on=command.occurred_on,
        actor=acting.actor,
        request_key=command.request_key,
        memo_digest=rules.memo_digest(salt, command.what),
    )
    try:
        return journal.post(session, acting.community.id, draft, now)
    except BeyondCeiling as error:
        raise TheirLimit from error
    except AccountClosed as error:
        if error.facts["account"] == command.payee:
            raise PayeeClosed from error
        raise


def _recorded(session: Session, acting: members.Acting, command: Pay) -> Paid | None:
    """The trade that this request made before. Raises `KeyReused` if it asked for another."""
    trade = session.scalar(
        select(Trade).where(
            Trade.community_id == acting.community.id,
            Trade.recorded_by == acting.actor,
            Trade.request_key == command.request_key,
        )
    )
    if trade is None:
        return None
    asked = (command.payee, command.amount, command.what, command.occurred_on)
    if trade.entry_id is None or asked != (
        trade.payee,
        trade.amount,
        trade.what,
        trade.occurred_on,
    ):
        raise KeyReused
    return Paid(trade.token, trade.entry_id, replayed=True)


def _trade(acting: members.Acting, command: Pay, salt: bytes, posted: journal.Posted) -> Trade:
    return Trade(
        community_id=acting.community.id,
        entry_id=posted.entry_id,
        state="confirmed",
        payer=acting.account,
        payee=command.payee,
        amount=command.amount,
        what=command.what,
        salt=salt,
        occurred_on=command.occurred_on,
        source="portal",
        recorded_by=acting.actor,
        request_key=command.request_key,
        token=new_token(),
        created_at=posted.booked_at,
    )


def _never(posted: journal.Posted) -> Paid:
    raise LookupError(f"entry {posted.entry_id} was booked without its trade")
