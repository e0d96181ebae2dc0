"""The pages of trades: recording, receipts, answers, paper slips, the history of an account."""

from ledger.trades.pages import (
    answers,
    finding,
    gave,
    got,
    history,
    leaving,
    moving_in,
    objections,
    plans,
    receipts,
    sheets,
    slips,
    stacks,
    typed,
)
from ledger.trades.pages.blueprint import pages
from ledger.trades.pages.objections import find_errands

__all__ = [
    "answers",
    "find_errands",
    "finding",
    "gave",
    "got",
    "history",
    "leaving",
    "moving_in",
    "objections",
    "pages",
    "plans",
    "receipts",
    "sheets",
    "slips",
    "stacks",
    "typed",
]
