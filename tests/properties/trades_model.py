"""What trades ought to do, said in a few dictionaries and no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.journal.errors import AccountFrozen, BeyondCeiling, BeyondFloor
from ledger.kernel.errors import LedgerError
from ledger.trades.errors import MovedOn, NoSuchTrade, NotTheirs, ReasonMissing, TheirLimit

FORTNIGHT = timedelta(days=14)
BOOKED = ("confirmed", "reversal_asked", "reversed")


@dataclass
class ModelCell:
    """A cell's account in smallest parts."""

    floor: int
    ceiling: int | None
    balance: int = 0
    is_frozen: bool = False


@dataclass
class ModelTrade:
    """A trade; `until` is when its question lapses."""

    payer: int
    payee: int
    amount: int
    state: str
    until: datetime | None = None


@dataclass
class TradesModel:
    """One community. Its errors are those of the services, without facts."""

    cells: dict[int, ModelCell] = field(default_factory=dict)
    trades: list[ModelTrade] = field(default_factory=list)
    moves: dict[int, list[int]] = field(default_factory=dict)

    def pay(self, payer: int, payee: int, amount: int) -> None:
        """I got."""
        self._move(payer, payee, amount, own=payer)
        self.trades.append(ModelTrade(payer, payee, amount, "confirmed"))

    def ask(self, payee: int, payer: int, amount: int, now: datetime) -> None:
        """I gave."""
        own = self.cells[payee]
        if own.ceiling is not None and own.balance + amount > own.ceiling:
            raise BeyondCeiling
        self.trades.append(ModelTrade(payer, payee, amount, "asked", now + FORTNIGHT))

    def answer(self, who: int, index: int, event: str, reason: str, now: datetime) -> None:
        """Whatever else happens to a trade."""
        trade = self.trades[index]
        if who not in (trade.payer, trade.payee):
            raise NoSuchTrade
        act = getattr(self, f"_{event}")
        act(trade, who == trade.payer, reason, now)

    def state(self, index: int, now: datetime) -> str:
        """Where a trade stands."""
        trade = self.trades[index]
        self._lapse(trade, now)
        return trade.state

    def _confirm(self, trade: ModelTrade, is_payer: bool, _reason: str, now: datetime) -> None:
        self._ensure(trade, "asked", is_payer, now)
        self._move(trade.payer, trade.payee, trade.amount, own=trade.payer)
        self._set(trade, "confirmed")

    def _decline(self, trade: ModelTrade, is_payer: bool, reason: str, now: datetime) -> None:
        self._ensure(trade, "asked", is_payer, now)
        self._ensure_reason(reason)
        self._set(trade, "declined")

    def _withdraw(self, trade: ModelTrade, is_payer: bool, _reason: str, now: datetime) -> None:
        self._ensure(trade, "asked", not is_payer, now)
        self._set(trade, "withdrawn")

    def _ask_reversal(self, trade: ModelTrade, is_payer: bool, reason: str, now: datetime) -> None:
        self._ensure(trade, "confirmed", is_payer, now)
        self._ensure_reason(reason)
        self._set(trade, "reversal_asked", now + FORTNIGHT)

    def _drop_reversal(self, trade: ModelTrade, is_payer: bool, _why: str, now: datetime) -> None:
        self._ensure(trade, "reversal_asked", is_payer, now)
        self._set(trade, "confirmed")

    def _refuse_reversal(self, trade: ModelTrade, is_payer: bool, why: str, now: datetime) -> None:
        self._ensure(trade, "reversal_asked", not is_payer, now)
        self._ensure_reason(why)
        self._set(trade, "confirmed")

    def _agree_reversal(self, trade: ModelTrade, is_payer: bool, _why: str, now: datetime) -> None:
        self._ensure(trade, "reversal_asked", not is_payer, now)
        self._take_back(trade)

    def _give_back(self, trade: ModelTrade, is_payer: bool, _reason: str, now: datetime) -> None:
        self._ensure(trade, "confirmed", not is_payer, now)
        self._take_back(trade)

    def _take_back(self, trade: ModelTrade) -> None:
        self._move(trade.payee, trade.payer, trade.amount, own=trade.payee)
        self._set(trade, "reversed")

    def _ensure(self, trade: ModelTrade, state: str, is_theirs: bool, now: datetime) -> None:
        self._lapse(trade, now)
        if trade.state != state:
            raise MovedOn
        if not is_theirs:
            raise NotTheirs

    def _ensure_reason(self, reason: str) -> None:
        if not reason:
            raise ReasonMissing

    def _lapse(self, trade: ModelTrade, now: datetime) -> None:
        if trade.until is not None and now >= trade.until:
            self._set(trade, "expired" if trade.state == "asked" else "confirmed")

    def _set(self, trade: ModelTrade, state: str, until: datetime | None = None) -> None:
        trade.state, trade.until = state, until

    def _move(self, giver: int, taker: int, amount: int, own: int) -> None:
        """Judge both sides in the order of their numbers, as the journal does, then move."""
        for number, signed in sorted(((giver, -amount), (taker, amount))):
            refusal = self._refusal(self.cells[number], signed)
            if refusal is not None:
                is_limit = refusal in (BeyondFloor, BeyondCeiling)
                raise (TheirLimit if is_limit and number != own else refusal)
        for number, signed in ((giver, -amount), (taker, amount)):
            self.cells[number].balance += signed
            self.moves.setdefault(number, []).append(signed)

    def _refusal(self, cell: ModelCell, signed: int) -> type[LedgerError] | None:
        after = cell.balance + signed
        if signed < 0:
            if cell.is_frozen:
                return AccountFrozen
            return BeyondFloor if after < cell.floor else None
        return BeyondCeiling if cell.ceiling is not None and after > cell.ceiling else None


def outcome(act: Callable[[], object]) -> object:
    """None, or the kind of the refusal."""
    try:
        act()
    except LedgerError as refusal:
        return type(refusal)
    return None
