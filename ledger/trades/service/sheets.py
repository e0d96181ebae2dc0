"""Books of empty slips: made once, so that no number is printed for two slips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.errors import BookUsed
from ledger.trades.model import Slip, SlipBook
from ledger.trades.rules.slips import SLIPS_A_SHEET


@dataclass(frozen=True, slots=True)
class MakeBook:
    """A book of `sheets` pages with empty slips, numbered from 1."""

    book: str
    sheets: int
    request_key: str


def make_book(
    session: Session, standing: members.Standing, command: MakeBook, now: datetime
) -> str:
    """Make the book and return its name; the same request again makes it once.

    Raises `BookUsed` when one of this name was made, or slips of it were typed.
    """
    community = standing.community
    typed = select(Slip.id).where(Slip.community_id == community.id, Slip.book == command.book)
    values = {
        "community_id": community.id,
        "book": command.book,
        "slips": command.sheets * SLIPS_A_SHEET,
        "made_by": standing.actor,
        "request_key": command.request_key,
        "made_at": now,
    }
    if session.scalar(typed.limit(1)) is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(SlipBook).values(values).on_conflict_do_nothing())
    made = session.get(SlipBook, (community.id, command.book))
    if made is None or (made.made_by, made.request_key) != (standing.actor, command.request_key):
        raise BookUsed(book=command.book)
    return made.book
