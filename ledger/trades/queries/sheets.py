"""Reading which books of empty slips were made, and how many of their slips were typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.errors import NoSuchBook
from ledger.trades.model import Slip, SlipBook
from ledger.trades.rules.slips import next_book


@dataclass(frozen=True, slots=True)
class Book:
    """A book of empty slips that was made here; `typed` of its slips were counted since."""

    name: str
    slips: int
    typed: int
    made_by: str
    made_at: datetime


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
