"""The movements of an account in words: searched, page by page, and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.kernel.names import folded
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.text.charts import BalanceChart, balance_chart
from ledger.trades.model import Slip, Trade
from ledger.trades.queries.sides import Side, side
from ledger.trades.rules.slips import slip_label


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One movement of an account in words: with whom, what for, and the balance after it.

    `others` are all counterparts; `token` leads to the trade where there is one.
    `booked_on` is the day of `booked_at` in the community's zone. `slip` is the slip of paper
    that it was typed from and `typed_by` the name of who did, where that is so.
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
    slip: str = ""
    typed_by: str = ""

    @property
    def month(self) -> date:
        """The first day of the month it was booked in."""
        return self.booked_on.replace(day=1)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Lines, newest first; `older` is the `before_seq` of the next page, None on the last."""

    lines: tuple[HistoryLine, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for in a history: nothing said is everything.

    `text` is in the words or the other's name, `other` is the other's number or name.
    Days are those of booking, both within. `direction` is "", "received" or "sent".
    """

    text: str = ""
    other: str = ""
    since: date | None = None
    until: date | None = None
    direction: str = ""


EVERYTHING = Sought()


def history(
    session: Session,
    community: members.CommunityView,
    account: int,
    *,
    sought: Sought = EVERYTHING,
    before_seq: int | None = None,
    limit: int = 25,
) -> HistoryPage:
    """One page of what is sought; stable while entries arrive, whatever came before."""
    wanted = _wanted(session, community, account, sought)
    found = books.movements(
        session, community.id, account, before_seq=before_seq, limit=limit + 1, wanted=wanted
    )
    lines = described(session, community, found[:limit])
    return HistoryPage(tuple(lines), lines[-1].seq if len(found) > limit else None)


def drawn(
    session: Session,
    community: members.CommunityView,
    account: books.Account,
    today: date,
    sought: Sought = EVERYTHING,
) -> BalanceChart | None:
    """The balance over the days sought with the floor of today; None when nothing moved.

    Shows the newest `_CHARTED` movements: a page costs the same however long the history is.
    """
    period = books.Wanted(*_instants(community, sought))
    movements = books.movements(
        session, community.id, account.number, limit=_CHARTED, wanted=period
    )
    if not movements:
        return None
    steps = [
        (clock.day_of(one.booked_at, community.zone), one.balance) for one in reversed(movements)
    ]
    oldest = movements[-1]
    return balance_chart(
        steps,
        first=steps[0][0],
        last=max(min(sought.until or today, today), steps[-1][0]),
        opening=oldest.balance - oldest.amount,
        floor=account.floor,
    )


def described(
    session: Session, community: members.CommunityView, movements: Sequence[books.Movement]
) -> list[HistoryLine]:
    """Some hundred movements of one account, with names and words."""
    names = members.names_by_number(
        session, community.id, (number for one in movements for number, _ in one.others)
    )
    words = _words(session, community.id, [one.reverses or one.entry_id for one in movements])
    return [_line(community, one, names, words) for one in movements]


@dataclass(frozen=True, slots=True)
class _Words:
    what: str = ""
    token: str | None = None
    slip: str = ""
    typed_by: str = ""


def _words(session: Session, community_id: int, entry_ids: list[int]) -> dict[int, _Words]:
    """What trades say of these entries, by entry."""
    rows = session.execute(
        select(Trade.entry_id, Trade.what, Trade.token, Trade.recorded_by, Slip.book, Slip.number)
        .outerjoin(Slip, Slip.trade_id == Trade.id)
        .where(Trade.community_id == community_id, Trade.entry_id.in_(entry_ids))
    ).all()
    typists = {row.recorded_by for row in rows if row.book}
    names = members.names_of_actors(session, community_id, typists) if typists else {}
    found = {row.entry_id: _Words(row.what, row.token) for row in rows}
    for row in rows:
        if row.book:
            label, typed_by = slip_label(row.book, row.number), names.get(row.recorded_by, "")
            found[row.entry_id] = _Words(row.what, row.token, label, typed_by)
    return found


def _wanted(
    session: Session, community: members.CommunityView, account: int, sought: Sought
) -> books.Wanted:
    booked_from, booked_until = _instants(community, sought)
    return books.Wanted(
        booked_from=booked_from,
        booked_until=booked_until,
        sign=_SIGNS[sought.direction],
        others=_numbers(session, community, sought.other) if sought.other else None,
        of_entry=_says(session, community, account, sought.text) if sought.text else None,
    )


def _instants(
    community: members.CommunityView, sought: Sought
) -> tuple[datetime | None, datetime | None]:
    """The instants at which the first day begins and the last one is over."""
    since = clock.start_of(sought.since, community.zone) if sought.since else None
    after = sought.until + timedelta(days=1) if sought.until else None
    return since, clock.start_of(after, community.zone) if after else None


def _says(
    session: Session, community: members.CommunityView, account: int, text: str
) -> Callable[[ColumnElement[int]], ColumnElement[bool]]:
    """Whether the trade behind an entry has `text` in its words or in the other's name.

    `2 kg` is no account number, although it begins like one.
    """
    words = Trade.search_what.contains(folded(text), autoescape=True)
    named = [] if text[:1].isdigit() else _numbers(session, community, text)
    named = [number for number in named if number != account]

    def says(entry_id: ColumnElement[int]) -> ColumnElement[bool]:
        return exists().where(
            Trade.community_id == community.id,
            Trade.entry_id == entry_id,
            or_(words, Trade.payer.in_(named), Trade.payee.in_(named)),
        )

    return says


def _numbers(session: Session, community: members.CommunityView, text: str) -> list[int]:
    """The accounts that `text` names: of cells, or else of funds."""
    found = [cell.number for cell in members.search_cells(session, community, text)]
    return found or [
        fund.number
        for fund in members.all_funds(session, community.id)
        if folded(text) in {folded(fund.name), folded(shown_number(community.code, fund.number))}
    ]


_CHARTED = 100
_SIGNS = {"": 0, "received": 1, "sent": -1}


def _line(
    community: members.CommunityView,
    one: books.Movement,
    names: dict[int, str],
    words: dict[int, _Words],
) -> HistoryLine:
    said = words.get(one.reverses or one.entry_id, _Words())
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
        what=said.what,
        token=said.token,
        slip=said.slip,
        typed_by=said.typed_by,
    )
