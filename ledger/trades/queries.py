"""Reading trades: a receipt, and a page of an account's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.trades import rules
from ledger.trades.errors import NoSuchReceipt
from ledger.trades.model import Trade


@dataclass(frozen=True, slots=True)
class Side:
    """A cell as it stands on a receipt or in a history."""

    number: int
    shown: str
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A booked trade as anybody with its address may see it.

    `is_genuine` says that the books hold this very trade: accounts, amount, day and
    words. `seal` is None while the entry waits for the next one.
    """

    community: members.CommunityView
    payer: Side
    payee: Side
    amount: int
    what: str
    occurred_on: date
    booked_at: datetime
    entry_id: int
    is_genuine: bool
    seal: books.Seal | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One movement of an account in words: with whom, what for, and the balance after it.

    `others` are all counterparts; `token` leads to the receipt where there is one.
    `booked_on` is the day of `booked_at` in the community's zone.
    """

    seq: int
    entry_id: int
    kind: str
    booked_at: datetime
    booked_on: date
    occurred_on: date
    amount: int
    balance: int
    others: tuple[Side, ...]
    what: str
    token: str | None

    @property
    def month(self) -> date:
        """The first day of the month it was booked in."""
        return self.booked_on.replace(day=1)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Lines, newest first; `older` is the `before_seq` of the next page, None on the last."""

    lines: tuple[HistoryLine, ...]
    older: int | None


def receipt(session: Session, token: str) -> Receipt:
    """The receipt at this address. Raises `NoSuchReceipt`."""
    trade = session.scalar(select(Trade).where(Trade.token == token))
    if trade is None or trade.entry_id is None:
        raise NoSuchReceipt
    community = members.community(session, trade.community_id)
    entry = books.entry(session, trade.community_id, trade.entry_id)
    if community is None or entry is None:
        raise NoSuchReceipt
    names = members.names_by_number(session, community.id, (trade.payer, trade.payee))
    return Receipt(
        community=community,
        payer=_side(community.code, trade.payer, names),
        payee=_side(community.code, trade.payee, names),
        amount=trade.amount,
        what=trade.what,
        occurred_on=trade.occurred_on,
        booked_at=entry.booked_at,
        entry_id=entry.id,
        is_genuine=_stands_in(entry, trade),
        seal=books.seal_over(session, community.id, entry.id),
    )


def history(
    session: Session,
    community: members.CommunityView,
    account: int,
    *,
    before_seq: int | None = None,
    limit: int = 25,
) -> HistoryPage:
    """One page of an account's history; stable while entries arrive, whatever came before."""
    found = books.movements(session, community.id, account, before_seq=before_seq, limit=limit + 1)
    lines = described(session, community, found[:limit])
    return HistoryPage(tuple(lines), lines[-1].seq if len(found) > limit else None)


def described(
    session: Session, community: members.CommunityView, movements: Sequence[books.Movement]
) -> list[HistoryLine]:
    """Some hundred movements of one account, with names and words."""
    names = members.names_by_number(
        session, community.id, (number for one in movements for number, _ in one.others)
    )
    rows = session.execute(
        select(Trade.entry_id, Trade.what, Trade.token).where(
            Trade.community_id == community.id,
            Trade.entry_id.in_([one.reverses or one.entry_id for one in movements]),
        )
    )
    words = {row.entry_id: (row.what, row.token) for row in rows}
    return [_line(community, one, names, words) for one in movements]


def _line(
    community: members.CommunityView,
    one: books.Movement,
    names: dict[int, str],
    words: dict[int, tuple[str, str]],
) -> HistoryLine:
    what, token = words.get(one.reverses or one.entry_id, ("", None))
    return HistoryLine(
        seq=one.seq,
        entry_id=one.entry_id,
        kind=one.kind,
        booked_at=one.booked_at,
        booked_on=clock.day_of(one.booked_at, community.zone),
        occurred_on=one.occurred_on,
        amount=one.amount,
        balance=one.balance,
        others=tuple(_side(community.code, number, names) for number, _ in one.others),
        what=what,
        token=token,
    )


def _side(code: str, number: int, names: dict[int, str]) -> Side:
    return Side(number, shown_number(code, number), names.get(number, ""))


def _stands_in(entry: books.Entry, trade: Trade) -> bool:
    """Whether the books hold this trade: its accounts, amount, day, and digest of words."""
    booked = {(line.account, line.amount) for line in entry.lines}
    return (
        booked == {(trade.payer, -trade.amount), (trade.payee, trade.amount)}
        and entry.occurred_on == trade.occurred_on
        and entry.memo_digest == rules.memo_digest(trade.salt, trade.what)
    )


def turnover(session: Session, community_id: int, since: date) -> tuple[int, int]:
    """How many trades happened since a day, and for how much in all."""
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(Trade.amount), 0)).where(
            Trade.community_id == community_id,
            Trade.occurred_on >= since,
            Trade.state == "confirmed",
        )
    ).one()
    return int(row[0]), int(row[1])
