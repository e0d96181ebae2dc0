"""An account's movements, searched and a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from ledger.journal import model
from ledger.journal.queries.entries import postings_of


@dataclass(frozen=True, slots=True)
class Movement:
    """A posting with its entry; `others` are the entry's postings on other accounts."""

    seq: int
    entry_id: int
    kind: str
    booked_at: datetime
    occurred_on: date
    amount: int
    balance: int
    reverses: int | None
    others: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which movements of an account are wanted: all of them unless something is said.

    `booked_from` is within, `booked_until` is not. `sign` 1 wants what was received, -1
    what was sent. `others`: with one of these accounts on the other side. `of_entry`
    turns the entry's id into a condition on another room's tables; for a reversal it
    gets the id of what was reversed.
    """

    booked_from: datetime | None = None
    booked_until: datetime | None = None
    sign: int = 0
    others: Collection[int] | None = None
    of_entry: Callable[[ColumnElement[int]], ColumnElement[bool]] | None = None


def movements(
    session: Session,
    community_id: int,
    number: int,
    *,
    before_seq: int | None = None,
    limit: int = 50,
    wanted: Wanted | None = None,
) -> list[Movement]:
    """The newest `limit` postings of an account, newest first; those below `before_seq`.

    A page stays the same while entries arrive, because `seq` never changes.
    """
    posting, entry = model.Posting, model.Entry
    found = (
        select(
            posting.seq,
            posting.entry_id,
            entry.kind,
            entry.booked_at,
            entry.occurred_on,
            posting.amount,
            posting.balance,
            entry.reverses,
        )
        .join(
            entry,
            (entry.community_id == posting.community_id) & (entry.id == posting.entry_id),
        )
        .where(posting.community_id == community_id, posting.account == number)
        .where(*_conditions(wanted or Wanted()))
        .order_by(posting.seq.desc())
        .limit(limit)
    )
    if before_seq is not None:
        found = found.where(posting.seq < before_seq)
    rows = session.execute(found).all()
    others = postings_of(session, community_id, [row.entry_id for row in rows])
    return [
        Movement(
            *row,
            others=tuple(
                (line.account, line.amount)
                for line in others[row.entry_id]
                if line.account != number
            ),
        )
        for row in rows
    ]


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    posting, entry, other = model.Posting, model.Entry, aliased(model.Posting)
    if wanted.booked_from is not None:
        yield entry.booked_at >= wanted.booked_from
    if wanted.booked_until is not None:
        yield entry.booked_at < wanted.booked_until
    if wanted.sign:
        yield posting.amount * wanted.sign > 0
    if wanted.others is not None:
        yield exists().where(
            other.community_id == posting.community_id,
            other.entry_id == posting.entry_id,
            other.account != posting.account,
            other.account.in_(wanted.others),
        )
    if wanted.of_entry is not None:
        yield wanted.of_entry(func.coalesce(entry.reverses, entry.id))
