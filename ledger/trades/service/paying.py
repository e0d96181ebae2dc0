"""I got: the buyer records, and it is booked at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.journal.errors import BeyondFloor, KeyReused
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.members.service import unless_frozen
from ledger.trades import rules
from ledger.trades.model import Trade
from ledger.trades.rules.states import State
from ledger.trades.service.recording import (
    Deal,
    Preview,
    ensure_may_record,
    new_salt,
    only_own_figures,
    own_account,
    recorded,
)


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


def pay(
    session: Session,
    acting: members.Acting,
    command: Pay,
    now: datetime,
    *,
    source: str = "portal",
) -> Paid:
    """Book the trade, or return it as booked when the same request came before.

    Raises `OnlyLooking`, `WithOneself`, `UnknownOther`, `DayAhead`, `DayTooOld`,
    `OtherClosed`, `TheirLimit`, and of the own account `BeyondFloor`,
    `AccountFrozen` or `AccountClosed`; `KeyReused` for the same key with other
    content.
    """
    paid = _paid_before(session, acting, command)
    if paid is not None:
        return paid
    ensure_may_record(session, acting, command.payee, command.occurred_on, now)
    salt = new_salt()
    posted = _post(session, acting, command, salt, now)
    if posted.replayed:
        # Another tap of the same form was booked while we waited for the account.
        return _paid_before(session, acting, command) or _never(posted)
    trade = _trade(acting, command, salt, posted, source)
    session.add(trade)
    session.flush()
    return Paid(trade.token, posted.entry_id, replayed=False)


def preview(session: Session, acting: members.Acting, command: Pay, now: datetime) -> Preview:
    """Say what `pay` would do, without doing it.

    Raises what it would raise, save for the other's limit and for keys, which are
    looked at when it is booked.
    """
    other = ensure_may_record(session, acting, command.payee, command.occurred_on, now)
    own = own_account(session, acting)
    if command.amount > own.left:
        raise BeyondFloor(account=own.number, floor=own.floor, amount=command.amount, left=own.left)
    after = own.balance - command.amount
    return Preview(other, after, own.left - command.amount, rules.is_near_floor(after, own.floor))


def _paid_before(session: Session, acting: members.Acting, command: Pay) -> Paid | None:
    deal = Deal(acting.account, command.payee, command.amount, command.what, command.occurred_on)
    trade = recorded(session, acting, command.request_key, deal)
    if trade is None:
        return None
    if trade.entry_id is None:
        raise KeyReused
    return Paid(trade.token, trade.entry_id, replayed=True)


def _post(
    session: Session, acting: members.Acting, command: Pay, salt: bytes, now: datetime
) -> journal.Posted:
    draft = journal.Draft(
        kind="trade",
        postings=((acting.account, -command.amount), (command.payee, command.amount)),
        occurred_on=command.occurred_on,
        actor=acting.actor,
        request_key=command.request_key,
        memo_digest=rules.memo_digest(salt, command.what),
    )
    with only_own_figures(session, acting):
        return unless_frozen(
            session,
            acting.community.id,
            now,
            lambda: journal.post(session, acting.community.id, draft, now),
        )


def _trade(
    acting: members.Acting, command: Pay, salt: bytes, posted: journal.Posted, source: str
) -> Trade:
    return Trade(
        community_id=acting.community.id,
        entry_id=posted.entry_id,
        state=State.CONFIRMED.value,
        payer=acting.account,
        payee=command.payee,
        amount=command.amount,
        what=command.what,
        salt=salt,
        occurred_on=command.occurred_on,
        source=source,
        recorded_by=acting.actor,
        request_key=command.request_key,
        token=new_token(),
        created_at=posted.booked_at,
    )


def _never(posted: journal.Posted) -> Paid:
    raise LookupError(f"entry {posted.entry_id} was booked without its trade")
