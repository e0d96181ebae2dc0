"""Reading trades: receipts, histories, and what waits for an answer."""

from ledger.trades.queries.history import (
    HistoryLine,
    HistoryPage,
    Sought,
    described,
    drawn,
    history,
)
from ledger.trades.queries.past import WaitingSums, memos, waiting_at
from ledger.trades.queries.pending import Happened, OwnTrade, own_side, own_trade, waiting
from ledger.trades.queries.plans import Missed, PlanView, alerts, plans
from ledger.trades.queries.receipts import Booked, Receipt, receipt, turnover
from ledger.trades.queries.sides import Side

__all__ = [
    "Booked",
    "Happened",
    "HistoryLine",
    "HistoryPage",
    "Missed",
    "OwnTrade",
    "PlanView",
    "Receipt",
    "Side",
    "Sought",
    "WaitingSums",
    "alerts",
    "described",
    "drawn",
    "history",
    "memos",
    "own_side",
    "own_trade",
    "plans",
    "receipt",
    "turnover",
    "waiting",
    "waiting_at",
]
