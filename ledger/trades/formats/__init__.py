"""Files of other books, read into trades; each bad line with its reason."""

from ledger.trades.formats.lines import BadLine, Line, Problem, lines_of
from ledger.trades.formats.simpul import (
    MEMBER_COLUMNS,
    TRADE_COLUMNS,
    MemberLine,
    TradeLine,
    read_member,
    read_trade,
)

__all__ = [
    "MEMBER_COLUMNS",
    "TRADE_COLUMNS",
    "BadLine",
    "Line",
    "MemberLine",
    "Problem",
    "TradeLine",
    "lines_of",
    "read_member",
    "read_trade",
]
