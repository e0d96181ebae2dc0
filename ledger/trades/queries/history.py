"""The movements of an account in words, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.trades.model import Trade
from ledger.trades.queries.sides import Side, side


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One movement of an account in words: with whom, what for, and the balance after it.

    `others` are all counterparts; `token` leads to the trade where there is one.
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
        others=tuple(side(community.code, number, names) for number, _ in one.others),
        what=what,
        token=token,
    )
