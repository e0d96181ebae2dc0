"""Recording trades, and taking in those of other books."""

from ledger.trades.service.importing import ImportReport, import_history
from ledger.trades.service.paying import Paid, Pay, Preview, pay, preview

__all__ = ["ImportReport", "Paid", "Pay", "Preview", "import_history", "pay", "preview"]
