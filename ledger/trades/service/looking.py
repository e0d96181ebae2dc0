"""Looking at lines that were typed from paper slips: what is wrong with each, as it stands.

Says nothing of limits: whoever could try amounts here would learn how much others have
left. Limits are judged when a slip is booked, and only then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal.errors import KeyReused
from ledger.kernel import clock
from ledger.kernel.amounts import Amount
from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.trades.errors import (
    NotInBook,
    SeveralCells,
    SideClosed,
    SideFrozen,
    SlipCounted,
    SlipTwice,
    UnknownOther,
    WithOneself,
)
from ledger.trades.model import Slip, SlipBook, Trade
from ledger.trades.rules.slips import slip_label
from ledger.trades.service.recording import Deal, deal_of

SlipKey = tuple[str, int]
"""Book and number: what makes a slip the slip it is."""


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it was typed; what is missing or could not be read is None or empty.

    `payer` and `payee` are names or numbers of cells: who got something, and who gave it.
    """

    book: str | None
    number: int | None
    payer: str
    payee: str
    amount: Amount | None
    what: str
    request_key: str

    @property
    def slip(self) -> SlipKey | None:
        """Book and number, once both are there."""
        return None if self.book is None or self.number is None else (self.book, self.number)


@dataclass(slots=True)
class Line:
    """What is known of a line: its two cells, its problems by field, its trade once booked.

    The problem of the field "" belongs to the line as a whole.
    """

    written: Written
    payer: members.CellView | None = None
    payee: members.CellView | None = None
    problems: dict[str, LedgerError] = field(default_factory=dict)
    token: str | None = None

    def deal(self, occurred_on: date) -> Deal | None:
        """What the two cells agreed on; None while something of it is missing."""
        written = self.written
        if not (self.payer and self.payee and written.amount and written.what):
            return None
        sides = (self.payer.number, self.payee.number)
        return Deal(*sides, written.amount, written.what, occurred_on)


def look(
    session: Session,
    standing: members.Standing,
    lines: Sequence[Written],
    occurred_on: date,
    now: datetime,
) -> list[Line]:
    """Each line with its two cells and whatever is wrong with it; nothing is written."""
    found = [Line(written) for written in lines]
    _name_cells(session, standing.community, found)
    _judge_accounts(session, standing.community, found, now)
    _judge_books(session, standing.community.id, found)
    _judge_repeats(found)
    recall(session, standing, found, occurred_on)
    return found


def recall(
    session: Session, standing: members.Standing, lines: Iterable[Line], occurred_on: date
) -> None:
    """Say which lines were booked before: by this very request, or in conflict with it."""
    lines = [line for line in lines if line.written.slip is not None]
    counted = _counted(session, standing.community.id, lines)
    used = _used_keys(session, standing, lines)
    for line in lines:
        slip, key = line.written.slip, line.written.request_key
        trade = counted.get(slip) if slip else None
        if trade is not None:
            _compare(line, trade, standing, occurred_on)
        elif key in used and not line.problems:
            line.problems[""] = KeyReused()


def _compare(line: Line, trade: Trade, standing: members.Standing, occurred_on: date) -> None:
    is_same = (trade.recorded_by, trade.request_key) == (standing.actor, line.written.request_key)
    if is_same and line.deal(occurred_on) == deal_of(trade):
        line.token = trade.token
        line.problems.clear()
        return
    label = slip_label(*line.written.slip) if line.written.slip else ""
    day = clock.day_of(trade.created_at, standing.community.zone)
    line.problems.setdefault("number", SlipCounted(slip=label, day=day))


def _counted(session: Session, community_id: int, lines: list[Line]) -> dict[SlipKey, Trade]:
    slips = {line.written.slip for line in lines if line.written.slip}
    rows = session.execute(
        select(Slip.book, Slip.number, Trade)
        .join(Trade, Trade.id == Slip.trade_id)
        .where(Slip.community_id == community_id, Slip.released_at.is_(None))
        .where(tuple_(Slip.book, Slip.number).in_(sorted(slips)))
    )
    return {(book, number): trade for book, number, trade in rows}


def _used_keys(session: Session, standing: members.Standing, lines: list[Line]) -> frozenset[str]:
    """Which keys of these lines recorded something before."""
    rows = session.scalars(
        select(Trade.request_key).where(
            Trade.community_id == standing.community.id,
            Trade.recorded_by == standing.actor,
            Trade.request_key.in_([line.written.request_key for line in lines]),
        )
    )
    return frozenset(rows)


def _name_cells(session: Session, community: members.CommunityView, lines: list[Line]) -> None:
    texts = {text for line in lines for text in (line.written.payer, line.written.payee) if text}
    named = members.named_cells(session, community, texts, limit=2)
    for line in lines:
        line.payer = _only(named, line, "from", line.written.payer)
        line.payee = _only(named, line, "to", line.written.payee)
        if line.payer and line.payee and line.payer.number == line.payee.number:
            line.problems["to"] = WithOneself()


def _only(
    named: Mapping[str, Sequence[members.CellView]], line: Line, field_name: str, text: str
) -> members.CellView | None:
    """The one cell that the field names; of none and of several the line says so."""
    found = named.get(text, ())
    if len(found) == 1:
        return found[0]
    if text:
        line.problems[field_name] = SeveralCells() if found else UnknownOther()
    return None


def _judge_accounts(
    session: Session, community: members.CommunityView, lines: list[Line], now: datetime
) -> None:
    """Frozen accounts do not send, closed ones do neither."""
    sides = {side.number for line in lines for side in (line.payer, line.payee) if side}
    accounts = books.accounts_by_number(session, community.id, sides)
    thawing = members.freezes_over(session, community.id, now)
    for line in lines:
        for name, side in (("from", line.payer), ("to", line.payee)):
            status = accounts[side.number].status if side else "open"
            if side and status == "closed":
                line.problems[name] = SideClosed(account=side.number)
            elif side and status == "frozen" and name == "from" and side.number not in thawing:
                line.problems[name] = SideFrozen(account=side.number)


def _judge_books(session: Session, community_id: int, lines: list[Line]) -> None:
    """A book that was printed here ends somewhere."""
    named = {line.written.book for line in lines if line.written.book}
    rows = session.execute(
        select(SlipBook.book, SlipBook.slips).where(
            SlipBook.community_id == community_id, SlipBook.book.in_(named)
        )
    )
    last = {book: slips for book, slips in rows}  # noqa: C416 - rows are no pairs to dict
    for line in lines:
        book, number = line.written.book, line.written.number
        if book in last and number is not None and number > last[book]:
            line.problems["number"] = NotInBook(book=book, last=last[book])


def _judge_repeats(lines: list[Line]) -> None:
    slips: set[SlipKey] = set()
    keys: set[str] = set()
    for line in lines:
        slip, key = line.written.slip, line.written.request_key
        if slip and slip in slips:
            line.problems["number"] = SlipTwice(slip=slip_label(*slip))
        elif key in keys:
            line.problems[""] = KeyReused()
        if slip:
            slips.add(slip)
        keys.add(key)
