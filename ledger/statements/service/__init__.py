"""Closing months and what follows: drawing statements, mailing them, and objections.

What ends in `_due`, `close_…` and `pdf_of` take the engine, because they need more than one
transaction; everything else flushes and leaves the commit.
"""

from ledger.statements.service.attesting import attest_pdf, erase_names, job_handlers
from ledger.statements.service.bouncing import note_bounce, read_bounce
from ledger.statements.service.closing import close_community, close_due, close_month, next_month
from ledger.statements.service.delivering import mail_handler
from ledger.statements.service.drawing import can_draw
from ledger.statements.service.later import Drawing, ask_to_draw_one, drawing_of, pdf_handler
from ledger.statements.service.mailing import begin, begin_due, send_again, send_wrong_again
from ledger.statements.service.objecting import Go, Object, answer, go_on, object_to
from ledger.statements.service.papers import check_address, pdf_of
from ledger.statements.service.printing import (
    ask_to_draw,
    count_drawn,
    draw_handler,
    packed,
    printable,
)
from ledger.statements.service.rendering import draw_all, wanted_pdfs
from ledger.statements.service.telling import send_news
from ledger.statements.service.wishes import wish, wish_by_token, wish_token

__all__ = [
    "Drawing",
    "Go",
    "Object",
    "answer",
    "ask_to_draw",
    "ask_to_draw_one",
    "attest_pdf",
    "begin",
    "begin_due",
    "can_draw",
    "check_address",
    "close_community",
    "close_due",
    "close_month",
    "count_drawn",
    "draw_all",
    "draw_handler",
    "drawing_of",
    "erase_names",
    "go_on",
    "job_handlers",
    "mail_handler",
    "next_month",
    "note_bounce",
    "object_to",
    "packed",
    "pdf_handler",
    "pdf_of",
    "printable",
    "read_bounce",
    "send_again",
    "send_news",
    "send_wrong_again",
    "wanted_pdfs",
    "wish",
    "wish_by_token",
    "wish_token",
]
