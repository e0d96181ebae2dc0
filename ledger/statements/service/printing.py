"""All statements of a month as one file to print, for members without a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from io import BytesIO

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.jobs.service import Outside, Payload, schedule
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.errors import NoSuchClosing, NotAllDrawn, StatementChanged
from ledger.statements.formats import Extract, package
from ledger.statements.model import StatementPdf
from ledger.statements.queries.papers import drawn_pdf
from ledger.statements.rules.months import Month, month_kept
from ledger.statements.service.papers import whole
from ledger.statements.service.rendering import draw_all

JOB = "statement_draw"
_AT_A_TIME = 300
"""Well within the lease of a job; the next one goes on."""


def count_drawn(session: Session, community: CommunityView, month: Month) -> int:
    """How many accounts of a month are drawn in the community's language."""
    counted = select(func.count(func.distinct(StatementPdf.account))).where(
        StatementPdf.community_id == community.id,
        StatementPdf.month == month.key,
        StatementPdf.language == community.language,
        StatementPdf.content.is_not(None),
    )
    return session.scalar(counted) or 0


def ask_to_draw(session: Session, community: CommunityView, month: Month, now: datetime) -> None:
    """Have due work draw what is not drawn yet, outside of the web."""
    drawn = count_drawn(session, community, month)
    payload = {"community": community.id, "month": month.key}
    # Asked twice before anything was drawn it is one job; later it is another.
    schedule(session, JOB, payload, now, f"{JOB}:{community.id}:{month}:{drawn}")


def draw_handler(engine: Engine, public_url: str) -> Outside:
    """The handler of the kind `statement_draw`: some hundred at a time."""

    def act(payload: Payload, now: datetime) -> None:
        month, community_id = payload["month"], payload["community"]
        if not isinstance(month, int) or not isinstance(community_id, int):
            raise TypeError(f"not to be drawn: {payload}")
        community = in_unit_of_work(
            engine, partial(members.community, community_id=community_id), write=False
        )
        if community is not None:
            _draw_some(engine, community, month_kept(month), public_url, now)

    return Outside(act)


def _draw_some(
    engine: Engine, community: CommunityView, month: Month, public_url: str, now: datetime
) -> None:
    made = draw_all(
        engine,
        community,
        month,
        public_url,
        now,
        workers=1,
        progress=_in_silence,
        most=_AT_A_TIME,
    )
    if made == _AT_A_TIME:
        in_unit_of_work(engine, lambda db: ask_to_draw(db, community, month, now))


def _in_silence(_drawn: int) -> None:
    """Whoever asked looks at the page."""


def printable(
    session: Session, community: CommunityView, month: Month, accounts: Sequence[int]
) -> bytes:
    """The statements of these accounts as one PDF, each beginning on the front of a sheet.

    Raises `NotAllDrawn` while some are still to be drawn.
    """
    pypdf = import_module("pypdf")
    out = pypdf.PdfWriter()
    for account in accounts:
        kept = drawn_pdf(session, community.id, account, month, community.language)
        if kept is None or kept.content is None:
            raise NotAllDrawn
        out.append(BytesIO(whole(kept)), import_outline=False)
        if len(out.pages) % 2:
            out.add_blank_page()
    out.add_metadata({"/Title": f"{community.name} {month}"})
    out.compress_identical_objects()
    written = BytesIO()
    out.write(written)
    return written.getvalue()


def packed(session: Session, community: CommunityView, month: Month, title: str) -> bytes:
    """The community's month as one data package for its treasurer.

    It has the published roots and every line with its salt besides, for `verify.py`.
    Raises `NoSuchClosing`, and `StatementChanged` where the books say another thing.
    """
    lines = queries.lines_file(session, community, month)
    if lines is None:
        raise NoSuchClosing
    extra = {"lines.json": lines, "roots.json": queries.roots_file(session, community)}
    name = f"{community.code.lower()}-{month}"
    return package(title, name, _extracts(session, community, month), extra)


def _extracts(session: Session, community: CommunityView, month: Month) -> Iterator[Extract]:
    for line in sorted(
        queries.statements_in(session, community.id, month), key=lambda one: one.account
    ):
        found = queries.paper(session, community, line.account, month)
        if found is None or not found.is_genuine:
            raise StatementChanged
        yield found.extract
