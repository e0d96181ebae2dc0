"""A draft of an entry, and the one rule of limits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ledger.journal.errors import (
    AccountClosed,
    AccountFrozen,
    BeyondCeiling,
    BeyondFloor,
    HistoryOutOfOrder,
    MalformedEntry,
    UnknownAccount,
)
from ledger.kernel.amounts import LARGEST
from ledger.kernel.clock import from_micros, to_micros


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that somebody asks for.

    `postings` are pairs of account number and signed amount in smallest parts,
    each account once, summing to zero. `request_key` makes asking again safe.
    `booked_at` is for entries of kind `history` alone.
    """

    kind: str
    postings: tuple[tuple[int, int], ...]
    occurred_on: date
    actor: int
    request_key: str
    memo_digest: bytes | None = None
    reverses: int | None = None
    booked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One posting as booked; `balance` is the account's after it."""

    account: int
    seq: int
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Posted:
    """The journal's answer. `replayed` says that the entry stood there already."""

    entry_id: int
    booked_at: datetime
    lines: tuple[Line, ...]
    replayed: bool = False


@dataclass(slots=True)
class Position:
    """Where a locked account stands while postings are laid on it. Instants in microseconds."""

    number: int
    balance: int
    floor: int
    ceiling: int | None
    last_seq: int
    not_before: int
    status: str


def ensure_well_formed(draft: Draft) -> None:
    """Raise `MalformedEntry` unless the draft has two or more postings that sum to zero.

    In integers: what only equals one, such as 5.0 or True, has another fingerprint.
    """
    total = 0
    for _, amount in draft.postings:
        if type(amount) is not int or amount == 0 or abs(amount) > LARGEST:
            raise MalformedEntry(postings=draft.postings)
        total += amount
    if (
        total != 0
        or len(draft.postings) < 2
        or len(dict(draft.postings)) < len(draft.postings)  # an account twice
        or (draft.kind == "reversal") != (draft.reverses is not None)
        or (draft.booked_at is not None and draft.kind != "history")
    ):
        raise MalformedEntry(postings=draft.postings)


def is_plain(draft: Draft) -> bool:
    """Whether the draft has two postings, reverses nothing and tells no history."""
    return len(draft.postings) == 2 and draft.kind not in ("history", "reversal")


def posted_plain(draft: Draft, found: Iterable[int]) -> Posted:
    """A plain draft as its database booked it.

    `found` is the entry's id and instant in microseconds, then seq and balance of the
    account with the lower number, and of the other.
    """
    entry_id, booked_at, low_seq, low_balance, high_seq, high_balance = found
    (low, gain), (high, loss) = sorted(draft.postings)
    lines = (Line(low, low_seq, gain, low_balance), Line(high, high_seq, loss, high_balance))
    return Posted(entry_id, from_micros(booked_at), lines)


def fingerprint(draft: Draft) -> bytes:
    """SHA-256 of what the draft asks for, as compact JSON: equal for equal requests.

    Leaves out the memo, whose digest is salted afresh each time; the room that
    keeps the words compares them.
    """
    reverses = "null" if draft.reverses is None else draft.reverses
    lines = ",".join([f"[{account},{amount}]" for account, amount in sorted(draft.postings)])
    content = f'["{draft.kind}","{draft.occurred_on.isoformat()}",{reverses},[{lines}]]'
    return hashlib.sha256(content.encode()).digest()


def ensure_may_post(position: Position, amount: int, *, history: bool = False) -> None:
    """The one rule of limits: no posting takes a balance further outside its limits.

    Payments into an account below its floor always pass. Frozen accounts refuse
    to send, closed ones refuse both. History is exempt from limits only.
    Raises `AccountClosed`, `AccountFrozen`, `BeyondFloor` or `BeyondCeiling`.
    """
    if position.status == "closed":
        raise AccountClosed(account=position.number)
    if amount < 0 and position.status == "frozen":
        raise AccountFrozen(account=position.number)
    after = position.balance + amount
    ceiling = LARGEST if history or position.ceiling is None else position.ceiling
    floor = -LARGEST if history else position.floor
    if amount < 0 and after < floor:
        left = max(position.balance - floor, 0)
        raise BeyondFloor(account=position.number, floor=floor, amount=-amount, left=left)
    if amount > 0 and after > ceiling:
        left = max(ceiling - position.balance, 0)
        raise BeyondCeiling(account=position.number, ceiling=ceiling, amount=amount, left=left)


def booking_time(positions: list[Position], now: int, asked: int | None) -> int:
    """When the entry is booked: never before what its accounts hold. All in microseconds.

    `asked` is the instant that a draft of history wants. Raises `HistoryOutOfOrder`.
    """
    earliest = max(position.not_before for position in positions)
    if asked is None:
        return max(now, earliest)
    if asked < earliest or asked > now:
        raise HistoryOutOfOrder(accounts=[position.number for position in positions])
    return asked


def lay(position: Position, amount: int, booked_at: int) -> Line:
    """Move `position` by one posting and return the posting as it is to be written."""
    position.balance += amount
    position.last_seq += 1
    position.not_before = booked_at
    return Line(position.number, position.last_seq, amount, position.balance)


def lay_entry(draft: Draft, positions: dict[int, Position], entry_id: int, now: int) -> Posted:
    """Judge every posting of the draft first, then move the positions of its accounts.

    `now` is in microseconds. Raises `UnknownAccount`, and as `ensure_may_post` and
    `booking_time`.
    """
    legs = []
    for account, amount in sorted(draft.postings):
        if account not in positions:
            raise UnknownAccount(account=account)
        legs.append((positions[account], amount))
    for position, amount in legs:
        ensure_may_post(position, amount, history=draft.kind == "history")
    asked = to_micros(draft.booked_at) if draft.booked_at else None
    booked_at = booking_time([position for position, _ in legs], now, asked)
    lines = tuple([lay(position, amount, booked_at) for position, amount in legs])
    return Posted(entry_id, from_micros(booked_at), lines)
