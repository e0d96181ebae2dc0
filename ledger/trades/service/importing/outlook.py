"""What an import would do, and the figures of what it did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ledger.kernel.errors import LedgerError
from ledger.members.queries import CommunityView
from ledger.text import prose
from ledger.text.speaker import Speaker
from ledger.trades.formats import (
    ASSOCIATION,
    OPENING,
    BadLine,
    MemberLine,
    Problem,
    TradeLine,
)
from ledger.trades.service.importing.staging import Problems

PURPOSES = {OPENING: "opening", ASSOCIATION: "association"}
"""The fund behind each side of a trade that is no cell."""


@dataclass(frozen=True, slots=True)
class FundLine:
    """A fund of the community, open or to be opened, and where it stands after the import."""

    number: int
    name: str
    balance: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did or would do; `outside` are cells it leaves beyond their limits.

    `limits_added` counts the cells that bring limits of their own, `numbered` those that got
    another number than they were called by. `volume` is what the trades come to.
    """

    cells_added: int
    cells_known: int
    trades_added: int
    trades_known: int
    outside: tuple[int, ...]
    limits_added: int = 0
    numbered: int = 0
    volume: int = 0
    funds: tuple[FundLine, ...] = ()


@dataclass(slots=True)
class Outlook:
    """What an import would do; `problems` stand in the way. Nothing of it is written.

    `numbers` has the account of each key, and of each fund that is there. `to_open` are sides
    whose fund is not. `first_cells` and `first_trades` are the first lines as they were read.
    """

    members_file: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    fresh: dict[str, int] = field(default_factory=dict)
    to_open: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    first_cells: list[MemberLine] = field(default_factory=list)
    first_trades: list[TradeLine] = field(default_factory=list)
    balances: Counter[int] = field(default_factory=Counter)
    bounds: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    cells_known: int = 0
    limits_added: int = 0
    numbered: int = 0
    trades_added: int = 0
    trades_known: int = 0
    volume: int = 0
    funds: tuple[FundLine, ...] = ()
    fund_names: dict[str, str] = field(default_factory=dict)

    @property
    def bad_lines(self) -> tuple[BadLine, ...]:
        """Every bad line, those of members first, by number."""
        first = self.members_file
        return tuple(
            sorted(self.problems.lines, key=lambda line: (line.file != first, line.number))
        )

    def report(self) -> ImportReport:
        """The figures."""
        outside = [
            number
            for number, (floor, ceiling) in self.bounds.items()
            if is_outside(self.balances[number], floor, ceiling)
        ]
        return ImportReport(
            cells_added=len(self.fresh),
            cells_known=self.cells_known,
            trades_added=self.trades_added,
            trades_known=self.trades_known,
            outside=tuple(sorted(outside)),
            limits_added=self.limits_added,
            numbered=self.numbered,
            volume=self.volume,
            funds=self.funds,
        )


def is_outside(balance: int, floor: int, ceiling: int | None) -> bool:
    """Whether a balance is beyond these limits."""
    return balance < floor or (ceiling is not None and balance > ceiling)


def said(error: LedgerError, community: CommunityView) -> Problem:
    """A refusal of the rooms below, as the problem of a line."""
    phrase = prose.phrase(error, Speaker("en"), community.unit, community.code)
    return Problem(str(phrase), **phrase.facts)
