"""The pages of trades: recording, receipts, answers, paper slips, the history of an account."""

from ledger.trades.pages import (
    answers,
    finding,
    gave,
    got,
    history,
    leaving,
    objections,
    plans,
    receipts,
    sheets,
    slips,
)
from ledger.trades.pages.blueprint import pages

__all__ = [
    "answers",
    "finding",
    "gave",
    "got",
    "history",
    "leaving",
    "objections",
    "pages",
    "plans",
    "receipts",
    "sheets",
    "slips",
]
