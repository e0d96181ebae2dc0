"""Reading trades: receipts, histories, and what waits for an answer."""

from ledger.trades.queries.history import (
    HistoryLine,
    HistoryPage,
    Sought,
    described,
    drawn,
    history,
)
from ledger.trades.queries.pending import Happened, OwnTrade, own_side, own_trade, waiting
from ledger.trades.queries.receipts import Booked, Receipt, receipt, turnover
from ledger.trades.queries.sides import Side

__all__ = [
    "Booked",
    "Happened",
    "HistoryLine",
    "HistoryPage",
    "OwnTrade",
    "Receipt",
    "Side",
    "Sought",
    "described",
    "drawn",
    "history",
    "own_side",
    "own_trade",
    "receipt",
    "turnover",
    "waiting",
]
