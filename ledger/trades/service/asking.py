"""I gave: the seller records, and asks the buyer to confirm; nothing is booked yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal.errors import BeyondCeiling
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.trades import rules
from ledger.trades.model import Trade
from ledger.trades.rules.states import State, answer_by
from ledger.trades.service.recording import (
    Deal,
    Preview,
    ensure_may_record,
    new_salt,
    own_account,
    recorded,
)
from ledger.trades.service.telling import tell_asked


@dataclass(frozen=True, slots=True)
class Ask:
    """The acting cell gave `what` to account `payer` on a day, for `amount`."""

    payer: int
    amount: Amount
    what: str
    occurred_on: date
    request_key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A trade that waits for the buyer. `replayed`: it was asked already."""

    token: str
    replayed: bool


def ask(session: Session, acting: members.Acting, command: Ask, now: datetime) -> Asked:
    """Record the trade and ask the buyer; the same request again asks once.

    Says nothing of the buyer's limit: whoever asks must not learn it that way.
    Raises `OnlyLooking`, `WithOneself`, `UnknownOther`, `DayAhead`, `DayTooOld`,
    `BeyondCeiling` of the own account, or `KeyReused`.
    """
    deal = _deal(acting, command)
    before = recorded(session, acting, command.request_key, deal)
    if before is not None:
        return Asked(before.token, replayed=True)
    preview_ask(session, acting, command, now)
    trade_id = _insert(session, acting, deal, command.request_key, now)
    asked = recorded(session, acting, command.request_key, deal)
    if asked is None:
        raise LookupError("a trade was recorded and is not there")
    if trade_id is not None:
        tell_asked(session, trade_id, asked.answer_by or now, now)
    return Asked(asked.token, replayed=trade_id is None)


def preview_ask(session: Session, acting: members.Acting, command: Ask, now: datetime) -> Preview:
    """Say what `ask` would do and where the own account would stand once it is confirmed.

    Raises as `ask`, save for `KeyReused`.
    """
    other = ensure_may_record(session, acting, command.payer, command.occurred_on, now)
    own = own_account(session, acting)
    _ensure_room(own, command.amount)
    after = own.balance + command.amount
    near = rules.is_near_ceiling(after, own.ceiling)
    return Preview(other, after, max(after - own.floor, 0), near)


def _ensure_room(own: books.Account, amount: int) -> None:
    if own.ceiling is not None and own.balance + amount > own.ceiling:
        left = max(own.ceiling - own.balance, 0)
        raise BeyondCeiling(account=own.number, ceiling=own.ceiling, amount=amount, left=left)


def _insert(
    session: Session, acting: members.Acting, deal: Deal, key: str, now: datetime
) -> int | None:
    """The new trade's id, or None when another tap of the same form was faster."""
    values = {
        "community_id": acting.community.id,
        "state": State.ASKED.value,
        "payer": deal.payer,
        "payee": deal.payee,
        "amount": deal.amount,
        "what": deal.what,
        "salt": new_salt(),
        "occurred_on": deal.occurred_on,
        "source": "portal",
        "recorded_by": acting.actor,
        "request_key": key,
        "token": new_token(),
        "created_at": now,
        "answer_by": answer_by(State.ASKED, now),
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Trade).values(values).on_conflict_do_nothing().returning(Trade.id)
    return session.scalars(statement).one_or_none()


def _deal(acting: members.Acting, command: Ask) -> Deal:
    return Deal(command.payer, acting.account, command.amount, command.what, command.occurred_on)
