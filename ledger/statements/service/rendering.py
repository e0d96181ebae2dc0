"""Drawing all statements of a month at once, on several processors, outside of the web.

Memory is bounded: a batch is read, drawn and kept before the next one, and each worker is
replaced after some hundred pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.errors import NoPdfHere
from ledger.statements.model import ClosingLine, StatementPdf
from ledger.statements.queries.papers import Paper, paper
from ledger.statements.rules.months import Month
from ledger.statements.service.drawing import can_draw
from ledger.statements.service.papers import drawn, keep

_BATCH = 64
_PAGES_OF_A_WORKER = 250

Wanted = tuple[int, str]
"""An account and a language."""


def wanted_pdfs(session: Session, community: CommunityView, month: Month) -> list[Wanted]:
    """What is still to be drawn of a month, by account.

    In the community's language, for print, and in those of the people who get it by mail.
    """
    accounts = session.scalars(
        select(ClosingLine.account)
        .where(ClosingLine.community_id == community.id, ClosingLine.month == month.key)
        .order_by(ClosingLine.account)
    )
    rows = session.execute(
        select(StatementPdf.account, StatementPdf.language).where(
            StatementPdf.community_id == community.id,
            StatementPdf.month == month.key,
            StatementPdf.content.is_not(None),
        )
    )
    drawn_before = {(row.account, row.language) for row in rows}
    people = members.recorders(session, community.id)
    known = identity.find_people(session, {one for each in people.values() for one in each})
    languages = {
        account: {known[one].language for one in each if one in known and known[one].email}
        for account, each in people.items()
    }
    return [
        (account, language)
        for account in accounts
        for language in sorted({community.language} | languages.get(account, set()))
        if (account, language) not in drawn_before
    ]


def draw_all(
    engine: Engine,
    community: CommunityView,
    month: Month,
    public_url: str,
    now: datetime,
    *,
    workers: int,
    progress: Callable[[int], object],
    most: int | None = None,
) -> int:
    """Draw what is not drawn yet, at most `most`; return how many. Raises `NoPdfHere`.

    With one worker it is done in this process. `progress` is told of each batch.
    """
    if not can_draw():
        raise NoPdfHere
    wanted = in_unit_of_work(
        engine, partial(wanted_pdfs, community=community, month=month), write=False
    )[:most]
    if workers == 1 or len(wanted) < workers:
        _draw(engine, community, month, public_url, now, wanted, map, progress)
    else:
        # Not forked: the parent has threads and connections.
        with get_context("spawn").Pool(workers, maxtasksperchild=_PAGES_OF_A_WORKER) as pool:
            _draw(engine, community, month, public_url, now, wanted, pool.imap, progress)
    return len(wanted)


_Task = tuple[Paper | None, str, str]


def _draw(
    engine: Engine,
    community: CommunityView,
    month: Month,
    public_url: str,
    now: datetime,
    wanted: Sequence[Wanted],
    spread: Callable[..., Iterator[bytes]],
    progress: Callable[[int], object],
) -> None:
    rest = iter(wanted)
    while batch := list(islice(rest, _BATCH)):
        papers = in_unit_of_work(
            engine, partial(_papers, community=community, month=month, batch=batch), write=False
        )
        tasks = [(papers[account], language, public_url) for account, language in batch]
        contents = list(spread(_draw_one, tasks))
        in_unit_of_work(engine, partial(_keep, community, month, batch, contents, now))
        progress(len(batch))


def _papers(
    session: Session, community: CommunityView, month: Month, batch: Sequence[Wanted]
) -> dict[int, Paper | None]:
    return {
        account: paper(session, community, account, month)
        for account in sorted({account for account, _ in batch})
    }


def _draw_one(task: _Task) -> bytes:
    return drawn(*task)


def _keep(
    community: CommunityView,
    month: Month,
    batch: Sequence[Wanted],
    contents: Sequence[bytes],
    now: datetime,
    session: Session,
) -> None:
    for (account, language), content in zip(batch, contents, strict=True):
        keep(session, community.id, account, month, language, content, now)
