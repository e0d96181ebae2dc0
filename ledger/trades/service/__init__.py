"""Recording trades, answering them, and taking in those of other books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from ledger.jobs.service import Handler, Payload
from ledger.members.service.leaving import LEFT_JOB
from ledger.trades.service.answering import Answer, Answered, answer, lapse, preview_answer
from ledger.trades.service.asking import Ask, Asked, ask, preview_ask
from ledger.trades.service.forgetting import cell_left
from ledger.trades.service.importing import ImportReport, import_history
from ledger.trades.service.leaving import leave
from ledger.trades.service.looking import Line, Written, look
from ledger.trades.service.objecting import EndObjection, Object, end_objection, object_to
from ledger.trades.service.paying import Paid, Pay, pay, preview
from ledger.trades.service.planning import (
    DUE_JOB,
    TELL_JOB,
    MakePlan,
    PlanPreview,
    change_plan,
    make_plan,
    note_missed,
    preview_plan,
    run_plan,
)
from ledger.trades.service.recording import Preview
from ledger.trades.service.reminding import send_reminder
from ledger.trades.service.sheets import MakeBook, make_book
from ledger.trades.service.slips import TypeSlips, type_slips
from ledger.trades.service.stacks import (
    SaveStack,
    book_stack,
    drop_stack,
    forget_old_stacks,
    save_stack,
)
from ledger.trades.service.telling import LAPSE_JOB, MAIL_JOB, send_news
from ledger.trades.service.telling_slips import (
    OBJECTION_JOB,
    SLIPS_JOB,
    send_objection,
    send_slips,
)

__all__ = [
    "Answer",
    "Answered",
    "Ask",
    "Asked",
    "EndObjection",
    "ImportReport",
    "Line",
    "MakeBook",
    "MakePlan",
    "Object",
    "Paid",
    "Pay",
    "PlanPreview",
    "Preview",
    "SaveStack",
    "TypeSlips",
    "Written",
    "answer",
    "ask",
    "book_stack",
    "cell_left",
    "change_plan",
    "drop_stack",
    "end_objection",
    "forget_old_stacks",
    "import_history",
    "job_handlers",
    "leave",
    "look",
    "make_book",
    "make_plan",
    "note_missed",
    "object_to",
    "pay",
    "preview",
    "preview_answer",
    "preview_ask",
    "preview_plan",
    "save_stack",
    "type_slips",
]


def job_handlers(public_url: str) -> Mapping[str, Handler]:
    """Who does the due work of this room; mails lead to pages under `public_url`."""
    return {
        MAIL_JOB: partial(send_news, public_url=public_url),
        LAPSE_JOB: _lapse,
        DUE_JOB: _run_plan,
        LEFT_JOB: cell_left,
        TELL_JOB: partial(send_reminder, public_url=public_url),
        SLIPS_JOB: partial(send_slips, public_url=public_url),
        OBJECTION_JOB: partial(send_objection, public_url=public_url),
    }


def _lapse(session: Session, payload: Payload, now: datetime) -> None:
    lapse(session, _id(payload["trade"]), now)


def _run_plan(session: Session, payload: Payload, now: datetime) -> None:
    run_plan(session, _id(payload["plan"]), date.fromisoformat(str(payload["on"])), now)


def _id(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"an id is a number, not {value!r}")
    return value
