"""Files of other books, read into members and trades; each bad line with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.trades.formats import cyclos3, simpul, timeoverflow
from ledger.trades.formats.lines import BadLine, Columns, Line, Problem, lines_of
from ledger.trades.formats.reading import (
    ASSOCIATION,
    DAYS,
    DECIMALS,
    OPENING,
    MemberLine,
    Reading,
    TradeLine,
    Values,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of books looks like, and what its lines mean.

    `source` is kept with all that came from it. `has_references`: each trade
    has its own; else the same line means another trade each time. `left_out` are columns
    that are read past. Where there is no file of trades, `opening_of` makes them out of members.
    """

    name: str
    source: str
    members: Columns
    read_member: Callable[[Values, Reading], MemberLine]
    trades: Columns | None = None
    read_trade: Callable[[Values, Reading], TradeLine] | None = None
    opening_of: Callable[[MemberLine, Reading], TradeLine | None] | None = None
    has_references: bool = True
    left_out: tuple[str, ...] = ()


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "simpul",
            "import",
            simpul.MEMBERS,
            simpul.read_member,
            simpul.TRADES,
            simpul.read_trade,
        ),
        Layout(
            "timeoverflow",
            "timeoverflow",
            timeoverflow.MEMBERS,
            timeoverflow.read_member,
            timeoverflow.TRADES,
            timeoverflow.read_trade,
            has_references=False,
            left_out=timeoverflow.LEFT_OUT,
        ),
        Layout(
            "cyclos3",
            "cyclos3",
            cyclos3.MEMBERS,
            cyclos3.read_member,
            opening_of=cyclos3.opening_of,
            left_out=cyclos3.LEFT_OUT,
        ),
    )
}

__all__ = [
    "ASSOCIATION",
    "DAYS",
    "DECIMALS",
    "LAYOUTS",
    "OPENING",
    "BadLine",
    "Columns",
    "Layout",
    "Line",
    "MemberLine",
    "Problem",
    "Reading",
    "TradeLine",
    "Values",
    "lines_of",
]
