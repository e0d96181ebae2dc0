"""Reading trades: receipts, histories, and what waits for an answer."""

from ledger.trades.queries.history import (
    HistoryLine,
    HistoryPage,
    Sought,
    described,
    drawn,
    history,
)
from ledger.trades.queries.objections import (
    ObjectionView,
    PaperNews,
    objected_between,
    objection,
    objections_about,
    objections_to,
    open_objections,
    paper_news,
    past_objections,
)
from ledger.trades.queries.own_data import own_data
from ledger.trades.queries.past import WaitingSums, memos, waiting_at
from ledger.trades.queries.pending import Happened, OwnTrade, own_side, own_trade, waiting
from ledger.trades.queries.plans import Missed, PlanView, alerts, plans
from ledger.trades.queries.receipts import Booked, Receipt, receipt, turnover
from ledger.trades.queries.sheets import (
    Book,
    slip_book,
    slip_books,
    unused_book,
)
from ledger.trades.queries.sides import Side
from ledger.trades.queries.slips import (
    Typed,
    last_book,
    last_typed,
    own_slips,
    slip_of,
    typed_together,
)
from ledger.trades.queries.stacks import Stack, stack, stacks_begun

__all__ = [
    "Book",
    "Booked",
    "Happened",
    "HistoryLine",
    "HistoryPage",
    "Missed",
    "ObjectionView",
    "OwnTrade",
    "PaperNews",
    "PlanView",
    "Receipt",
    "Side",
    "Sought",
    "Stack",
    "Typed",
    "WaitingSums",
    "alerts",
    "described",
    "drawn",
    "history",
    "last_book",
    "last_typed",
    "memos",
    "objected_between",
    "objection",
    "objections_about",
    "objections_to",
    "open_objections",
    "own_data",
    "own_side",
    "own_slips",
    "own_trade",
    "paper_news",
    "past_objections",
    "plans",
    "receipt",
    "slip_book",
    "slip_books",
    "slip_of",
    "stack",
    "stacks_begun",
    "turnover",
    "typed_together",
    "unused_book",
    "waiting",
    "waiting_at",
]
