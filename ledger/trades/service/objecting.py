"""Objecting to what was typed from paper, and how a coordinator ends an objection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.journal.errors import KeyReused
from ledger.members import queries as members
from ledger.trades.errors import (
    NoSuchObjection,
    NoSuchTrade,
    NotInOwnCause,
    ObjectedBefore,
    OnlyLooking,
    ReasonMissing,
)
from ledger.trades.model import Slip, SlipObjection, Trade
from ledger.trades.rules import objections as rules
from ledger.trades.rules.objections import ObjectionEvent, ObjectionState
from ledger.trades.rules.states import Event, Party, State
from ledger.trades.service.answering import Doer, move
from ledger.trades.service.recording import JUDGED, without_figures
from ledger.trades.service.telling_slips import ANSWERED, RAISED, tell_objection


@dataclass(frozen=True, slots=True)
class Object:
    """The acting cell objects to the trade at `token`, which was typed from paper."""

    token: str
    reason: str
    request_key: str


@dataclass(frozen=True, slots=True)
class EndObjection:
    """A coordinator answers an objection, or reverses what was typed; both cells are told why."""

    objection_id: int
    event: ObjectionEvent
    answer: str
    request_key: str


def object_to(
    session: Session, acting: members.Acting, command: Object, now: datetime
) -> ObjectionState:
    """Lay the objection before the coordinators; the same request again lays it once.

    Raises `OnlyLooking`, `NoSuchTrade` (also for a trade that is no slip's), `MovedOn`,
    `ObjectionTooLate`, `ReasonMissing`, `ObjectedBefore`, or `KeyReused`.
    """
    if not acting.may_record:
        raise OnlyLooking
    trade = _typed_trade(session, acting.community.id, command.token)
    if acting.account not in {trade.payer, trade.payee}:
        raise NoSuchTrade
    before = _before(session, trade, acting, command.request_key)
    if before is not None:
        return _again(before, trade, acting, command)
    rules.ensure_may_object(State(trade.state), trade.created_at, now)
    if not command.reason:
        raise ReasonMissing
    objection = SlipObjection(
        community_id=acting.community.id,
        trade_id=trade.id,
        account=acting.account,
        actor=acting.actor,
        reason=command.reason,
        request_key=command.request_key,
        raised_at=now,
        state=ObjectionState.OPEN.value,
        answer="",
    )
    session.add(objection)
    session.flush()
    tell_objection(session, objection.id, RAISED, now)
    return ObjectionState.OPEN


def end_objection(
    session: Session, standing: members.Standing, command: EndObjection, now: datetime
) -> ObjectionState:
    """Answer, or reverse by the rule of limits; the same request again does it once.

    A reversed slip can be typed again. Raises `NoSuchObjection`, `NotInOwnCause`,
    `ObjectionOver`, `AnswerMissing`, `KeyReused`, and for a reversal that cannot be
    booked `SideLimit`, `SideFrozen` or `SideClosed`.
    """
    objection, trade = _objection(session, standing.community.id, command.objection_id)
    if _ended_before(session, objection, standing, command):
        return ObjectionState(objection.state)
    _ensure_no_party(standing, objection, trade)
    state = rules.present(ObjectionState(objection.state), State(trade.state))
    target = rules.ending(state, command.event, command.answer)
    if target is ObjectionState.REVERSED:
        _reverse(session, standing, trade, command, now)
    objection.state = target.value
    objection.answer = command.answer
    objection.answered_by = standing.actor
    objection.answer_key = command.request_key
    objection.ended_at = now
    session.flush()
    if target is ObjectionState.ANSWERED:
        tell_objection(session, objection.id, ANSWERED, now)
    return target


def _typed_trade(session: Session, community_id: int, token: str) -> Trade:
    """The trade at `token`, locked, if it was typed from paper. Raises `NoSuchTrade`."""
    trade = session.scalar(
        select(Trade)
        .join(Slip, Slip.trade_id == Trade.id)
        .where(Trade.token == token, Trade.community_id == community_id)
        .with_for_update(of=Trade)
        .execution_options(populate_existing=True)
    )
    if trade is None:
        raise NoSuchTrade
    return trade


def _before(
    session: Session, trade: Trade, acting: members.Acting, key: str
) -> SlipObjection | None:
    """What this request laid before the coordinators already, or else this cell."""
    asked = (SlipObjection.actor == acting.actor) & (SlipObjection.request_key == key)
    own = (SlipObjection.trade_id == trade.id) & (SlipObjection.account == acting.account)
    return session.scalars(
        select(SlipObjection)
        .where(SlipObjection.community_id == acting.community.id, or_(asked, own))
        .order_by(asked.desc())
        .limit(1)
    ).one_or_none()


def _again(
    before: SlipObjection, trade: Trade, acting: members.Acting, command: Object
) -> ObjectionState:
    if (before.actor, before.request_key) != (acting.actor, command.request_key):
        raise ObjectedBefore
    said = (before.trade_id, before.account, before.reason)
    if said != (trade.id, acting.account, command.reason):
        raise KeyReused
    return ObjectionState(before.state)


def _objection(session: Session, community_id: int, number: int) -> tuple[SlipObjection, Trade]:
    """The objection and its trade, both locked: first the trade, as whoever answers it does."""
    found = session.get(SlipObjection, number)
    if found is None or found.community_id != community_id:
        raise NoSuchObjection
    trade = session.get(Trade, found.trade_id, with_for_update=True, populate_existing=True)
    session.refresh(found, with_for_update=True)
    if trade is None:
        raise NoSuchObjection
    return found, trade


def _ended_before(
    session: Session,
    objection: SlipObjection,
    standing: members.Standing,
    command: EndObjection,
) -> bool:
    """Whether this request ended it before. Raises `KeyReused` if it said something else."""
    done = session.scalar(
        select(SlipObjection).where(
            SlipObjection.community_id == standing.community.id,
            SlipObjection.answered_by == standing.actor,
            SlipObjection.answer_key == command.request_key,
        )
    )
    if done is None:
        return False
    target = rules.OBJECTION_TABLE[ObjectionState.OPEN, command.event]
    if (done.id, done.state, done.answer) != (objection.id, target.value, command.answer):
        raise KeyReused
    return True


def _ensure_no_party(standing: members.Standing, objection: SlipObjection, trade: Trade) -> None:
    """Nobody judges in their own cause."""
    own = {cell.number for cell in standing.cells}
    if standing.actor == objection.actor or own & {trade.payer, trade.payee}:
        raise NotInOwnCause


def _reverse(
    session: Session,
    standing: members.Standing,
    trade: Trade,
    command: EndObjection,
    now: datetime,
) -> None:
    """Reverse the trade in the books, and let its slip be typed again."""
    doer = Doer(actor=standing.actor, request_key=command.request_key)
    try:
        move(
            session,
            standing.community,
            trade,
            Event.CORRECT,
            Party.COORDINATOR,
            doer,
            command.answer,
            now,
        )
    except JUDGED as refusal:
        raise without_figures(refusal) from refusal
    slip = session.scalars(select(Slip).where(Slip.trade_id == trade.id)).one()
    slip.released_at = now
