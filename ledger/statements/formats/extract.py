"""What every form of a statement is written from: the frozen month and the words beside it.

Plain values, all of them frozen, so that a form is the same whenever it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ledger.kernel import clock
from ledger.kernel.amounts import wire
from ledger.kernel.units import Unit, shown_number
from ledger.statements.rules.document import Movement, Statement, Texts


@dataclass(frozen=True, slots=True)
class Line:
    """One movement. `amount` > 0 was received, < 0 sent; `balance` is the one after it.

    `other` is the account on the other side as people write it and `other_name` its name,
    both empty where there are several. `booked_on` is the day of `booked_at` in the zone.
    """

    seq: int
    entry_id: int
    kind: str
    booked_at: datetime
    booked_on: date
    occurred_on: date
    other: str
    other_name: str
    what: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Extract:
    """The month of one account, in smallest parts; `ends_at` is the first instant after it."""

    number: str
    community: str
    community_name: str
    unit: Unit
    zone: str
    account: str
    name: str
    starts_at: datetime
    ends_at: datetime
    opening: int
    closing: int
    floor: int
    fingerprint: str
    lines: tuple[Line, ...]

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def next_day(self) -> date:
        """The first day after the month."""
        return self.ends_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return self.next_day - timedelta(days=1)

    @property
    def received(self) -> int:
        """All that was received."""
        return sum(line.amount for line in self.lines if line.amount > 0)

    @property
    def sent(self) -> int:
        """All that was sent, as a positive figure."""
        return -sum(line.amount for line in self.lines if line.amount < 0)

    def figure(self, value: int) -> str:
        """Smallest parts as programs read them: `-12.50`."""
        return wire(value, self.unit.scale)


def one_line(text: str, longest: int = 0) -> str:
    """`text` without what no line of a file may hold, and at most `longest` characters of it."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean[:longest].rstrip() if longest else clean


def extract_of(statement: Statement, texts: Texts, community_name: str) -> Extract:
    """The extract of a frozen statement, with the words that are still there."""
    names = {number: one.text for number, one in texts.names.items()}
    return Extract(
        number=statement.number,
        community=statement.community,
        community_name=community_name,
        unit=statement.unit,
        zone=statement.zone,
        account=statement.shown,
        name=names.get(statement.account, "") or statement.shown,
        starts_at=statement.start,
        ends_at=statement.end,
        opening=statement.opening,
        closing=statement.closing,
        floor=statement.limit.floor if statement.limit else 0,
        fingerprint=statement.digest().hex(),
        lines=tuple(_line(one, statement, names, texts) for one in statement.movements),
    )


def _line(one: Movement, statement: Statement, names: Mapping[int, str], texts: Texts) -> Line:
    other = one.counterparts[0] if len(one.counterparts) == 1 else None
    memo = texts.memos.get(one.seq)
    return Line(
        seq=one.seq,
        entry_id=one.entry,
        kind=one.kind,
        booked_at=one.booked_at,
        booked_on=clock.day_of(one.booked_at, statement.zone),
        occurred_on=one.occurred_on,
        other=shown_number(statement.community, other) if other else "",
        other_name=names.get(other, "") if other else "",
        what=memo.text if memo else "",
        amount=one.amount,
        balance=one.balance,
    )
