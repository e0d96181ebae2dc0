"""What happens to a trade after it was recorded: the table of states, carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.journal.errors import BeyondFloor, KeyReused
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.service import FIRST_FUND, unless_frozen
from ledger.trades import rules
from ledger.trades.errors import NoSuchTrade, NotTheirs, OnlyLooking
from ledger.trades.model import Trade, TradeEvent
from ledger.trades.rules import states
from ledger.trades.rules.states import Booking, Event, Party, State, Step
from ledger.trades.service.recording import Preview, only_own_figures, other_cell, own_account
from ledger.trades.service.telling import tell


@dataclass(frozen=True, slots=True)
class Answer:
    """What the acting cell does to the trade at `token`, and why."""

    token: str
    event: Event
    request_key: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """Where the trade stands after it. `entry_id` is what was booked; `replayed`: before."""

    state: State
    entry_id: int | None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts: the cell (or None: the house), the person's number in the books, their key."""

    account: int | None = None
    actor: int | None = None
    request_key: str | None = None


def answer(session: Session, acting: members.Acting, command: Answer, now: datetime) -> Answered:
    """Do it, or return what it did when the same request came before.

    Raises `OnlyLooking`, `NoSuchTrade`, `MovedOn`, `NotTheirs`, `ReasonMissing`,
    `KeyReused`, and where something is booked `OtherClosed`, `TheirLimit`, or of the
    own account `BeyondFloor`, `BeyondCeiling`, `AccountFrozen` or `AccountClosed`.
    """
    if not acting.may_record:
        raise OnlyLooking
    trade = _own_trade(session, acting, command.token, lock=True)
    before = _answered_before(session, acting, trade, command)
    if before is not None:
        return before
    if _is_with_a_fund(trade):
        raise NotTheirs
    party = states.party_of(acting.account, trade.payer)
    doer = Doer(acting.account, acting.actor, command.request_key)
    with only_own_figures(session, acting):
        return move(
            session, acting.community, trade, command.event, party, doer, command.reason, now
        )


def preview_answer(
    session: Session, acting: members.Acting, token: str, now: datetime
) -> Preview | None:
    """Where the own account would stand after this cell's yes; None when none is asked of it.

    Raises `NoSuchTrade`, and `BeyondFloor` when the yes would be refused for want of room.
    """
    trade = _own_trade(session, acting, token)
    state = states.present(State(trade.state), trade.answer_by, now)
    party = states.party_of(acting.account, trade.payer)
    if (state, party) not in _SENDING or _is_with_a_fund(trade):
        return None
    own = own_account(session, acting)
    if trade.amount > own.left:
        raise BeyondFloor(account=own.number, floor=own.floor, amount=trade.amount, left=own.left)
    other = other_cell(session, acting, trade.payee if party is Party.DEBTOR else trade.payer)
    after = own.balance - trade.amount
    return Preview(other, after, own.left - trade.amount, rules.is_near_floor(after, own.floor))


def lapse(session: Session, trade_id: int, now: datetime) -> None:
    """Write down that a question was not answered in time, if that is so."""
    trade = session.get(Trade, trade_id, with_for_update=True, populate_existing=True)
    if trade is not None:
        _catch_up(session, trade, now)


def move(
    session: Session,
    community: members.CommunityView,
    trade: Trade,
    event: Event,
    party: Party,
    doer: Doer,
    reason: str,
    now: datetime,
) -> Answered:
    """Let `event` happen to the locked `trade`. Raises what the table and the books raise."""
    _catch_up(session, trade, now)
    step = states.step(State(trade.state), event, party, reason)
    entry_id = _book(session, community, trade, step, doer, now)
    _note(session, trade, step, doer, reason, entry_id, now)
    return Answered(step.target, entry_id)


_SENDING = {(step.source, step.by) for step in states.TABLE if step.booking is not Booking.NOTHING}
"""Who would send something by saying yes, in which state."""


def _own_trade(
    session: Session, acting: members.Acting, token: str, *, lock: bool = False
) -> Trade:
    wanted = select(Trade).where(Trade.token == token, Trade.community_id == acting.community.id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    trade = session.scalar(wanted)
    if trade is None or acting.account not in {trade.payer, trade.payee}:
        raise NoSuchTrade
    return trade


def _is_with_a_fund(trade: Trade) -> bool:
    """Whether one side is a fund of earlier books, for which nobody answers."""
    return max(trade.payer, trade.payee) >= FIRST_FUND


def _answered_before(
    session: Session, acting: members.Acting, trade: Trade, command: Answer
) -> Answered | None:
    done = session.scalar(
        select(TradeEvent).where(
            TradeEvent.community_id == acting.community.id,
            TradeEvent.actor == acting.actor,
            TradeEvent.request_key == command.request_key,
        )
    )
    if done is None:
        return None
    if (done.trade_id, done.event, done.reason) != (trade.id, command.event.value, command.reason):
        raise KeyReused
    return Answered(State(done.state), done.entry_id, replayed=True)


def _catch_up(session: Session, trade: Trade, now: datetime) -> None:
    """Write down a lapse that has come about since anybody looked."""
    state = State(trade.state)
    if states.present(state, trade.answer_by, now) is not state:
        step = states.step(state, Event.LAPSE, Party.TIME)
        _note(session, trade, step, Doer(), "", None, now)


def _book(
    session: Session,
    community: members.CommunityView,
    trade: Trade,
    step: Step,
    doer: Doer,
    now: datetime,
) -> int | None:
    """The id of the entry that the step makes, if it makes one.

    The trade is in the keys, so that it can be booked and reversed only once.
    """
    if step.booking is Booking.NOTHING or doer.actor is None:
        return None
    if step.booking is Booking.POST:
        draft = journal.Draft(
            kind="trade",
            postings=((trade.payer, -trade.amount), (trade.payee, trade.amount)),
            occurred_on=trade.occurred_on,
            actor=doer.actor,
            request_key=f"trade:{trade.id}",
            memo_digest=rules.memo_digest(trade.salt, trade.what),
        )
        book = partial(journal.post, session, community.id, draft, now)
    elif trade.entry_id is None:
        raise LookupError(f"trade {trade.id} is to be reversed and was never booked")
    else:
        book = partial(
            journal.reverse,
            session,
            community.id,
            trade.entry_id,
            actor=doer.actor,
            request_key=f"reversal:{trade.id}",
            occurred_on=clock.day_of(now, community.zone),
            memo_digest=None,
            now=now,
        )
    return unless_frozen(session, community.id, now, book).entry_id


def _note(
    session: Session,
    trade: Trade,
    step: Step,
    doer: Doer,
    reason: str,
    entry_id: int | None,
    now: datetime,
) -> None:
    """Bring the trade into its new state, with who, when and why, and tell the other side."""
    last = session.scalar(
        select(func.max(TradeEvent.number)).where(TradeEvent.trade_id == trade.id)
    )
    number = (last or 0) + 1
    if step.booking is Booking.POST:
        trade.entry_id = entry_id
    trade.state = step.target.value
    trade.answer_by = states.answer_by(step.target, now)
    session.add(
        TradeEvent(
            trade_id=trade.id,
            number=number,
            community_id=trade.community_id,
            event=step.event.value,
            state=step.target.value,
            account=doer.account,
            actor=doer.actor,
            reason=reason,
            request_key=doer.request_key,
            entry_id=entry_id,
            at=now,
        )
    )
    session.flush()
    tell(session, trade.id, number, trade.answer_by, now)
