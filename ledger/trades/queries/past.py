"""What waited for an answer at an instant that is past, and the words behind entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.trades import rules
from ledger.trades.model import Trade, TradeEvent
from ledger.trades.rules.states import ANSWER_WITHIN, WAITING, Event, State, present

_CHUNK = 500


@dataclass(slots=True)
class WaitingSums:
    """What waits on one account: how many trades and their sum, each way."""

    incoming: int = 0
    incoming_sum: int = 0
    outgoing: int = 0
    outgoing_sum: int = 0


@dataclass(slots=True)
class _Past:
    trade: Trade
    events: list[TradeEvent] = field(default_factory=list)

    def state_at(self, at: datetime) -> State:
        """Where the trade stood, from what happened to it."""
        state, since = self._first(), self.trade.created_at
        for event in self.events:
            if event.at >= at:
                break
            state, since = State(event.state), event.at
        return present(state, since + ANSWER_WITHIN, at)

    def _first(self) -> State:
        """A trade begins asked if an answer came to it, or if it still waits for one."""
        if not self.events:
            return State(self.trade.state)
        first = self.events[0]
        answers = {Event.CONFIRM, Event.DECLINE, Event.WITHDRAW}
        is_answer = first.event in answers or first.state == State.EXPIRED
        return State.ASKED if is_answer else State.CONFIRMED


def waiting_at(session: Session, community_id: int, at: datetime) -> dict[int, WaitingSums]:
    """What waited for an answer at `at`, by account; accounts without are left out.

    A question would move its amount to the payee; a question to reverse, back.
    """
    found: dict[int, WaitingSums] = {}
    for past in _pasts(session, community_id, at):
        state = past.state_at(at)
        if state not in WAITING:
            continue
        sides = (past.trade.payee, past.trade.payer)
        into, out = sides if state is State.ASKED else reversed(sides)
        incoming = found.setdefault(into, WaitingSums())
        incoming.incoming += 1
        incoming.incoming_sum += past.trade.amount
        outgoing = found.setdefault(out, WaitingSums())
        outgoing.outgoing += 1
        outgoing.outgoing_sum += past.trade.amount
    return found


def memos(
    session: Session, community_id: int, entry_ids: Collection[int]
) -> dict[int, tuple[bytes, str, bytes]]:
    """The digest, words and salt behind some entries' memo digests, by entry.

    Where a memo was erased, its digest is that of nothing any more.
    """
    found: dict[int, tuple[bytes, str, bytes]] = {}
    wanted = sorted(entry_ids)
    for start in range(0, len(wanted), _CHUNK):
        rows = session.execute(
            select(Trade.entry_id, Trade.what, Trade.salt).where(
                Trade.community_id == community_id,
                Trade.entry_id.in_(wanted[start : start + _CHUNK]),
            )
        )
        for entry_id, what, salt in rows:
            if entry_id is not None:
                found[entry_id] = (rules.memo_digest(salt, what), what, salt)
    return found


def _pasts(session: Session, community_id: int, at: datetime) -> list[_Past]:
    """The trades that may have waited then: they wait still, or something happened since."""
    later = select(TradeEvent.trade_id).where(
        TradeEvent.community_id == community_id, TradeEvent.at >= at
    )
    wanted = select(Trade).where(
        Trade.community_id == community_id,
        Trade.created_at < at,
        or_(Trade.answer_by.is_not(None), Trade.id.in_(later)),
    )
    pasts = {trade.id: _Past(trade) for trade in session.scalars(wanted)}
    rows = session.scalars(
        select(TradeEvent)
        .where(TradeEvent.trade_id.in_(wanted.with_only_columns(Trade.id)))
        .order_by(TradeEvent.trade_id, TradeEvent.number)
    )
    for trade_id, events in groupby(rows, key=lambda event: event.trade_id):
        pasts[trade_id].events = list(events)
    return list(pasts.values())
