"""The books in the order of accounts, for whoever closes a month or reads one again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from ledger.journal.model import Account, Change, Entry, Posting

_BATCH = 5_000


class Laid(NamedTuple):
    """A posting as it lies on its account. `counterparts` are the accounts on the other side."""

    account: int
    seq: int
    entry_id: int
    kind: str
    booked_at: datetime
    occurred_on: date
    counterparts: tuple[int, ...]
    memo_digest: bytes | None
    amount: int
    balance: int
    reverses: int | None


def first_booked(session: Session, community_id: int) -> datetime | None:
    """When the oldest entry was booked; None while there is none."""
    return session.scalar(
        select(func.min(Entry.booked_at)).where(Entry.community_id == community_id)
    )


def opened_before(session: Session, community_id: int, at: datetime) -> frozenset[int]:
    """The accounts that were opened before an instant."""
    opened = (Change.community_id == community_id, Change.number == 1, Change.changed_at < at)
    return frozenset(session.scalars(select(Change.account).where(*opened)))


def closed_before(session: Session, community_id: int, at: datetime) -> frozenset[int]:
    """The accounts that were closed, for good and at zero, before an instant."""
    closed = (
        Change.community_id == community_id,
        Change.status == "closed",
        Change.changed_at < at,
    )
    return frozenset(session.scalars(select(Change.account).where(*closed)))


def laid_until(
    session: Session, community_id: int, until: datetime, reached: Select[int, int]
) -> Iterator[Laid]:
    """Every posting booked before `until`, past the `seq` that its account has reached.

    `reached` selects pairs of account and `seq`; an account that it leaves out has
    reached none. In the order of accounts and `seq`, streamed: memory stays bounded.
    """
    past = reached.subquery("reached")
    account, seq = past.columns
    found = (
        _laid()
        .join(Account, _on_account())
        .outerjoin(past, account == Posting.account)
        .where(Account.community_id == community_id, Posting.seq > func.coalesce(seq, 0))
        .where(Entry.booked_at < until)
    )
    return _gathered(session, found)


def laid_between(
    session: Session, community_id: int, account: int, after_seq: int, to_seq: int
) -> Iterator[Laid]:
    """One account's postings past `after_seq` up to `to_seq`, in their order."""
    found = _laid().where(
        Posting.community_id == community_id,
        Posting.account == account,
        Posting.seq > after_seq,
        Posting.seq <= to_seq,
    )
    return _gathered(session, found)


def booked_kinds(
    session: Session, community_id: int, since: datetime, until: datetime
) -> dict[str, int]:
    """How many entries of each kind were booked in a time; `since` is within, `until` is not."""
    rows = session.execute(
        select(Entry.kind, func.count())
        .where(Entry.community_id == community_id)
        .where(Entry.booked_at >= since, Entry.booked_at < until)
        .group_by(Entry.kind)
    )
    return {row[0]: row[1] for row in rows}


def _laid() -> Select[Any]:
    other = aliased(Posting)
    found: Any = (
        select(
            Posting.account,
            Posting.seq,
            Entry.id,
            Entry.kind,
            Entry.booked_at,
            Entry.occurred_on,
            other.account,
            Entry.memo_digest,
            Posting.amount,
            Posting.balance,
            Entry.reverses,
        )
        .select_from(Posting)
        .join(
            Entry,
            and_(Entry.community_id == Posting.community_id, Entry.id == Posting.entry_id),
        )
        .join(
            other,
            and_(
                other.community_id == Posting.community_id,
                other.entry_id == Posting.entry_id,
                (other.amount > 0) != (Posting.amount > 0),
            ),
        )
        .order_by(Posting.account, Posting.seq, other.account)
    )
    return found  # type: ignore[no-any-return]


def _on_account() -> Any:
    return and_(Account.community_id == Posting.community_id, Account.number == Posting.account)


def _gathered(session: Session, found: Select[Any]) -> Iterator[Laid]:
    """A row for each counterpart becomes one posting."""
    rows = session.execute(found, execution_options={"yield_per": _BATCH})
    for _, some in groupby(rows, key=itemgetter(0, 1)):
        first, *more = some
        counterparts = (first[6], *(row[6] for row in more))
        yield Laid._make((*first[:6], counterparts, *first[7:]))


def partners(session: Session, community_id: int, account: int) -> set[int]:
    """Every account that ever stood in one entry with this one."""
    own, other = Posting, aliased(Posting)
    return set(
        session.scalars(
            select(other.account)
            .join(own, (own.community_id == other.community_id) & (own.entry_id == other.entry_id))
            .where(own.community_id == community_id, own.account == account)
            .where(other.account != account)
            .distinct()
        )
    )
