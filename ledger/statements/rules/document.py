"""A statement: the frozen month of one account, as values and as canonical JSON.

Holds immutable facts of the books and digests alone. Names and words stand in it behind
salted digests, so that they can be erased and the proof still holds. Amounts are signed
integers in the unit's smallest part, instants are microseconds since 1970 in UTC, days
are ISO 8601. Changing a byte here breaks the digest of every statement ever made:
`tests/statements/test_vectors.py` pins them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ledger.kernel.clock import to_micros
from ledger.kernel.merkle import canonical
from ledger.kernel.units import Unit, shown_number
from ledger.statements.rules.months import Month

FORMAT = "simpul-statement/1"

AGES = (31, 91, 181, 366)
"""A debt is aged in days 0–30, 31–90, 91–180, 181–365 and over: where each next one begins."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A posting of the month. `amount` is positive when received; `balance` is after it.

    `kind` is the entry's: trade, reversal (`reverses` names what) or history.
    `counterparts` are the accounts on the other side, by number. `memo` is the salted
    digest of the words.
    """

    seq: int
    entry: int
    kind: str
    booked_at: datetime
    occurred_on: date
    counterparts: tuple[int, ...]
    memo: bytes | None
    amount: int
    balance: int
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was earned and spent in a time, both net of reversals, and with how many others."""

    earned: int = 0
    spent: int = 0
    partners: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit in force at the closing and by whose authority.

    `floor` ≤ 0. `reference` is the decision's number, the constitution's version or the
    file. `set_at` is past the month's end where books of before were taken over later.
    `used_percent` is of the limit, rounded down, and None where the limit is zero.
    """

    version: int
    floor: int
    ceiling: int | None
    authority: str
    reference: str | None
    set_at: datetime
    used_percent: int | None
    left: int


@dataclass(frozen=True, slots=True)
class Ageing:
    """A debt by the age of what makes it up, first in first out: what comes in pays the oldest.

    Ages in days: 0–30, 31–90, 91–180, 181–365, over. Positive figures; all zero for none.
    """

    to_30: int = 0
    to_90: int = 0
    to_180: int = 0
    to_365: int = 0
    over: int = 0

    @property
    def total(self) -> int:
        """The whole debt, as a positive figure."""
        return self.to_30 + self.to_90 + self.to_180 + self.to_365 + self.over


@dataclass(frozen=True, slots=True)
class DaysSince:
    """Days from the last event to the month's last day; None where there was none yet.

    `zero` is 0 while the balance is zero.
    """

    zero: int | None = None
    earning: int | None = None
    spending: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waited for an answer at the closing: how many trades and their sums, each way."""

    incoming: int = 0
    incoming_sum: int = 0
    outgoing: int = 0
    outgoing_sum: int = 0


@dataclass(frozen=True, slots=True)
class SealRef:
    """The last seal of the books at the closing."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """The month of one account. `start` is within it, `end` is the first instant past it.

    `name` is the digest of the owner's name at the closing and `parties` those of the
    counterparts, by account number; None where the account has no name. `received` and
    `sent` are the plain sums of credits and debits: closing = opening + received − sent.
    """

    community: str
    unit: Unit
    zone: str
    month: Month
    start: datetime
    end: datetime
    account: int
    kind: str
    name: bytes | None
    opening: int
    received: int
    sent: int
    closing: int
    last_seq: int
    movements: tuple[Movement, ...]
    this_month: Turnover
    this_year: Turnover
    limit: Limit | None
    debt: Ageing
    days_since: DaysSince
    waiting: Waiting
    seal: SealRef | None
    parties: tuple[tuple[int, bytes | None], ...] = ()

    @property
    def shown(self) -> str:
        """The account's number as people write it: `SB042`."""
        return shown_number(self.community, self.account)

    @property
    def number(self) -> str:
        """The statement's number: `SB042-2026-10`."""
        return f"{self.shown}-{self.month}"

    def to_document(self) -> dict[str, object]:
        """The canonical JSON as Python values; `canonical` spells it."""
        return {
            "format": FORMAT,
            "number": self.number,
            "community": self.community,
            "unit": {
                "name": self.unit.name,
                "symbol": self.unit.symbol,
                "scale": self.unit.scale,
                "export_code": self.unit.export_code,
            },
            "zone": self.zone,
            "month": str(self.month),
            "start": to_micros(self.start),
            "end": to_micros(self.end),
            "account": self.account,
            "kind": self.kind,
            "name": _hex(self.name),
            "opening": self.opening,
            "received": self.received,
            "sent": self.sent,
            "closing": self.closing,
            "last_seq": self.last_seq,
            "movements": [_movement_out(one) for one in self.movements],
            "this_month": _turnover_out(self.this_month),
            "this_year": _turnover_out(self.this_year),
            "limit": _limit_out(self.limit),
            "debt": [
                self.debt.to_30,
                self.debt.to_90,
                self.debt.to_180,
                self.debt.to_365,
                self.debt.over,
            ],
            "days_since": {
                "zero": self.days_since.zero,
                "earning": self.days_since.earning,
                "spending": self.days_since.spending,
            },
            "waiting": {
                "incoming": self.waiting.incoming,
                "incoming_sum": self.waiting.incoming_sum,
                "outgoing": self.waiting.outgoing,
                "outgoing_sum": self.waiting.outgoing_sum,
            },
            "seal": self.seal and {"number": self.seal.number, "hash": self.seal.hash.hex()},
            "parties": [[number, _hex(name)] for number, name in self.parties],
        }

    def spelled(self) -> bytes:
        """The canonical JSON: the bytes that are hashed."""
        return canonical(self.to_document())

    def digest(self) -> bytes:
        """SHA-256 of the canonical JSON: the statement's fingerprint, and part of its leaf."""
        return hashlib.sha256(self.spelled()).digest()


@dataclass(frozen=True, slots=True)
class Words:
    """A text with its salt, as far as it was not erased."""

    text: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Texts:
    """What the digests in a statement stand for: names by account, words by `seq`.

    What was erased is missing.
    """

    names: Mapping[int, Words] = field(default_factory=dict)
    memos: Mapping[int, Words] = field(default_factory=dict)

    def to_document(self) -> dict[str, object]:
        """As it stands in the downloaded file."""
        return {"names": _words_out(self.names), "memos": _words_out(self.memos)}


def _movement_out(one: Movement) -> dict[str, object]:
    return {
        "seq": one.seq,
        "entry": one.entry,
        "kind": one.kind,
        "booked_at": to_micros(one.booked_at),
        "occurred_on": one.occurred_on.isoformat(),
        "counterparts": list(one.counterparts),
        "memo": _hex(one.memo),
        "amount": one.amount,
        "balance": one.balance,
        "reverses": one.reverses,
    }


def _turnover_out(one: Turnover) -> dict[str, object]:
    return {"earned": one.earned, "spent": one.spent, "partners": one.partners}


def _limit_out(one: Limit | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "version": one.version,
        "floor": one.floor,
        "ceiling": one.ceiling,
        "authority": one.authority,
        "reference": one.reference,
        "set_at": to_micros(one.set_at),
        "used_percent": one.used_percent,
        "left": one.left,
    }


def _words_out(words: Mapping[int, Words]) -> dict[str, object]:
    return {
        str(number): {"text": one.text, "salt": one.salt.hex()}
        for number, one in sorted(words.items())
    }


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
