"""Reading the books: frozen values, one range scan each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from ledger.journal import model
from ledger.journal.queries.months import (
    Laid,
    booked_kinds,
    closed_before,
    first_booked,
    laid_between,
    laid_until,
    opened_before,
    partners,
)
from ledger.journal.rules.entries import Line
from ledger.journal.rules.seals import seal_hash
from ledger.kernel.clock import to_micros

__all__ = [
    "Account",
    "Entry",
    "Laid",
    "Line",
    "Movement",
    "Seal",
    "Wanted",
    "account",
    "accounts",
    "accounts_by_number",
    "booked_kinds",
    "closed_before",
    "entry",
    "exchanges",
    "first_booked",
    "has_own_trades",
    "head",
    "laid_between",
    "laid_until",
    "last_cutoff",
    "movements",
    "opened_before",
    "partners",
    "postings_of",
    "postings_since",
    "reversal_of",
    "seal_over",
    "seal_over_attestation",
    "seals",
]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it stands. `floor` ≤ 0; `ceiling` None means none."""

    number: int
    kind: str
    balance: int
    floor: int
    ceiling: int | None
    last_seq: int
    limit_version: int
    status: str

    @property
    def left(self) -> int:
        """What can still be sent: the way from the balance down to the floor."""
        return max(self.balance - self.floor, 0)


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


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain; `hash` is what the next seal names as its previous."""

    number: int
    root: bytes
    previous: bytes
    leaves: int
    sealed_at: datetime
    hash: bytes


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


def account(session: Session, community_id: int, number: int) -> Account | None:
    """One account, or None where the books have no such number."""
    row = session.execute(
        _ACCOUNTS.where(model.Account.community_id == community_id, model.Account.number == number)
    ).one_or_none()
    return None if row is None else Account(*row)


def accounts(session: Session, community_id: int) -> list[Account]:
    """Every account of the community, by number."""
    rows = session.execute(
        _ACCOUNTS.where(model.Account.community_id == community_id).order_by(model.Account.number)
    )
    return [Account(*row) for row in rows]


def accounts_by_number(
    session: Session, community_id: int, numbers: Collection[int]
) -> dict[int, Account]:
    """Some accounts, by number; unknown numbers are left out."""
    rows = session.execute(
        _ACCOUNTS.where(model.Account.community_id == community_id).where(
            model.Account.number.in_(numbers)
        )
    )
    return {row.number: Account(*row) for row in rows}


def earliest_bookings(session: Session, community_id: int) -> dict[int, datetime]:
    """The instant before which nothing more is booked, by the number of each account."""
    rows = session.execute(
        select(model.Account.number, model.Account.not_before).where(
            model.Account.community_id == community_id
        )
    )
    return {row.number: row.not_before for row in rows}


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


def has_own_trades(session: Session, community_id: int) -> bool:
    """Whether anything but history was booked in the community."""
    wanted = select(model.Entry.id).where(
        model.Entry.community_id == community_id, model.Entry.kind != "history"
    )
    return session.scalar(wanted.limit(1)) is not None


def last_cutoff(session: Session, community_id: int) -> datetime | None:
    """The instant before which nothing is booked any more, or None before the first closing."""
    return session.scalar(
        select(func.max(model.Cutoff.at)).where(model.Cutoff.community_id == community_id)
    )


def reversal_of(session: Session, community_id: int, entry_id: int) -> int | None:
    """The entry that reverses this one, or None."""
    return session.scalar(
        select(model.Entry.id).where(
            model.Entry.community_id == community_id, model.Entry.reverses == entry_id
        )
    )


def seal_over(session: Session, community_id: int, entry_id: int) -> Seal | None:
    """The seal that covers an entry, or None while it waits for one."""
    return _seal_of(session, community_id, "entry", entry_id)


def seal_over_attestation(session: Session, community_id: int, number: int) -> Seal | None:
    """The seal that covers an attestation, or None while it waits for one."""
    return _seal_of(session, community_id, "attestation", number)


def _seal_of(session: Session, community_id: int, kind: str, number: int) -> Seal | None:
    sealed = model.Sealed
    return _seal(
        session,
        model.SealRow.number
        == select(sealed.seal)
        .where(
            sealed.community_id == community_id,
            sealed.kind == kind,
            sealed.account == 0,
            sealed.number == number,
        )
        .scalar_subquery(),
        community_id,
    )


def head(session: Session, community_id: int) -> Seal | None:
    """The newest seal, or None before the first."""
    return _seal(session, None, community_id)


def seals(session: Session, community_id: int, *, after: int, limit: int = 1000) -> list[Seal]:
    """The first `limit` seals past number `after`, in their order."""
    rows = session.scalars(
        select(model.SealRow)
        .where(model.SealRow.community_id == community_id, model.SealRow.number > after)
        .order_by(model.SealRow.number)
        .limit(limit)
    )
    return [_as_seal(row) for row in rows]


def first_seal_from(session: Session, community_id: int, start: datetime) -> Seal | None:
    """The first seal made at `start` or later, or None while there is none."""
    row = session.scalar(
        select(model.SealRow)
        .where(model.SealRow.community_id == community_id, model.SealRow.sealed_at >= start)
        .order_by(model.SealRow.number)
        .limit(1)
    )
    return None if row is None else _as_seal(row)


_ACCOUNTS = select(
    model.Account.number,
    model.Account.kind,
    model.Account.balance,
    model.Account.floor,
    model.Account.ceiling,
    model.Account.last_seq,
    model.Account.limit_version,
    model.Account.status,
)


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


def _of_entry(posting: type[model.Posting], entry: type[model.Entry]) -> ColumnElement[bool]:
    return and_(posting.community_id == entry.community_id, posting.entry_id == entry.id)


def _seal(session: Session, which: object, community_id: int) -> Seal | None:
    wanted = select(model.SealRow).where(model.SealRow.community_id == community_id)
    if which is not None:
        wanted = wanted.where(which)  # type: ignore[arg-type]
    row = session.scalar(wanted.order_by(model.SealRow.number.desc()).limit(1))
    return None if row is None else _as_seal(row)


def _as_seal(row: model.SealRow) -> Seal:
    return Seal(
        row.number,
        row.root,
        row.previous,
        row.leaves,
        row.sealed_at,
        seal_hash(
            community=row.community_id,
            number=row.number,
            root=row.root,
            previous=row.previous,
            leaves=row.leaves,
            sealed_at=to_micros(row.sealed_at),
        ),
    )
