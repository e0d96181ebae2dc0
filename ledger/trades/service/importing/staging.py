"""What was read out of files, kept on disk until all of it was looked at.

A database of its own, in a file without a name that goes when it is closed: it sorts,
counts and finds doubles in any number of lines while memory holds but a few.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, Self, TypeVar

from ledger.kernel.amounts import Amount
from ledger.members.service import EnrolCell
from ledger.text.phrases import Phrase
from ledger.trades.formats import BadLine, MemberLine, TradeLine

MOST_NAMED = 10_000
"""So many bad lines are named: beyond, it is the layout that is wrong and not the lines."""

_TABLES = """
    CREATE TABLE member (line INTEGER PRIMARY KEY, key TEXT NOT NULL, said TEXT NOT NULL);
    CREATE TABLE trade (
        line INTEGER PRIMARY KEY, day TEXT NOT NULL, payer TEXT NOT NULL, payee TEXT NOT NULL,
        amount INTEGER NOT NULL, what TEXT NOT NULL, reference TEXT NOT NULL,
        known INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX in_order ON trade (day, line);
    CREATE TABLE seen (what TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
"""

Item = TypeVar("Item")


@dataclass(slots=True)
class Problems:
    """The bad lines of an import, in the order they were found; the first many of them."""

    lines: list[BadLine] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, number: int, reason: Phrase) -> None:
        """Note why a line can't be taken."""
        self.count += 1
        if self.count <= MOST_NAMED:
            self.lines.append(BadLine(file, number, reason))

    def copy(self) -> Problems:
        """The same so far."""
        return replace(self, lines=list(self.lines))


@dataclass(slots=True)
class Stage:
    """Members and trades as they were read; `problems` are those of reading."""

    members_file: str
    trades_file: str
    source: str
    problems: Problems = field(default_factory=Problems)
    lines: int = 0
    _books: Any = None

    @classmethod
    @contextmanager
    def open(cls, members_file: str, trades_file: str, source: str) -> Iterator[Self]:
        """An empty stage, gone afterwards."""
        books = sqlite3.connect("", isolation_level=None)
        try:
            books.execute("PRAGMA journal_mode = OFF")
            books.execute("PRAGMA cache_size = -4000")
            books.executescript(_TABLES)
            books.execute("BEGIN")
            yield cls(members_file, trades_file, source, _books=books)
        finally:
            books.close()

    def times_seen(self, what: str) -> int:
        """How often `what` was asked for, this time included."""
        (times,) = self._books.execute(
            "INSERT INTO seen VALUES (?, 1)"
            " ON CONFLICT (what) DO UPDATE SET times = times + 1 RETURNING times",
            (what,),
        ).fetchone()
        return int(times)

    def put_member(self, line: int, member: MemberLine) -> None:
        """Keep a member."""
        said = {**asdict(member), "cell": _as_json(member.cell)}
        self._books.execute(
            "INSERT INTO member VALUES (?, ?, ?)", (line, member.key, json.dumps(said))
        )

    def put_trade(self, line: int, trade: TradeLine) -> None:
        """Keep a trade."""
        self._books.execute(
            "INSERT INTO trade (line, day, payer, payee, amount, what, reference)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                line,
                trade.day.isoformat(),
                trade.payer,
                trade.payee,
                trade.amount,
                trade.what,
                trade.reference,
            ),
        )

    def members(self) -> Iterator[tuple[int, MemberLine]]:
        """Every member with its line, in the order of the file."""
        for line, said in self._read("SELECT line, said FROM member ORDER BY line"):
            yield line, _as_member(json.loads(said))

    def trades(self, *, fresh: bool = False) -> Iterator[tuple[int, TradeLine]]:
        """Every trade with its line, day by day; with `fresh` those not marked as known."""
        wanted = "WHERE known = 0" if fresh else ""
        rows = self._read(
            f"SELECT line, reference, day, payer, payee, amount, what FROM trade {wanted}"  # noqa: S608
            " ORDER BY day, line"
        )
        for line, reference, day, payer, payee, amount, what in rows:
            yield (
                line,
                TradeLine(reference, date.fromisoformat(day), payer, payee, Amount(amount), what),
            )

    def mark_known(self, lines: Iterable[int]) -> None:
        """These trades stand in the books already."""
        self._books.executemany(
            "UPDATE trade SET known = 1 WHERE line = ?", ((line,) for line in lines)
        )

    def forget_marks(self) -> None:
        """Nothing is known to stand in the books: another try looks afresh."""
        self._books.execute("UPDATE trade SET known = 0 WHERE known = 1")

    def count(self, *, fresh: bool = False) -> int:
        """How many trades there are."""
        wanted = "WHERE known = 0" if fresh else ""
        return int(self._books.execute(f"SELECT count(*) FROM trade {wanted}").fetchone()[0])  # noqa: S608

    def _read(self, query: str) -> Iterator[Any]:
        """Rows of a cursor of its own, so that marks can be set while it is read."""
        yield from self._books.cursor().execute(query)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items, `size` at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _as_json(cell: EnrolCell) -> dict[str, Any]:
    return {**asdict(cell), "joined_on": cell.joined_on.isoformat()}


def _as_member(said: dict[str, Any]) -> MemberLine:
    cell = said.pop("cell")
    cell["elements"] = tuple(cell["elements"])
    cell["joined_on"] = date.fromisoformat(cell["joined_on"])
    return MemberLine(cell=EnrolCell(**cell), **said)
