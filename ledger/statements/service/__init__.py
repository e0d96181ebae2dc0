"""Closing months and what follows. `close_month` and `close_due` take the engine.

They need more than one transaction; everything else flushes and leaves the commit.
"""

from ledger.statements.service.attesting import attest_pdf, erase_names, job_handlers
from ledger.statements.service.closing import close_community, close_due, close_month, next_month

__all__ = [
    "attest_pdf",
    "close_community",
    "close_due",
    "close_month",
    "erase_names",
    "job_handlers",
    "next_month",
]
