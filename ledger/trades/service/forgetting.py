"""What becomes of the words of a cell that has left.

The books stay: amounts, days and accounts. What the people of the cell wrote beside them
goes when they want it to. The journal keeps only a digest of salt and words, and with the
salt gone nobody can find out by trying what they were.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from ledger.jobs.service import Payload
from ledger.members import queries as members
from ledger.trades.model import Plan, SlipObjection, Trade, TradeEvent
from ledger.trades.rules import NO_SALT
from ledger.trades.rules.plans import PlanState
from ledger.trades.service.importing.taking import THE_HOUSE
from ledger.trades.service.slips import SOURCE
from ledger.trades.service.stacks import forget_lines_of


def cell_left(session: Session, payload: Payload, _now: datetime) -> None:
    """The job that ends a cell's plans, and with `erase` forgets its words."""
    community_id, number = payload["community"], payload["cell"]
    if not isinstance(community_id, int) or not isinstance(number, int):
        raise TypeError(f"no cell in {payload}")
    own = (Plan.community_id == community_id, Plan.payer == number)
    session.execute(update(Plan).where(*own).values(state=PlanState.ENDED.value, next_on=None))
    if payload["erase"]:
        session.execute(update(Plan).where(*own).values(what=""))
        forget_words(session, community_id, number)
        forget_lines_of(session, community_id, number, str(payload.get("name", "")))


def forget_words(session: Session, community_id: int, number: int) -> None:
    """Erase what the cell's people wrote: what trades were for, and reasons they gave.

    Which side wrote what stands in earlier books or on a slip of paper nobody knows any more:
    it goes with the first of both who wants it.
    """
    own = Trade.recorded_by.in_(members.actors_of(session, community_id, number))
    anybodys = or_(Trade.recorded_by == THE_HOUSE, Trade.source == SOURCE)
    session.execute(
        update(Trade)
        .where(Trade.community_id == community_id)
        .where(or_(Trade.payer == number, Trade.payee == number))
        .where(or_(own, anybodys))
        .values(what="", search_what="", salt=NO_SALT)
    )
    session.execute(
        update(TradeEvent)
        .where(TradeEvent.community_id == community_id, TradeEvent.account == number)
        .values(reason="")
    )
    session.execute(
        update(SlipObjection)
        .where(SlipObjection.community_id == community_id, SlipObjection.account == number)
        .values(reason="")
    )
