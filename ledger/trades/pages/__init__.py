"""The pages of trades: recording, receipts, answers, and the history of an account."""

from ledger.trades.pages import answers, finding, gave, got, history, leaving, plans, receipts
from ledger.trades.pages.blueprint import pages

__all__ = ["answers", "finding", "gave", "got", "history", "leaving", "pages", "plans", "receipts"]
