"""Writing what was judged: cells with their limits, funds, and history, all or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.trades import rules
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import Layout, MemberLine, TradeLine
from ledger.trades.model import Trade
from ledger.trades.service.importing.judging import judge
from ledger.trades.service.importing.outlook import (
    PURPOSES,
    FundLine,
    ImportReport,
    Outlook,
    is_outside,
    said,
)
from ledger.trades.service.importing.staging import Stage, batches

THE_HOUSE = 0
"""The actor of what was taken in: no person's pseudonym is 0."""

_BATCH = 2000
_CELLS = 200

Numbered = tuple[int, TradeLine]


def _unwatched(_lines: int) -> None:
    """Nobody watches the progress."""


def take(
    session: Session,
    community: members.CommunityView,
    layout: Layout,
    stage: Stage,
    now: datetime,
    *,
    reason: str = "",
    progress: Callable[[int], object] = _unwatched,
) -> ImportReport:
    """Take in what was read. `reason` is kept with the limits that come along.

    Calls `progress` with numbers of trades booked. Raises `ImportRefused`, whose fact
    `lines` names every bad line; then the caller's transaction must not commit.
    """
    outlook = judge(session, community, layout, stage, now)
    newcomers = membership.newcomers_limit(session, community)
    taking = _Taking(session, community, layout, stage, now, reason, outlook, newcomers)
    if not outlook.problems.count:
        taking.enrol()
        taking.book(progress)
    if outlook.problems.count:
        raise ImportRefused(count=outlook.problems.count, lines=outlook.bad_lines)
    return taking.report()


@dataclass(slots=True)
class _Taking:
    """One import on its way into the books."""

    session: Session
    community: members.CommunityView
    layout: Layout
    stage: Stage
    now: datetime
    reason: str
    outlook: Outlook
    newcomers: Limit

    def enrol(self) -> None:
        """Enrol the new cells and open the funds that are needed."""
        for batch in batches(self.stage.members(), _CELLS):
            for line, member in batch:
                if member.key in self.outlook.fresh:
                    self._enrol(line, member)
            self.session.expunge_all()  # written already; memory must not grow with them
        limit = Limit(0, None, "import", reference=self.stage.members_file, reason=self.reason)
        for side in self.outlook.to_open:
            self.outlook.numbers[side] = membership.ensure_fund(
                self.session, self.community, PURPOSES[side], limit, self.now
            )

    def book(self, progress: Callable[[int], object]) -> None:
        """Book the new trades, day by day, until one can't be."""
        for batch in batches(self.stage.trades(fresh=True), _BATCH):
            if self.outlook.problems.count:
                return
            self._book(batch)
            progress(len(batch))

    def report(self) -> ImportReport:
        """What was done, with accounts as they stand in the books now."""
        accounts = {one.number: one for one in books.accounts(self.session, self.community.id)}
        outside = tuple(
            one.number
            for one in accounts.values()
            if one.kind == "cell" and is_outside(one.balance, one.floor, one.ceiling)
        )
        funds = tuple(
            FundLine(one.number, one.name, accounts[one.number].balance)
            for one in members.funds(self.session, self.community.id)
        )
        return replace(self.outlook.report(), outside=outside, funds=funds)

    def _enrol(self, line: int, member: MemberLine) -> None:
        number = self.outlook.fresh[member.key]
        origin = f"{self.layout.source}:{member.key}"
        cell = replace(member.cell, number=number, origin=origin)
        try:
            membership.enrol_cell(
                self.session, self.community.id, cell, self._limit(member), self.now
            )
        except LedgerError as error:
            reason = said(error, self.community).reason
            self.outlook.problems.add(self.stage.members_file, line, reason)

    def _limit(self, member: MemberLine) -> Limit:
        if not member.has_limits:
            return self.newcomers
        file = self.stage.members_file
        return Limit(member.floor, member.ceiling, "import", reference=file, reason=self.reason)

    def _book(self, batch: Sequence[Numbered]) -> None:
        salts = [secrets.token_bytes(rules.SALT_BYTES) for _ in batch]
        drafts = [self._draft(trade, salt) for (_, trade), salt in zip(batch, salts, strict=True)]
        try:
            posted = journal.post_many(self.session, self.community.id, drafts, self.now)
        except LedgerError as error:
            index = error.facts.pop("index", 0)
            line = batch[index][0] if isinstance(index, int) else 0
            file = self.stage.trades_file or self.stage.members_file
            self.outlook.problems.add(file, line, said(error, self.community).reason)
            return
        rows = [
            self._row(trade, salt, entry)
            for (_, trade), salt, entry in zip(batch, salts, posted, strict=True)
        ]
        self.session.execute(insert(Trade), rows)

    def _number(self, side: str) -> int:
        return self.outlook.numbers.get(side) or int(side)

    def _draft(self, trade: TradeLine, salt: bytes) -> journal.Draft:
        noon = clock.noon_of(trade.day, self.community.zone)
        is_opening = self.layout.opening_of is not None
        return journal.Draft(
            kind="history",
            postings=(
                (self._number(trade.payer), -trade.amount),
                (self._number(trade.payee), trade.amount),
            ),
            occurred_on=trade.day,
            actor=THE_HOUSE,
            request_key=self._key(trade),
            memo_digest=rules.memo_digest(salt, trade.what),
            booked_at=self.now if is_opening else min(noon, self.now),
        )

    def _row(self, trade: TradeLine, salt: bytes, posted: journal.Posted) -> dict[str, Any]:
        return {
            "community_id": self.community.id,
            "entry_id": posted.entry_id,
            "state": "confirmed",
            "payer": self._number(trade.payer),
            "payee": self._number(trade.payee),
            "amount": trade.amount,
            "what": trade.what,
            "salt": salt,
            "occurred_on": trade.day,
            "source": self.layout.source,
            "reference": trade.reference,
            "recorded_by": THE_HOUSE,
            "request_key": self._key(trade),
            "token": new_token(),
            "created_at": self.now,
        }

    def _key(self, trade: TradeLine) -> str:
        return f"{self.layout.source}:{trade.reference}"
