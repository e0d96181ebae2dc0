"""Taking in the books that a community kept before: its members and its trades.

History is taken as fact: it may pass a limit, and the report names the accounts
it left outside. All or nothing; what stands here already is passed over.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import UnknownAccount
from ledger.kernel import clock
from ledger.kernel.amounts import Amount
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.text import prose
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades import formats, rules
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import BadLine, Problem, TradeLine
from ledger.trades.model import Trade

SOURCE = "import"
THE_HOUSE = 0
"""The actor of what a command records: no person's pseudonym is 0."""

_BATCH = 2000

Item = TypeVar("Item")
Numbered = tuple[int, TradeLine]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; `outside` are accounts it left beyond their limits."""

    cells_added: int
    cells_known: int
    trades_added: int
    trades_known: int
    outside: tuple[int, ...]


def _unwatched(_lines: int) -> None:
    """Nobody watches the progress."""


def import_history(
    session: Session,
    community: members.CommunityView,
    members_file: Path,
    trades_file: Path,
    now: datetime,
    progress: Callable[[int], object] = _unwatched,
) -> ImportReport:
    """Take in both files in Simpul's layout, trades in the order of their days.

    Reads a batch at a time, so memory does not grow with the books. Calls
    `progress` with numbers of lines done. Raises `ImportRefused`, whose fact
    `lines` names every bad line; then the caller's transaction must not commit.
    """
    intake = _Intake(session, community, now)
    intake.take_members(members_file, progress)
    intake.take_trades(trades_file, progress)
    if intake.bad:
        raise ImportRefused(count=len(intake.bad), lines=tuple(intake.bad))
    return intake.report()


@dataclass(slots=True)
class _Intake:
    """One import under way. Nothing is written any more once a line is bad."""

    session: Session
    community: members.CommunityView
    now: datetime
    bad: list[BadLine] = field(default_factory=list)
    cells: dict[int, str] = field(default_factory=dict)
    cells_added: int = 0
    cells_known: int = 0
    trades_added: int = 0
    trades_known: int = 0
    seen: set[str] = field(default_factory=set)
    last_day: date = date.min

    def take_members(self, file: Path, progress: Callable[[int], object]) -> None:
        """Enrol the cells of `file` that are not here yet."""
        known = members.cells_by_number(self.session, self.community)
        self.cells = {number: cell.name for number, cell in known.items()}
        for line in formats.lines_of(file, formats.MEMBER_COLUMNS):
            try:
                if line.problem:
                    raise line.problem
                self._take_member(line.values, file.name)
            except Problem as problem:
                self.bad.append(BadLine(file.name, line.number, problem.reason))
            progress(1)

    def take_trades(self, file: Path, progress: Callable[[int], object]) -> None:
        """Book the trades of `file` that are not here yet."""
        for batch in _batches(formats.lines_of(file, formats.TRADE_COLUMNS), _BATCH):
            read = [item for line in batch if (item := self._read_trade(line, file.name))]
            fresh = self._unknown(read, file.name)
            if not self.bad:
                self._book(fresh, file.name)
            progress(len(batch))

    def report(self) -> ImportReport:
        """What was done, and which accounts stand outside their limits now."""
        outside = tuple(
            account.number
            for account in books.accounts(self.session, self.community.id)
            if account.balance < account.floor
            or (account.ceiling is not None and account.balance > account.ceiling)
        )
        return ImportReport(
            self.cells_added, self.cells_known, self.trades_added, self.trades_known, outside
        )

    def _take_member(self, values: dict[str, str], file: str) -> None:
        code, scale = self.community.code, self.community.unit.scale
        line = formats.read_member(values, code, scale)
        number, name = line.cell.number, line.cell.name
        if number in self.cells:
            if self.cells[number] != name:
                raise Problem(_OTHER_NAME, name=self.cells[number])
            self.cells_known += 1
            return
        limit = Limit(line.floor, line.ceiling, SOURCE, reference=file)
        try:
            membership.enrol_cell(self.session, self.community.id, line.cell, limit, self.now)
        except LedgerError as error:
            raise self._problem(error) from error
        self.cells[number] = name
        self.cells_added += 1

    def _read_trade(self, line: formats.Line, file: str) -> Numbered | None:
        try:
            if line.problem:
                raise line.problem
            unit = self.community.unit
            trade = formats.read_trade(line.values, self.community.code, unit.scale)
            self._ensure_takes_its_place(trade)
        except Problem as problem:
            self.bad.append(BadLine(file, line.number, problem.reason))
            return None
        self.seen.add(trade.reference)
        self.last_day = trade.day
        return line.number, trade

    def _ensure_takes_its_place(self, trade: TradeLine) -> None:
        for number in (trade.payer, trade.payee):
            if number not in self.cells:
                raise self._problem(UnknownAccount(account=number))
        if trade.reference in self.seen:
            raise Problem(_TWICE, reference=trade.reference)
        if trade.day > clock.day_of(self.now, self.community.zone):
            raise Problem(N_("The day %(day)s lies ahead."), day=trade.day)
        if trade.day < self.last_day:
            raise Problem(N_("The day %(day)s is before that of the line above."), day=trade.day)

    def _unknown(self, read: list[Numbered], file: str) -> list[Numbered]:
        """Those that no import brought before; a reference with other content is bad."""
        rows = self.session.scalars(
            select(Trade).where(
                Trade.community_id == self.community.id,
                Trade.source == SOURCE,
                Trade.reference.in_([trade.reference for _, trade in read]),
            )
        )
        known = {row.reference: _line_of(row) for row in rows}
        self.session.expunge_all()
        fresh = []
        for number, trade in read:
            if trade.reference not in known:
                fresh.append((number, trade))
            elif known[trade.reference] == trade:
                self.trades_known += 1
            else:
                reason = Problem(_OTHER_TRADE, reference=trade.reference).reason
                self.bad.append(BadLine(file, number, reason))
        return fresh

    def _book(self, fresh: list[Numbered], file: str) -> None:
        salts = [secrets.token_bytes(rules.SALT_BYTES) for _ in fresh]
        drafts = [self._draft(trade, salt) for (_, trade), salt in zip(fresh, salts, strict=True)]
        try:
            posted = journal.post_many(self.session, self.community.id, drafts, self.now)
        except LedgerError as error:
            index = error.facts.pop("index", 0)
            number = fresh[index][0] if isinstance(index, int) else 0
            self.bad.append(BadLine(file, number, self._problem(error).reason))
            return
        rows = [
            self._row(trade, salt, entry)
            for (_, trade), salt, entry in zip(fresh, salts, posted, strict=True)
        ]
        if rows:
            self.session.execute(insert(Trade), rows)
        self.trades_added += len(rows)

    def _draft(self, trade: TradeLine, salt: bytes) -> journal.Draft:
        noon = clock.noon_of(trade.day, self.community.zone)
        return journal.Draft(
            kind="history",
            postings=((trade.payer, -trade.amount), (trade.payee, trade.amount)),
            occurred_on=trade.day,
            actor=THE_HOUSE,
            request_key=_key(trade),
            memo_digest=rules.memo_digest(salt, trade.what),
            booked_at=min(noon, self.now),
        )

    def _row(self, trade: TradeLine, salt: bytes, posted: journal.Posted) -> dict[str, Any]:
        return {
            "community_id": self.community.id,
            "entry_id": posted.entry_id,
            "state": "confirmed",
            "payer": trade.payer,
            "payee": trade.payee,
            "amount": trade.amount,
            "what": trade.what,
            "salt": salt,
            "occurred_on": trade.day,
            "source": SOURCE,
            "reference": trade.reference,
            "recorded_by": THE_HOUSE,
            "request_key": _key(trade),
            "token": new_token(),
            "created_at": self.now,
        }

    def _problem(self, error: LedgerError) -> Problem:
        """A refusal of the rooms below, said as the problem of a line."""
        unit, code = self.community.unit, self.community.code
        said = prose.phrase(error, Speaker("en"), unit, code)
        return Problem(str(said), **said.facts)


def _key(trade: TradeLine) -> str:
    return f"{SOURCE}:{trade.reference}"


def _line_of(row: Trade) -> TradeLine:
    return TradeLine(
        reference=row.reference or "",
        day=row.occurred_on,
        payer=row.payer,
        payee=row.payee,
        amount=Amount(row.amount),
        what=row.what,
    )


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


_TWICE = N_("The reference %(reference)s stands here twice.")
_OTHER_NAME = N_("This number belongs to %(name)s already.")
_OTHER_TRADE = N_("The reference %(reference)s was imported before with other content.")
