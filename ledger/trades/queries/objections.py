"""Reading objections to what was typed from paper, and what home pages say of paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.errors import NoSuchObjection
from ledger.trades.model import Slip, SlipObjection, Trade
from ledger.trades.queries.sides import Side, side
from ledger.trades.queries.slips import Typed, as_typed, own_slips
from ledger.trades.rules import objections as rules
from ledger.trades.rules.objections import ObjectionState
from ledger.trades.rules.states import IN_FORCE, State


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


def objected_between(
    session: Session, community: members.CommunityView, since: datetime, until: datetime
) -> list[ObjectionView]:
    """What waits for a coordinator about slips that were booked in a time; `until` is past it."""
    booked = (Trade.created_at >= since, Trade.created_at < until)
    wanted = _objections(community.id).where(*_OPEN, *booked).order_by(SlipObjection.id)
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


_OPEN = (
    SlipObjection.state == ObjectionState.OPEN.value,
    Trade.state != State.REVERSED.value,
)
"""An objection is open until it is ended, or its trade is reversed by the cells themselves."""


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
    slips = as_typed(session, community, [(trade, slip) for _, trade, slip in rows])
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
