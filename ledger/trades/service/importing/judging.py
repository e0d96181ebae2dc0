"""Judging what was read against what the community has: who is new, what fits, what will be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.credit.errors import ImportedTooLate
from ledger.journal import queries as books
from ledger.journal.errors import (
    AccountClosed,
    AccountFrozen,
    HistoryOutOfOrder,
    UnknownAccount,
)
from ledger.kernel import clock
from ledger.kernel.amounts import LARGEST
from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades.formats import (
    Layout,
    MemberLine,
    Problem,
    TradeLine,
)
from ledger.trades.model import Trade
from ledger.trades.service.importing.outlook import PURPOSES, FundLine, Outlook, said
from ledger.trades.service.importing.staging import Stage, batches

_BATCH = 500
_SHOWN = 5


def judge(
    session: Session, community: members.CommunityView, layout: Layout, stage: Stage, now: datetime
) -> Outlook:
    """What taking in the stage would do now. Marks in it what is known; writes nothing else."""
    stage.forget_marks()
    outlook = Outlook(stage.members_file, problems=stage.problems.copy())
    judge_ = _Judge(session, community, layout, stage, now, outlook)
    judge_.look_at_members()
    judge_.look_at_trades()
    return outlook


class _Judge:
    """One look at one stage."""

    def __init__(
        self,
        session: Session,
        community: members.CommunityView,
        layout: Layout,
        stage: Stage,
        now: datetime,
        outlook: Outlook,
    ) -> None:
        self.session, self.community, self.layout = session, community, layout
        self.stage, self.now, self.outlook = stage, now, outlook
        cells = members.cells_by_number(session, community)
        self.names = {number: cell.name for number, cell in cells.items()}
        self.origins = members.cells_by_origin(session, community.id, f"{layout.source}:")
        self.accounts = {one.number: one for one in books.accounts(session, community.id)}
        self.earliest = books.earliest_bookings(session, community.id)
        self.closed_until = books.last_cutoff(session, community.id)
        self.is_late = books.has_own_trades(session, community.id)
        self.funds = {one.purpose: one for one in members.funds(session, community.id)}
        for number, account in self.accounts.items():
            outlook.balances[number] = account.balance
            if account.kind == "cell":
                outlook.bounds[number] = (account.floor, account.ceiling)

    def look_at_members(self) -> None:
        """Who is here already, who is new, and under which number."""
        wishing: set[int] = set()
        for line, member in self.stage.members():
            try:
                number = self._known_or_wished(member, wishing)
            except Problem as problem:
                self._bad(self.stage.members_file, line, problem)
                continue
            if number:
                self.outlook.numbers[member.key] = number
        self._give_numbers(max(self.names.keys() | wishing, default=0))
        for line, member in self.stage.members():
            self._expect(line, member)

    def look_at_trades(self) -> None:
        """Which are here already, and where the others leave the accounts."""
        for side, purpose in PURPOSES.items():
            if fund := self.funds.get(purpose):
                self.outlook.numbers[side] = fund.number
                self.outlook.fund_names[side] = fund.name
        for batch in batches(self.stage.trades(), _BATCH):
            recorded = self._recorded([trade.reference for _, trade in batch])
            known = []
            for line, trade in batch:
                try:
                    if self._is_known(trade, recorded.get(trade.reference)):
                        known.append(line)
                    else:
                        self._expect_trade(trade)
                except Problem as problem:
                    self._bad(self._file_of_trades, line, problem)
            self.stage.mark_known(known)
            self.outlook.trades_known += len(known)
        self.outlook.funds = tuple(self._fund_lines())

    @property
    def _file_of_trades(self) -> str:
        opening = self.layout.opening_of is not None
        return self.stage.members_file if opening else self.stage.trades_file

    def _known_or_wished(self, member: MemberLine, wishing: set[int]) -> int:
        """The number it has, or will have; 0 where one is still to be found."""
        if member.key in self.origins:
            return self.origins[member.key]
        wished, has_choice = member.cell.number, self.layout.opening_of is not None
        if has_choice:
            if not wished or wished in self.names or wished in wishing:
                return 0
        elif wished in self.names and self.names[wished] != member.cell.name:
            raise Problem(_OTHER_NAME, name=self.names[wished])
        wishing.add(wished)
        return wished

    def _give_numbers(self, last: int) -> None:
        """The next numbers, in the order of the file, to those who have none."""
        if self.layout.opening_of is None:
            return
        for _, member in self.stage.members():
            if member.key not in self.outlook.numbers:
                last += 1
                self.outlook.numbers[member.key] = last
                self.outlook.numbered += 1

    def _expect(self, line: int, member: MemberLine) -> None:
        number = self.outlook.numbers.get(member.key)
        if number is None:
            return
        if number in self.names:
            self.outlook.cells_known += 1
            return
        try:
            self._ensure_may_come(member, number)
        except Problem as problem:
            self._bad(self.stage.members_file, line, problem)
        self.outlook.fresh[member.key] = number
        self.outlook.limits_added += member.has_limits
        self.outlook.bounds[number] = (member.floor, member.ceiling)
        if len(self.outlook.first_cells) < _SHOWN:
            shown = replace(member, cell=replace(member.cell, number=number))
            self.outlook.first_cells.append(shown)

    def _ensure_may_come(self, member: MemberLine, number: int) -> None:
        try:
            membership.ensure_describes_a_cell(member.cell)
            if member.has_limits and self.is_late:
                raise ImportedTooLate
        except LedgerError as error:
            raise said(error, self.community) from error
        if number >= membership.FIRST_FUND:
            raise Problem(N_("There is no number left for it."))

    def _recorded(self, references: list[str]) -> dict[str, tuple[int, int, int, object, str]]:
        rows = self.session.execute(
            select(
                Trade.reference,
                Trade.payer,
                Trade.payee,
                Trade.amount,
                Trade.occurred_on,
                Trade.what,
            ).where(
                Trade.community_id == self.community.id,
                Trade.source == self.layout.source,
                Trade.reference.in_(references),
            )
        )
        return {row[0] or "": (row[1], row[2], row[3], row[4], row[5]) for row in rows}

    def _is_known(
        self, trade: TradeLine, recorded: tuple[int, int, int, object, str] | None
    ) -> bool:
        """Whether it came with an import before. Raises `Problem` if with other content."""
        if recorded is None:
            return False
        same: tuple[object, ...] = (
            self._number(trade.payer),
            self._number(trade.payee),
            trade.amount,
        )
        # An opening balance bears the day it was taken in, which is not in the file. Words
        # may have been erased since.
        day = recorded[3] if self.layout.opening_of else trade.day
        if (*same, day) == recorded[:4]:
            return True
        raise Problem(_OTHER_TRADE, reference=trade.reference)

    def _expect_trade(self, trade: TradeLine) -> None:
        payer, payee = (self._account_of(side) for side in (trade.payer, trade.payee))
        try:
            self._ensure_open(payer, payee)
            self._ensure_in_order(trade, payer, payee)
        except LedgerError as error:
            raise said(error, self.community) from error
        balances = self.outlook.balances
        balances[payer] -= trade.amount
        balances[payee] += trade.amount
        if max(abs(balances[payer]), abs(balances[payee])) > LARGEST:
            raise Problem(N_("With it a balance would grow beyond all measure."))
        self.outlook.trades_added += 1
        self.outlook.volume += trade.amount
        if len(self.outlook.first_trades) < _SHOWN:
            self.outlook.first_trades.append(trade)

    def _account_of(self, side: str) -> int:
        """The account's number; below zero for a fund that is not open yet."""
        number = self._number(side)
        if number is not None:
            return number
        if side in PURPOSES:
            if self.is_late:
                raise said(ImportedTooLate(), self.community)
            if side not in self.outlook.to_open:
                self.outlook.to_open.append(side)
            return -1 - self.outlook.to_open.index(side)
        if side.isdigit():
            raise said(UnknownAccount(account=int(side)), self.community)
        raise Problem(N_("There is no member %(key)s."), key=side)

    def _number(self, side: str) -> int | None:
        """The number of an account that is here or about to be."""
        known = self.outlook.numbers.get(side)
        if known is None and side.isdigit() and int(side) in self.names:
            return int(side)
        return known

    def _ensure_open(self, payer: int, payee: int) -> None:
        for number in (payer, payee):
            account = self.accounts.get(number)
            if account is not None and account.status == "closed":
                raise AccountClosed(account=number)
            if account is not None and account.status == "frozen" and number == payer:
                raise AccountFrozen(account=number)

    def _ensure_in_order(self, trade: TradeLine, payer: int, payee: int) -> None:
        if self.layout.opening_of is not None:
            return
        booked = min(clock.noon_of(trade.day, self.community.zone), self.now)
        if self.closed_until is not None and booked < self.closed_until:
            raise Problem(_CLOSED_MONTH, day=trade.day.isoformat())
        known = [one for one in (payer, payee) if one in self.earliest]
        if any(booked < self.earliest[one] for one in known):
            raise HistoryOutOfOrder(accounts=known)

    def _fund_lines(self) -> Iterator[FundLine]:
        for fund in self.funds.values():
            yield FundLine(fund.number, fund.name, self.outlook.balances[fund.number])
        speaker = Speaker(self.community.language, self.community.zone)
        first = membership.next_fund(self.session, self.community.id)
        for index, side in enumerate(self.outlook.to_open):
            name = speaker.gettext(membership.FUND_NAMES[PURPOSES[side]])
            self.outlook.fund_names[side] = name
            number = first + index
            yield FundLine(number, name, self.outlook.balances[-1 - index])

    def _bad(self, file: str, line: int, problem: Problem) -> None:
        self.outlook.problems.add(file, line, problem.reason)


_OTHER_NAME = N_("This number belongs to %(name)s already.")
_CLOSED_MONTH = N_("The day %(day)s lies in a month that is closed: nothing more is booked in it.")
_OTHER_TRADE = N_("The reference %(reference)s was imported before with other content.")
