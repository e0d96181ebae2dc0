"""What a person recorded, answered, planned and wrote about trades, for themself to take away.

Of others there are the names of their cells and nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.kernel import amounts
from ledger.kernel.clock import iso
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.trades.model import Intake, Plan, SlipBook, SlipObjection, SlipStack, Trade, TradeEvent
from ledger.trades.queries.stacks import stacks_begun
from ledger.trades.rules.stacks import SIDES
from ledger.trades.rules.states import State, present

Facts = list[dict[str, Any]]


def own_data(session: Session, person_id: int, now: datetime) -> dict[str, Any]:
    """By heading, as JSON holds it; instants in ISO 8601, amounts as they are sent."""
    found: dict[str, Facts] = {
        "trades_recorded": [],
        "trades_answered": [],
        "trades_planned": [],
        "slips_objected_to": [],
        "objections_to_slips_answered": [],
        "slip_books_made": [],
        "slip_stacks_begun": [],
        "slips_not_booked_yet": [],
        "books_uploaded": [],
    }
    for where, actor in members.numbers_in_books(session, person_id):
        found["trades_recorded"] += _recorded(session, where, actor, now)
        found["trades_answered"] += _answered(session, where, actor)
        found["trades_planned"] += _planned(session, where, person_id)
        found["slips_objected_to"] += _objected(session, where, actor)
        found["objections_to_slips_answered"] += _answered_objections(session, where, actor)
        found["slip_books_made"] += _books(session, where, actor)
        found["slip_stacks_begun"] += _stacks(session, where, actor)
        found["books_uploaded"] += _uploaded(session, where, person_id)
    for place in members.communities_of(session, person_id, now):
        own = {cell.number for cell in place.cells}
        found["slips_not_booked_yet"] += _typed_about(session, place.community, own, now)
    return found


def _recorded(session: Session, where: CommunityView, actor: int, now: datetime) -> Facts:
    rows = session.scalars(
        select(Trade)
        .where(Trade.community_id == where.id, Trade.recorded_by == actor)
        .order_by(Trade.id)
    ).all()
    names = _names(session, where, rows)
    return [
        {
            **_deal(where, one, names),
            "what": one.what,
            "day": one.occurred_on.isoformat(),
            "state": present(State(one.state), one.answer_by, now).value,
            "by": one.source,
            "receipt": one.token,
            "at": one.created_at.isoformat(),
        }
        for one in rows
    ]


def _answered(session: Session, where: CommunityView, actor: int) -> Facts:
    rows = session.execute(
        select(TradeEvent, Trade)
        .join(Trade, Trade.id == TradeEvent.trade_id)
        .where(TradeEvent.community_id == where.id, TradeEvent.actor == actor)
        .order_by(TradeEvent.at, TradeEvent.trade_id, TradeEvent.number)
    ).all()
    names = _names(session, where, [trade for _, trade in rows])
    return [
        {
            **_deal(where, trade, names),
            "receipt": trade.token,
            "answer": event.event,
            "reason": event.reason,
            "at": event.at.isoformat(),
        }
        for event, trade in rows
    ]


def _planned(session: Session, where: CommunityView, person_id: int) -> Facts:
    rows = session.scalars(
        select(Plan)
        .where(Plan.community_id == where.id, Plan.person_id == person_id)
        .order_by(Plan.id)
    ).all()
    names = _names(session, where, rows)
    return [
        {
            **_deal(where, one, names),
            "what": one.what,
            "rhythm": one.rhythm,
            "first": one.first_on.isoformat(),
            "next": iso(one.next_on),
            "state": one.state,
            "at": one.created_at.isoformat(),
        }
        for one in rows
    ]


def _objected(session: Session, where: CommunityView, actor: int) -> Facts:
    return [
        {
            "cell": shown_number(where.code, one.account),
            "receipt": token,
            "reason": one.reason,
            "at": one.raised_at.isoformat(),
        }
        for one, token in _objections(session, where, actor)
        if one.actor == actor
    ]


def _answered_objections(session: Session, where: CommunityView, actor: int) -> Facts:
    return [
        {
            "cell": shown_number(where.code, one.account),
            "receipt": token,
            "answer": one.answer,
            "state": one.state,
            "at": iso(one.ended_at),
        }
        for one, token in _objections(session, where, actor)
        if one.answered_by == actor
    ]


def _objections(
    session: Session, where: CommunityView, actor: int
) -> Iterable[tuple[SlipObjection, str]]:
    rows = session.execute(
        select(SlipObjection, Trade.token)
        .join(Trade, Trade.id == SlipObjection.trade_id)
        .where(SlipObjection.community_id == where.id)
        .where(or_(SlipObjection.actor == actor, SlipObjection.answered_by == actor))
        .order_by(SlipObjection.id)
    )
    return [(one, token) for one, token in rows]


def _books(session: Session, where: CommunityView, actor: int) -> Facts:
    rows = session.scalars(
        select(SlipBook)
        .where(SlipBook.community_id == where.id, SlipBook.made_by == actor)
        .order_by(SlipBook.made_at, SlipBook.book)
    )
    return [
        {
            "community": where.code,
            "book": one.book,
            "slips": one.slips,
            "at": one.made_at.isoformat(),
        }
        for one in rows
    ]


def _stacks(session: Session, where: CommunityView, actor: int) -> Facts:
    rows = session.scalars(
        select(SlipStack)
        .where(SlipStack.community_id == where.id, SlipStack.begun_by == actor)
        .order_by(SlipStack.begun_at, SlipStack.batch)
    )
    return [
        {"community": where.code, "slips": one.slips, "at": one.begun_at.isoformat()}
        for one in rows
    ]


def _typed_about(
    session: Session, where: CommunityView, own: Collection[int], now: datetime
) -> Facts:
    """What coordinators have typed from slips that name these cells, as it stands there."""
    begun = stacks_begun(session, where, now) if own else ()
    lines = [(one, line) for one in begun for line in one.typing.lines]
    texts = {line[side] for _, line in lines for side in SIDES}
    named = members.named_cells(session, where, texts, limit=2)
    is_own = {text: len(found) == 1 and found[0].number in own for text, found in named.items()}
    return [
        {
            "community": where.code,
            "day": one.typing.day,
            "slip": [line["book"], line["number"]],
            "got_by": line["from"],
            "given_by": line["to"],
            "amount": line["amount"],
            "what": line["what"],
            "saved_at": one.saved_at.isoformat(),
        }
        for one, line in lines
        if any(is_own[line[side]] for side in SIDES)
    ]


def _uploaded(session: Session, where: CommunityView, person_id: int) -> Facts:
    rows = session.scalars(
        select(Intake)
        .where(Intake.community_id == where.id, Intake.uploaded_by == person_id)
        .order_by(Intake.id)
    )
    return [
        {
            "community": where.code,
            "files": [one.members_file, one.trades_file],
            "state": one.state,
            "at": one.uploaded_at.isoformat(),
        }
        for one in rows
    ]


def _deal(where: CommunityView, one: Trade | Plan, names: dict[int, str]) -> dict[str, Any]:
    """Who gave, who got and how much, in the order in which it is read."""
    return {
        "community": where.code,
        "given_by": _cell(where, one.payee, names),
        "got_by": _cell(where, one.payer, names),
        "amount": amounts.wire(one.amount, where.unit.scale),
        "unit": where.unit.name,
    }


def _cell(where: CommunityView, number: int, names: dict[int, str]) -> dict[str, str]:
    return {"cell": shown_number(where.code, number), "name": names.get(number, "")}


def _names(session: Session, where: CommunityView, rows: Iterable[Trade | Plan]) -> dict[int, str]:
    numbers = {number for one in rows for number in (one.payer, one.payee)}
    return members.names_by_number(session, where.id, numbers)
