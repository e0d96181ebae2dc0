"""Statements by mail: begun once when a month is closed, and sent again when asked to.

Only rows and jobs are written here, in the caller's transaction. Each mail is made when
its job runs (`delivering`), so that nobody gets what they no longer want.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.jobs.service import schedule
from ledger.journal import service as journal
from ledger.kernel import clock
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.errors import NobodyToMail, NoSuchClosing, StillSending
from ledger.statements.model import Closing, MailRound, StatementMail
from ledger.statements.queries.mail import MailState, mailed_to, mails, state_of
from ledger.statements.rules.months import Month

JOB = "statement_mail"

NEWS_FOR = timedelta(days=31)
"""So long after its end a month is mailed by itself, also after a long outage.

The months of books that were taken over are closed in silence, but for the last."""


def begin_due(engine: Engine, now: datetime) -> int:
    """Begin to mail the newest closing of each community, once; return how many mails."""
    begun = 0
    for community in in_unit_of_work(engine, members.communities, write=False):
        month = in_unit_of_work(engine, partial(_due, community=community, now=now), write=False)
        if month is not None:
            work = partial(begin, community=community, month=month, now=now)
            begun += in_unit_of_work(engine, work)
    return begun


def _due(session: Session, community: CommunityView, now: datetime) -> Month | None:
    newest = queries.latest(session, community)
    if newest is None or clock.from_micros(newest.head.end) + NEWS_FOR < now:
        return None
    return None if session.get(MailRound, (community.id, newest.month.key)) else newest.month


def begin(session: Session, community: CommunityView, month: Month, now: datetime) -> int:
    """Mail a month to everybody who wants it, unless that was begun before.

    Returns the number of mails that will be sent. Raises `NoSuchClosing`.
    """
    journal.lock_book(session, community.id)
    if session.get(Closing, (community.id, month.key)) is None:
        raise NoSuchClosing
    if session.get(MailRound, (community.id, month.key)) is not None:
        return 0
    session.add(MailRound(community_id=community.id, month=month.key, begun_at=now))
    session.flush()
    people = mailed_to(session, community, month)
    for person_id in people:
        _write(session, community, month, person_id, 1, None, now)
    return len(people)


def send_again(
    session: Session,
    community: CommunityView,
    month: Month,
    person_id: int,
    asked_by: int | None,
    now: datetime,
) -> None:
    """Send a person another copy. Raises `NobodyToMail` and, while one waits, `StillSending`."""
    journal.lock_book(session, community.id)
    if person_id not in mailed_to(session, community, month):
        raise NobodyToMail
    last = _last(session, community, month, person_id)
    if last is not None and state_of(last) in {MailState.WAITING, MailState.FAILING}:
        raise StillSending
    copy = last.copy + 1 if last else 1
    _write(session, community, month, person_id, copy, asked_by, now)


def send_wrong_again(
    session: Session, community: CommunityView, month: Month, asked_by: int | None, now: datetime
) -> int:
    """Send another copy to all whose mail came back or had nowhere to go; return how many."""
    reachable = mailed_to(session, community, month)
    over = {MailState.BOUNCED, MailState.DROPPED}
    wrong = [
        one.person_id
        for one in mails(session, community, month)
        if one.state in over and one.person_id in reachable
    ]
    for person_id in wrong:
        send_again(session, community, month, person_id, asked_by, now)
    return len(wrong)


def _last(
    session: Session, community: CommunityView, month: Month, person_id: int
) -> StatementMail | None:
    of_person = (
        (StatementMail.community_id == community.id)
        & (StatementMail.month == month.key)
        & (StatementMail.person_id == person_id)
    )
    newest = select(func.max(StatementMail.copy)).where(of_person).scalar_subquery()
    return session.scalar(select(StatementMail).where(of_person, StatementMail.copy == newest))


def _write(
    session: Session,
    community: CommunityView,
    month: Month,
    person_id: int,
    copy: int,
    asked_by: int | None,
    now: datetime,
) -> None:
    row = StatementMail(
        community_id=community.id,
        month=month.key,
        person_id=person_id,
        copy=copy,
        stamp=f"statement.{month}.{new_token()[:22]}",
        asked_at=now,
        asked_by=asked_by,
        tries=0,
    )
    session.add(row)
    session.flush()
    schedule(session, JOB, {"mail": row.id}, now, f"{JOB}:{row.id}")
