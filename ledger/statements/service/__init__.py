"""Closing months and what follows. `close_month`, `close_due` and `pdf_of` take the engine.

They need more than one transaction; everything else flushes and leaves the commit.
"""

from ledger.statements.service.attesting import attest_pdf, erase_names, job_handlers
from ledger.statements.service.closing import close_community, close_due, close_month, next_month
from ledger.statements.service.drawing import can_draw
from ledger.statements.service.papers import check_address, pdf_of

__all__ = [
    "attest_pdf",
    "can_draw",
    "check_address",
    "close_community",
    "close_due",
    "close_month",
    "erase_names",
    "job_handlers",
    "next_month",
    "pdf_of",
]
