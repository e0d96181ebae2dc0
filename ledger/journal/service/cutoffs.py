"""Ending a month: from then on nothing is booked into it, by no race."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.journal import queries
from ledger.journal.errors import CutoffOutOfOrder
from ledger.journal.model import Account, Cutoff
from ledger.journal.service.accounts import lock_book


def cut_off(session: Session, community_id: int, at: datetime, now: datetime) -> None:
    """Let nothing more be booked before `at`; the same instant again does nothing.

    Waits for payments that hold an account, and is short: whoever reads the books
    after its commit sees everything that will ever stand before `at`. Raises
    `CutoffOutOfOrder` when `at` is yet to come or lies before the last one.
    """
    lock_book(session, community_id)
    last = queries.last_cutoff(session, community_id)
    if last == at:
        return
    if at > now or (last is not None and at < last):
        raise CutoffOutOfOrder(at=at, last=last)
    earlier = (Account.community_id == community_id) & (Account.not_before < at)
    # Payments lock in this order too, so that neither waits for the other for ever.
    session.execute(
        select(Account.number)
        .where(Account.community_id == community_id)
        .order_by(Account.number)
        .with_for_update(key_share=True)
    ).all()
    session.execute(
        update(Account).where(earlier).values(not_before=at),
        execution_options={"synchronize_session": False},
    )
    session.add(Cutoff(community_id=community_id, at=at))
    session.flush()
