"""A long statement is drawn by due work: nobody waits for it before an open connection.

A page of a month with thousands of movements takes half a minute to set. What is short is
drawn at once, while the person waits; what is long is asked for, drawn beside, and offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.jobs import queries as jobs
from ledger.jobs.service import Outside, Payload, schedule, schedule_anew
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.errors import NoSuchStatement
from ledger.statements.queries.papers import kept_version
from ledger.statements.rules.months import Month, month_kept
from ledger.statements.service.papers import pdf_of

JOB = "statement_pdf"

LONG = 150
"""From so many movements on a statement takes longer to draw than somebody should wait."""

_A_SECOND = 100
"""So many movements are set in a second, cautiously reckoned."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Whether a statement can be handed out at once; else about how many seconds it takes.

    `again_at` is when it is tried again, if it failed before. `is_given_up`: every try
    failed, and nothing draws it until somebody asks anew. `version` is that of the PDF which
    was kept and erased since, or 0: it names the work, so that what was erased is drawn by
    another job.
    """

    is_ready: bool
    movements: int
    version: int = 0
    again_at: datetime | None = None
    is_given_up: bool = False

    @property
    def seconds(self) -> int:
        """About how long drawing takes, in tens of seconds."""
        return 10 * (1 + self.movements // _A_SECOND // 10)


def drawing_of(
    session: Session,
    community: CommunityView,
    account: int,
    month: Month,
    language: str,
    now: datetime,
) -> Drawing:
    """Whether the PDF is drawn, or drawn in a moment. Raises `NoSuchStatement`."""
    movements = queries.count_movements(session, community.id, account, month)
    if movements is None:
        raise NoSuchStatement
    if movements < LONG:
        return Drawing(True, movements)
    version, is_there = kept_version(session, community.id, account, month, language)
    if is_there:
        return Drawing(True, movements, version)
    job = jobs.undone(session, _key(community, account, month, language, version), now)
    again_at = job.due_at if job and job.trouble else None
    return Drawing(False, movements, version, again_at, job is not None and job.is_given_up)


def ask_to_draw_one(
    session: Session,
    community: CommunityView,
    account: int,
    month: Month,
    language: str,
    drawing: Drawing,
    now: datetime,
    *,
    anew: bool = False,
) -> None:
    """Have due work draw the statement of which `drawing_of` said that it is not ready.

    Asked again meanwhile it is the same job. What was given up stays so, unless it is asked
    for `anew`.
    """
    payload = {
        "community": community.id,
        "account": account,
        "month": month.key,
        "language": language,
    }
    key = _key(community, account, month, language, drawing.version)
    (schedule_anew if anew else schedule)(session, JOB, payload, now, key)


def _key(community: CommunityView, account: int, month: Month, language: str, version: int) -> str:
    return f"{JOB}:{community.id}:{account}:{month}:{language}:{version}"


def pdf_handler(engine: Engine, public_url: str) -> Outside:
    """The handler of the kind `statement_pdf`."""

    def act(payload: Payload, now: datetime) -> None:
        place, account, month = payload["community"], payload["account"], payload["month"]
        if not (isinstance(place, int) and isinstance(account, int) and isinstance(month, int)):
            raise TypeError(f"not to be drawn: {payload}")
        community = in_unit_of_work(
            engine, partial(members.community, community_id=place), write=False
        )
        if community is not None:
            language = str(payload["language"])
            pdf_of(engine, community, account, month_kept(month), language, public_url, now)

    return Outside(act)
