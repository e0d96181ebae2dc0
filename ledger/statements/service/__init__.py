"""Closing months and what follows. `close_month` and `close_due` take the engine.

They need more than one transaction; everything else flushes and leaves the commit.
"""

from ledger.statements.service.attesting import attest_pdf, erase_names
from ledger.statements.service.closing import close_due, close_month, next_month

__all__ = ["attest_pdf", "close_due", "close_month", "erase_names", "next_month"]
