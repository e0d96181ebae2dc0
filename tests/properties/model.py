"""The books as some dictionaries: what the journal must agree with, written to be read."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ledger.journal.errors import (
    AccountClosed,
    AccountFrozen,
    AlreadyReversed,
    BeyondCeiling,
    BeyondFloor,
    HistoryOutOfOrder,
    KeyReused,
    MalformedEntry,
    NotAtZero,
    StaleLimit,
    UnknownAccount,
)
from ledger.journal.service import Draft

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class ModelAccount:
    """An account, and all that was ever booked on it as (amount, balance after)."""

    floor: int
    ceiling: int | None
    status: str = "open"
    version: int = 1
    not_before: datetime = NEVER
    lines: list[tuple[int, int]] = field(default_factory=list)

    @property
    def balance(self) -> int:
        """The balance after the last posting."""
        return self.lines[-1][1] if self.lines else 0


@dataclass(frozen=True)
class Answer:
    """What the journal must answer; lines as (account, seq, amount, balance after)."""

    booked_at: datetime
    lines: tuple[tuple[int, int, int, int], ...]
    replayed: bool = False


@dataclass
class Model:
    """One community's books. Its errors are the journal's, without facts."""

    accounts: dict[int, ModelAccount] = field(default_factory=dict)
    requests: dict[tuple[int, str], tuple[Draft, Answer]] = field(default_factory=dict)
    unsealed: int = 0

    def open(self, number: int, floor: int, ceiling: int | None) -> None:
        """Open an account."""
        self.accounts[number] = ModelAccount(floor, ceiling)
        self.unsealed += 1

    def post_many(self, drafts: list[Draft], now: datetime) -> list[Answer]:
        """Book all or none."""
        for draft in drafts:
            self._ensure_well_formed(draft)
        trial = deepcopy(self)
        answers = [trial._post(draft, now) for draft in drafts]
        self.accounts, self.requests, self.unsealed = (
            trial.accounts,
            trial.requests,
            trial.unsealed,
        )
        return answers

    def set_status(self, number: int, status: str) -> None:
        """Freeze, thaw or close."""
        account = self.accounts[number]
        if account.status == status:
            return
        if account.status == "closed":
            raise AccountClosed
        if status == "closed" and account.balance != 0:
            raise NotAtZero
        account.status = status
        self.unsealed += 1

    def set_bounds(self, number: int, floor: int, ceiling: int | None, version: int) -> int:
        """Set limits if `version` is the account's."""
        account = self.accounts[number]
        if account.status == "closed":
            raise AccountClosed
        if account.version != version:
            raise StaleLimit
        account.floor, account.ceiling, account.version = floor, ceiling, version + 1
        self.unsealed += 1
        return account.version

    def seal(self) -> int | None:
        """How many leaves the next seal must have; None for no seal."""
        leaves, self.unsealed = self.unsealed, 0
        return leaves or None

    def _ensure_well_formed(self, draft: Draft) -> None:
        if sum(amount for _, amount in draft.postings) or 0 in dict(draft.postings).values():
            raise MalformedEntry

    def _post(self, draft: Draft, now: datetime) -> Answer:
        request = (draft.actor, draft.request_key)
        if request in self.requests:
            return self._replay(draft, *self.requests[request])
        legs = sorted(draft.postings)
        if any(number not in self.accounts for number, _ in legs):
            raise UnknownAccount
        if draft.reverses and draft.reverses in {d.reverses for d, _ in self.requests.values()}:
            raise AlreadyReversed
        for number, amount in legs:
            self._ensure_may_post(self.accounts[number], amount, draft.kind == "history")
        answer = self._lay(legs, self._booking_time(draft, now))
        self.requests[request] = (draft, answer)
        self.unsealed += 1
        return answer

    def _replay(self, draft: Draft, first: Draft, answer: Answer) -> Answer:
        def content(some: Draft) -> object:
            return some.kind, some.occurred_on, some.reverses, sorted(some.postings)

        if content(draft) != content(first):
            raise KeyReused
        return replace(answer, replayed=True)

    def _ensure_may_post(self, account: ModelAccount, amount: int, history: bool) -> None:
        after = account.balance + amount
        if account.status == "closed":
            raise AccountClosed
        if account.status == "frozen" and amount < 0:
            raise AccountFrozen
        if history:
            return
        if after < account.floor and after < account.balance:
            raise BeyondFloor
        if account.ceiling is not None and after > account.ceiling and after > account.balance:
            raise BeyondCeiling

    def _booking_time(self, draft: Draft, now: datetime) -> datetime:
        earliest = max(self.accounts[number].not_before for number, _ in draft.postings)
        if draft.booked_at is None:
            return max(now, earliest)
        if not earliest <= draft.booked_at <= now:
            raise HistoryOutOfOrder
        return draft.booked_at

    def _lay(self, legs: list[tuple[int, int]], booked_at: datetime) -> Answer:
        lines = []
        for number, amount in legs:
            account = self.accounts[number]
            account.lines.append((amount, account.balance + amount))
            account.not_before = booked_at
            lines.append((number, len(account.lines), amount, account.balance))
        return Answer(booked_at, tuple(lines))
