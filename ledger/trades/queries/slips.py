"""Reading paper slips: what was typed, from which book, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.model import Slip, Trade
from ledger.trades.queries.sides import Side, side
from ledger.trades.rules import objections as rules
from ledger.trades.rules.slips import slip_label
from ledger.trades.rules.states import State


@dataclass(frozen=True, slots=True)
class Typed:
    """A slip that was typed: what it says, by whom, and until when one may object to it.

    `id` is its trade's, for paging. `payer` got something and sent `amount`; `payee`
    gave it and received.
    """

    id: int
    label: str
    token: str
    payer: Side
    payee: Side
    amount: int
    what: str
    occurred_on: date
    typed_by: str
    typed_at: datetime
    object_by: datetime
    state: State


def slip_of(session: Session, community: members.CommunityView, token: str) -> Typed | None:
    """The slip from which the trade at `token` was typed; None for any other trade."""
    rows = _typed_rows(session, _typed(community.id).where(Trade.token == token))
    return next(iter(as_typed(session, community, rows)), None)


def typed_together(session: Session, community: members.CommunityView, batch: str) -> list[Typed]:
    """What one grid booked, in its order."""
    wanted = _typed(community.id).where(Slip.batch == batch).order_by(Trade.id)
    return as_typed(session, community, _typed_rows(session, wanted))


def last_typed(
    session: Session,
    community: members.CommunityView,
    book: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Typed]:
    """What was typed last in the community, or from one book, newest first."""
    wanted = _typed(community.id).order_by(Trade.id.desc()).limit(limit)
    if book is not None:
        wanted = wanted.where(Slip.book == book)
    if before is not None:
        wanted = wanted.where(Trade.id < before)
    return as_typed(session, community, _typed_rows(session, wanted))


def last_book(session: Session, standing: members.Standing) -> str:
    """The book that this person typed from last; "" before the first."""
    found = session.scalar(
        select(Slip.book)
        .join(Trade, Trade.id == Slip.trade_id)
        .where(Slip.community_id == standing.community.id)
        .where(Trade.recorded_by == standing.actor)
        .order_by(Slip.id.desc())
        .limit(1)
    )
    return found or ""


def own_slips(session: Session, acting: members.Acting, now: datetime) -> list[Typed]:
    """What was typed for the cell and can still be objected to, newest first."""
    wanted = (
        _typed(acting.community.id)
        .where(or_(Trade.payer == acting.account, Trade.payee == acting.account))
        .where(Trade.created_at > now - rules.OBJECT_WITHIN)
        .order_by(Trade.id.desc())
    )
    return as_typed(session, acting.community, _typed_rows(session, wanted))


_Row = tuple[Trade, Slip]


def _typed(community_id: int) -> Select[Trade, Slip]:
    return (
        select(Trade, Slip)
        .join(Slip, Slip.trade_id == Trade.id)
        .where(Trade.community_id == community_id)
    )


def _typed_rows(session: Session, wanted: Select[Trade, Slip]) -> list[_Row]:
    return [(trade, slip) for trade, slip in session.execute(wanted)]


def as_typed(
    session: Session, community: members.CommunityView, rows: Sequence[_Row]
) -> list[Typed]:
    """Trades with their slips as pages show them, in the same order."""
    names = members.names_by_number(
        session,
        community.id,
        (number for trade, _ in rows for number in (trade.payer, trade.payee)),
    )
    people = members.names_of_actors(session, community.id, (one.recorded_by for one, _ in rows))
    return [
        Typed(
            id=trade.id,
            label=slip_label(slip.book, slip.number),
            token=trade.token,
            payer=side(community.code, trade.payer, names),
            payee=side(community.code, trade.payee, names),
            amount=trade.amount,
            what=trade.what,
            occurred_on=trade.occurred_on,
            typed_by=people.get(trade.recorded_by, ""),
            typed_at=trade.created_at,
            object_by=rules.object_by(trade.created_at),
            state=State(trade.state),
        )
        for trade, slip in rows
    ]
