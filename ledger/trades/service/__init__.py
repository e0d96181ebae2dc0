"""Recording trades, answering them, and taking in those of other books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from ledger.jobs.service import Handler, Payload
from ledger.trades.service.answering import Answer, Answered, answer, lapse, preview_answer
from ledger.trades.service.asking import Ask, Asked, ask, preview_ask
from ledger.trades.service.importing import ImportReport, import_history
from ledger.trades.service.paying import Paid, Pay, pay, preview
from ledger.trades.service.recording import Preview
from ledger.trades.service.telling import LAPSE_JOB, MAIL_JOB, send_news

__all__ = [
    "Answer",
    "Answered",
    "Ask",
    "Asked",
    "ImportReport",
    "Paid",
    "Pay",
    "Preview",
    "answer",
    "ask",
    "import_history",
    "job_handlers",
    "pay",
    "preview",
    "preview_answer",
    "preview_ask",
]


def job_handlers(public_url: str) -> Mapping[str, Handler]:
    """Who does the due work of this room; mails lead to pages under `public_url`."""
    return {MAIL_JOB: partial(send_news, public_url=public_url), LAPSE_JOB: _lapse}


def _lapse(session: Session, payload: Payload, now: datetime) -> None:
    trade_id = payload["trade"]
    if not isinstance(trade_id, int):
        raise TypeError(f"a trade's id is a number, not {trade_id!r}")
    lapse(session, trade_id, now)
