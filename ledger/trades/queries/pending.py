"""A trade as its own two cells see it, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.errors import NoSuchTrade
from ledger.trades.model import Trade, TradeEvent
from ledger.trades.queries.sides import Side, side
from ledger.trades.rules import states
from ledger.trades.rules.states import Event, Party, State


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a trade. `by` is the cell that acted; None for time and for coordinators."""

    event: Event
    by: Side | None
    is_own: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnTrade:
    """A trade as one of its cells sees it: `may` says what that cell can do to it now.

    `amount` is signed as the cell's history has it: negative is sent.
    """

    token: str
    other: Side
    party: Party
    amount: int
    what: str
    occurred_on: date
    recorded_at: datetime
    state: State
    answer_by: datetime | None
    entry_id: int | None
    may: tuple[Event, ...]
    happened: tuple[Happened, ...] = ()

    @property
    def is_own_turn(self) -> bool:
        """Whether it waits for this cell's answer, and not for the other's."""
        return self.state in states.WAITING and (
            (self.state is State.ASKED) == (self.party is Party.DEBTOR)
        )


def own_trade(session: Session, acting: members.Acting, token: str, now: datetime) -> OwnTrade:
    """The trade at this address, of which the acting cell is a side. Raises `NoSuchTrade`."""
    trade = session.scalar(
        select(Trade).where(Trade.token == token, Trade.community_id == acting.community.id)
    )
    if trade is None or acting.account not in {trade.payer, trade.payee}:
        raise NoSuchTrade
    names = members.names_by_number(session, acting.community.id, (trade.payer, trade.payee))
    rows = session.scalars(
        select(TradeEvent).where(TradeEvent.trade_id == trade.id).order_by(TradeEvent.number)
    )
    happened = tuple(_happened(row, acting, names) for row in rows)
    return _seen(trade, acting, names, now, happened)


def waiting(
    session: Session, acting: members.Acting, now: datetime, limit: int = 200
) -> list[OwnTrade]:
    """What waits for an answer of the acting cell or of its counterparts.

    What waits for the cell itself comes first, then what lapses first.
    """
    rows = session.scalars(
        select(Trade)
        .where(Trade.community_id == acting.community.id, Trade.answer_by > now)
        .where(or_(Trade.payer == acting.account, Trade.payee == acting.account))
        .order_by(Trade.answer_by, Trade.id)
        .limit(limit)
    ).all()
    names = members.names_by_number(
        session, acting.community.id, {number for row in rows for number in (row.payer, row.payee)}
    )
    return sorted(
        (_seen(row, acting, names, now) for row in rows), key=lambda one: not one.is_own_turn
    )


def own_side(
    session: Session,
    receipt_sides: Iterable[int],
    community_code: str,
    person_id: int,
    now: datetime,
) -> str | None:
    """The number, as shown, of the first of these cells that a person acts for; or None."""
    for number in receipt_sides:
        acting = members.find_acting(session, person_id, community_code, number, now)
        if acting is not None:
            return acting.cell.shown
    return None


def _seen(
    trade: Trade,
    acting: members.Acting,
    names: dict[int, str],
    now: datetime,
    happened: tuple[Happened, ...] = (),
) -> OwnTrade:
    party = states.party_of(acting.account, trade.payer)
    state = states.present(State(trade.state), trade.answer_by, now)
    is_debtor = party is Party.DEBTOR
    other = side(acting.community.code, trade.payee if is_debtor else trade.payer, names)
    may_answer = acting.may_record and not other.is_fund
    return OwnTrade(
        token=trade.token,
        other=other,
        party=party,
        amount=-trade.amount if is_debtor else trade.amount,
        what=trade.what,
        occurred_on=trade.occurred_on,
        recorded_at=trade.created_at,
        state=state,
        answer_by=trade.answer_by,
        entry_id=trade.entry_id,
        may=states.events_for(state, party) if may_answer else (),
        happened=happened,
    )


def _happened(row: TradeEvent, acting: members.Acting, names: dict[int, str]) -> Happened:
    by = None if row.account is None else side(acting.community.code, row.account, names)
    return Happened(Event(row.event), by, row.account == acting.account, row.reason, row.at)
