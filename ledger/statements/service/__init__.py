"""Closing months and what follows: drawing statements, mailing them, and objections.

What ends in `_due`, `close_…` and `pdf_of` take the engine, because they need more than one
transaction; everything else flushes and leaves the commit.
"""

from ledger.statements.service.attesting import attest_pdf, erase_names, job_handlers
from ledger.statements.service.bouncing import note_bounce, read_bounce
from ledger.statements.service.closing import close_community, close_due, close_month, next_month
from ledger.statements.service.delivering import mail_handler
from ledger.statements.service.drawing import can_draw
from ledger.statements.service.mailing import begin, begin_due, send_again, send_wrong_again
from ledger.statements.service.papers import check_address, pdf_of
from ledger.statements.service.rendering import draw_all, wanted_pdfs
from ledger.statements.service.wishes import wish, wish_by_token

__all__ = [
    "attest_pdf",
    "begin",
    "begin_due",
    "can_draw",
    "check_address",
    "close_community",
    "close_due",
    "close_month",
    "draw_all",
    "erase_names",
    "job_handlers",
    "mail_handler",
    "next_month",
    "note_bounce",
    "pdf_of",
    "read_bounce",
    "send_again",
    "send_wrong_again",
    "wanted_pdfs",
    "wish",
    "wish_by_token",
]
