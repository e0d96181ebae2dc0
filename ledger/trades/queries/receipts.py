"""A trade as anybody may see it who has its address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.trades import rules
from ledger.trades.errors import NoSuchReceipt
from ledger.trades.model import Slip, Trade
from ledger.trades.queries.sides import Side, side
from ledger.trades.rules.slips import slip_label
from ledger.trades.rules.states import IN_FORCE, State, present


@dataclass(frozen=True, slots=True)
class Booked:
    """What the books hold of a trade.

    `is_genuine` says that they hold this very trade: accounts, amount, day and
    words. `reversed_by` is the entry that took it back. `seal` is None while the
    entry waits for the next one. `month` is the first day of the statement's month.
    """

    entry_id: int
    booked_at: datetime
    month: date
    is_genuine: bool
    seal: books.Seal | None
    reversed_by: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A trade as anybody with its address may see it. `booked` is None until it is booked.

    `slip` is the slip of paper it was typed from, where it was.
    """

    token: str
    community: members.CommunityView
    payer: Side
    payee: Side
    amount: int
    what: str
    occurred_on: date
    recorded_at: datetime
    state: State
    answer_by: datetime | None
    booked: Booked | None
    slip: str = ""


def receipt(session: Session, token: str, now: datetime) -> Receipt:
    """The receipt at this address, as things stand at `now`. Raises `NoSuchReceipt`."""
    trade = session.scalar(select(Trade).where(Trade.token == token))
    community = members.community(session, trade.community_id) if trade else None
    if trade is None or community is None:
        raise NoSuchReceipt
    names = members.names_by_number(session, community.id, (trade.payer, trade.payee))
    return Receipt(
        token=trade.token,
        community=community,
        payer=side(community.code, trade.payer, names),
        payee=side(community.code, trade.payee, names),
        amount=trade.amount,
        what=trade.what,
        occurred_on=trade.occurred_on,
        recorded_at=trade.created_at,
        state=present(State(trade.state), trade.answer_by, now),
        answer_by=trade.answer_by,
        booked=_booked(session, trade, community.zone),
        slip=_slip(session, trade),
    )


def turnover(session: Session, community_id: int, since: date) -> tuple[int, int]:
    """How many trades in force happened since a day, and for how much in all."""
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(Trade.amount), 0)).where(
            Trade.community_id == community_id,
            Trade.occurred_on >= since,
            Trade.state.in_([state.value for state in IN_FORCE]),
        )
    ).one()
    return int(row[0]), int(row[1])


def _slip(session: Session, trade: Trade) -> str:
    found = session.scalar(select(Slip).where(Slip.trade_id == trade.id))
    return slip_label(found.book, found.number) if found else ""


def _booked(session: Session, trade: Trade, zone: str) -> Booked | None:
    if trade.entry_id is None:
        return None
    entry = books.entry(session, trade.community_id, trade.entry_id)
    if entry is None:
        raise NoSuchReceipt
    return Booked(
        entry_id=entry.id,
        booked_at=entry.booked_at,
        month=clock.day_of(entry.booked_at, zone).replace(day=1),
        is_genuine=_stands_in(entry, trade),
        seal=books.seal_over(session, trade.community_id, entry.id),
        reversed_by=books.reversal_of(session, trade.community_id, entry.id),
    )


def _stands_in(entry: books.Entry, trade: Trade) -> bool:
    """Whether the books hold this trade: its accounts, amount, day, and digest of words.

    Words that were erased together with their salt are not asked for: nothing is said then
    that could be untrue.
    """
    booked = {(line.account, line.amount) for line in entry.lines}
    return (
        booked == {(trade.payer, -trade.amount), (trade.payee, trade.amount)}
        and entry.occurred_on == trade.occurred_on
        and (
            (trade.salt, trade.what) == (rules.NO_SALT, "")
            or entry.memo_digest == rules.memo_digest(trade.salt, trade.what)
        )
    )
