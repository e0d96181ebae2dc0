"""Entries and the postings they laid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, select, tuple_
from sqlalchemy.orm import Session, aliased

from ledger.journal import model
from ledger.journal.rules.entries import Line


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its postings, in the order of account numbers."""

    id: int
    kind: str
    booked_at: datetime
    occurred_on: date
    actor: int
    memo_digest: bytes | None
    reverses: int | None
    lines: tuple[Line, ...]


def entry(session: Session, community_id: int, entry_id: int) -> Entry | None:
    """One entry with its postings, or None."""
    row = session.get(model.Entry, (community_id, entry_id))
    if row is None:
        return None
    lines = postings_of(session, community_id, [entry_id])[entry_id]
    return Entry(
        row.id,
        row.kind,
        row.booked_at,
        row.occurred_on,
        row.actor,
        row.memo_digest,
        row.reverses,
        tuple(lines),
    )


def entries_at(
    session: Session, community_id: int, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """The ids of the entries behind some postings, by (account, seq)."""
    posting = model.Posting
    rows = session.execute(
        select(posting.account, posting.seq, posting.entry_id)
        .where(posting.community_id == community_id)
        .where(tuple_(posting.account, posting.seq).in_(places))
    )
    return {(row.account, row.seq): row.entry_id for row in rows}


def postings_of(
    session: Session, community_id: int, entry_ids: Sequence[int]
) -> dict[int, list[Line]]:
    """The postings of each of some hundred entries, in the order of account numbers."""
    posting = model.Posting
    rows = session.execute(
        select(
            posting.entry_id,
            posting.account,
            posting.seq,
            posting.amount,
            posting.balance,
        )
        .where(posting.community_id == community_id, posting.entry_id.in_(entry_ids))
        .order_by(posting.entry_id, posting.account)
    )
    found: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(Line(*row[1:]))
    return found


def postings_since(
    session: Session, community_id: int, number: int, since: datetime
) -> list[tuple[datetime, int]]:
    """When each posting on an account was booked and its amount, oldest first."""
    entry, posting = model.Entry, model.Posting
    rows = session.execute(
        select(entry.booked_at, posting.amount)
        .join(entry, _of_entry(posting, entry))
        .where(posting.community_id == community_id, posting.account == number)
        .where(entry.booked_at >= since)
        .order_by(posting.seq)
    )
    return [(row[0], row[1]) for row in rows]


def exchanges(
    session: Session, community_id: int, *, since: datetime
) -> list[tuple[date, int, int, int]]:
    """Every trade between two accounts booked since and not reversed, in their order.

    What a decision moved or a cell gave to a fund is no trade.

    (day people remember, who received, who sent, amount).
    """
    entry, received, sent = model.Entry, model.Posting, aliased(model.Posting)
    undone = aliased(model.Entry)
    rows = session.execute(
        select(entry.occurred_on, received.account, sent.account, received.amount)
        .join(received, _of_entry(received, entry))
        .join(sent, _of_entry(sent, entry))
        .where(entry.community_id == community_id, entry.booked_at >= since)
        .where(
            entry.legs == 2,
            entry.kind.in_(["trade", "history"]),
            received.amount > 0,
            sent.amount < 0,
        )
        .where(
            ~exists().where(undone.community_id == entry.community_id, undone.reverses == entry.id)
        )
        .order_by(entry.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def has_own_trades(session: Session, community_id: int) -> bool:
    """Whether anything but history was booked in the community."""
    wanted = select(model.Entry.id).where(
        model.Entry.community_id == community_id, model.Entry.kind != "history"
    )
    return session.scalar(wanted.limit(1)) is not None


def reversal_of(session: Session, community_id: int, entry_id: int) -> int | None:
    """The entry that reverses this one, or None."""
    return session.scalar(
        select(model.Entry.id).where(
            model.Entry.community_id == community_id, model.Entry.reverses == entry_id
        )
    )


def _of_entry(posting: type[model.Posting], entry: type[model.Entry]) -> ColumnElement[bool]:
    return and_(posting.community_id == entry.community_id, posting.entry_id == entry.id)
