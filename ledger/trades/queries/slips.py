"""Reading paper slips: what was typed, by whom, who objected, and which books were printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.errors import NoSuchBook, NoSuchObjection
from ledger.trades.model import Slip, SlipBook, SlipObjection, Trade
from ledger.trades.queries.sides import Side, side
from ledger.trades.rules import objections as rules
from ledger.trades.rules.objections import ObjectionState
from ledger.trades.rules.slips import next_book, slip_label
from ledger.trades.rules.states import IN_FORCE, State


@dataclass(frozen=True, slots=True)
class Typed:
    """A slip that was typed: what it says, by whom, and until when one may object to it.

    `payer` got something and sent `amount`; `payee` gave it and received.
    """

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


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection to a slip. `answered_by` is a name, "" while it is open or only settled."""

    id: int
    slip: Typed
    by: Side
    by_person: str
    reason: str
    raised_at: datetime
    state: ObjectionState
    answer: str
    answered_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperNews:
    """What the home page says of paper: slips one may still object to, objections under way.

    `objections` are those to slips of the cell, by it or by the other; `to_answer` counts
    those of others that wait for the acting person, who coordinates.
    """

    typed: int
    object_by: datetime | None
    objections: tuple[ObjectionView, ...]
    to_answer: int


@dataclass(frozen=True, slots=True)
class Book:
    """A book of empty slips that was made here; `typed` of its slips were counted since."""

    name: str
    slips: int
    typed: int
    made_by: str
    made_at: datetime


def slip_of(session: Session, community: members.CommunityView, token: str) -> Typed | None:
    """The slip from which the trade at `token` was typed; None for any other trade."""
    rows = _typed_rows(session, _typed(community.id).where(Trade.token == token))
    return next(iter(_as_typed(session, community, rows)), None)


def typed_together(session: Session, community: members.CommunityView, batch: str) -> list[Typed]:
    """What one grid booked, in its order."""
    wanted = _typed(community.id).where(Slip.batch == batch).order_by(Trade.id)
    return _as_typed(session, community, _typed_rows(session, wanted))


def last_typed(
    session: Session, community: members.CommunityView, limit: int = 25, before: int | None = None
) -> list[Typed]:
    """What was typed last in the community, newest first."""
    wanted = _typed(community.id).order_by(Trade.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(Trade.id < before)
    return _as_typed(session, community, _typed_rows(session, wanted))


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
    return _as_typed(session, acting.community, _typed_rows(session, wanted))


def objections_to(
    session: Session, community: members.CommunityView, token: str
) -> list[ObjectionView]:
    """The objections to one trade, in the order in which they came."""
    wanted = _objections(community.id).where(Trade.token == token).order_by(SlipObjection.id)
    return _as_objections(session, community, wanted)


def open_objections(session: Session, community: members.CommunityView) -> list[ObjectionView]:
    """What waits for a coordinator, the oldest first."""
    wanted = _objections(community.id).where(*_OPEN).order_by(SlipObjection.id)
    return _as_objections(session, community, wanted)


def objections_about(session: Session, acting: members.Acting) -> list[ObjectionView]:
    """What waits for a coordinator and concerns the cell: raised by it, or by the other."""
    own = or_(Trade.payer == acting.account, Trade.payee == acting.account)
    wanted = _objections(acting.community.id).where(*_OPEN, own).order_by(SlipObjection.id)
    return _as_objections(session, acting.community, wanted)


def past_objections(
    session: Session, community: members.CommunityView, limit: int = 25
) -> list[ObjectionView]:
    """The objections that ended last, the newest first."""
    is_over = or_(*(~condition for condition in _OPEN))
    wanted = _objections(community.id).where(is_over).order_by(SlipObjection.id.desc())
    return _as_objections(session, community, wanted.limit(limit))


def objection(
    session: Session, community: members.CommunityView, objection_id: int
) -> ObjectionView:
    """One objection. Raises `NoSuchObjection`."""
    wanted = _objections(community.id).where(SlipObjection.id == objection_id)
    found = _as_objections(session, community, wanted)
    if not found:
        raise NoSuchObjection
    return found[0]


def paper_news(session: Session, acting: members.Acting, now: datetime) -> PaperNews:
    """What a cell's home page says of paper."""
    typed = [one for one in own_slips(session, acting, now) if one.state in IN_FORCE]
    own = objections_about(session, acting)
    to_answer = 0
    if "coordinator" in acting.roles:
        to_answer = len(open_objections(session, acting.community)) - len(own)
    return PaperNews(
        typed=len(typed),
        object_by=typed[-1].object_by if typed else None,
        objections=tuple(own),
        to_answer=to_answer,
    )


def slip_books(session: Session, community: members.CommunityView) -> list[Book]:
    """The books of empty slips that were made here, the newest first."""
    rows = session.scalars(
        select(SlipBook)
        .where(SlipBook.community_id == community.id)
        .order_by(SlipBook.made_at.desc(), SlipBook.book)
    ).all()
    counted = session.execute(
        select(Slip.book, func.count())
        .where(Slip.community_id == community.id, Slip.released_at.is_(None))
        .where(Slip.book.in_([row.book for row in rows]))
        .group_by(Slip.book)
    )
    typed = {name: count for name, count in counted}  # noqa: C416 - rows are no pairs to dict
    names = members.names_of_actors(session, community.id, (row.made_by for row in rows))
    return [
        Book(row.book, row.slips, typed.get(row.book, 0), names.get(row.made_by, ""), row.made_at)
        for row in rows
    ]


def slip_book(session: Session, community: members.CommunityView, name: str) -> Book:
    """One of them. Raises `NoSuchBook`."""
    for found in slip_books(session, community):
        if found.name == name:
            return found
    raise NoSuchBook


def unused_book(session: Session, community_id: int) -> str:
    """A name for the next book: no slip of it was printed or typed."""
    made = session.scalars(select(SlipBook.book).where(SlipBook.community_id == community_id))
    typed = session.scalars(select(Slip.book).where(Slip.community_id == community_id).distinct())
    return next_book(frozenset((*made, *typed)))


_OPEN = (
    SlipObjection.state == ObjectionState.OPEN.value,
    Trade.state != State.REVERSED.value,
)
"""An objection is open until it is ended, or its trade is reversed by the cells themselves."""

_Row = tuple[Trade, Slip]


def _typed(community_id: int) -> Select[Trade, Slip]:
    return (
        select(Trade, Slip)
        .join(Slip, Slip.trade_id == Trade.id)
        .where(Trade.community_id == community_id)
    )


def _typed_rows(session: Session, wanted: Select[Trade, Slip]) -> list[_Row]:
    return [(trade, slip) for trade, slip in session.execute(wanted)]


def _as_typed(
    session: Session, community: members.CommunityView, rows: Sequence[_Row]
) -> list[Typed]:
    names = members.names_by_number(
        session,
        community.id,
        (number for trade, _ in rows for number in (trade.payer, trade.payee)),
    )
    people = members.names_of_actors(session, community.id, (one.recorded_by for one, _ in rows))
    return [
        Typed(
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


def _objections(community_id: int) -> Select[SlipObjection, Trade, Slip]:
    return (
        select(SlipObjection, Trade, Slip)
        .join(Trade, Trade.id == SlipObjection.trade_id)
        .join(Slip, Slip.trade_id == Trade.id)
        .where(SlipObjection.community_id == community_id)
    )


def _as_objections(
    session: Session,
    community: members.CommunityView,
    wanted: Select[SlipObjection, Trade, Slip],
) -> list[ObjectionView]:
    rows = [(raised, trade, slip) for raised, trade, slip in session.execute(wanted)]
    slips = _as_typed(session, community, [(trade, slip) for _, trade, slip in rows])
    people = members.names_of_actors(
        session, community.id, _actors(raised for raised, _, _ in rows)
    )
    found = []
    for (row, trade, _), slip in zip(rows, slips, strict=True):
        names = {one.number: one.name for one in (slip.payer, slip.payee)}
        found.append(
            ObjectionView(
                id=row.id,
                slip=slip,
                by=side(community.code, row.account, names),
                by_person=people.get(row.actor, ""),
                reason=row.reason,
                raised_at=row.raised_at,
                state=rules.present(ObjectionState(row.state), State(trade.state)),
                answer=row.answer,
                answered_by=people.get(row.answered_by or 0, ""),
                ended_at=row.ended_at,
            )
        )
    return found


def _actors(rows: Iterable[SlipObjection]) -> list[int]:
    return [actor for row in rows for actor in (row.actor, row.answered_by) if actor is not None]
