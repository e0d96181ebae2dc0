"""Statements by mail: who gets them, what was sent, and what came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.statements.model import ClosingLine, MailRound, MailWish, StatementMail
from ledger.statements.rules.months import Month


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    FAILING = "failing"
    SENT = "sent"
    BOUNCED = "bounced"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class MailView:
    """The newest copy of a person's mail of a month. `copy` says how many there were."""

    person_id: int
    name: str
    email: str
    copy: int
    state: MailState
    at: datetime
    tries: int
    reason: str


@dataclass(frozen=True, slots=True)
class MailCounts:
    """How the mail of a month went, by people. `begun_at` is None where it was not mailed."""

    begun_at: datetime | None
    sent: int = 0
    waiting: int = 0
    wrong: int = 0


def wants_mail(session: Session, person_id: int) -> bool:
    """Whether a person wants statements by mail: whoever said nothing does."""
    off = select(MailWish.off_at).where(MailWish.person_id == person_id)
    return session.scalar(off) is None


def wish_of(session: Session, token: str) -> bool | None:
    """Whether whoever this token belongs to wants mail; None for a token of nobody."""
    row = session.execute(
        select(MailWish.person_id, MailWish.off_at).where(MailWish.token == token)
    ).one_or_none()
    return None if row is None else row.off_at is None


def mailed_to(session: Session, community: CommunityView, month: Month) -> dict[int, list[int]]:
    """Who gets the month by mail now, by person, with the numbers of their accounts.

    Everybody who may record for a cell that has a statement, has an address and has not
    said no.
    """
    accounts = set(
        session.scalars(
            select(ClosingLine.account).where(
                ClosingLine.community_id == community.id, ClosingLine.month == month.key
            )
        )
    )
    found: dict[int, list[int]] = {}
    for account, people in members.recorders(session, community.id).items():
        for person_id in people if account in accounts else ():
            found.setdefault(person_id, []).append(account)
    silent = set(session.scalars(select(MailWish.person_id).where(MailWish.off_at.is_not(None))))
    known = identity.find_people(session, found)
    return {
        person_id: numbers
        for person_id, numbers in sorted(found.items())
        if person_id in known and known[person_id].email and person_id not in silent
    }


def unreached(session: Session, community: CommunityView, month: Month) -> list[int]:
    """The accounts of a closing of which nobody got the month by mail: those to be printed."""
    numbers = session.scalars(
        select(ClosingLine.account)
        .where(ClosingLine.community_id == community.id, ClosingLine.month == month.key)
        .order_by(ClosingLine.account)
    )
    reached = set(
        session.scalars(
            select(StatementMail.person_id)
            .where(_of(community, month))
            .where(StatementMail.sent_at.is_not(None), StatementMail.bounced_at.is_(None))
        )
    )
    people = members.recorders(session, community.id)
    return [number for number in numbers if reached.isdisjoint(people.get(number, ()))]


def mails(session: Session, community: CommunityView, month: Month) -> list[MailView]:
    """The newest copy of everybody's mail of a month: what went wrong first, then by name."""
    rows = session.scalars(
        select(StatementMail).where(_of(community, month)).order_by(StatementMail.copy)
    )
    newest = {row.person_id: row for row in rows}
    people = identity.find_people(session, newest)
    views = [_view(row, people.get(row.person_id)) for row in newest.values()]
    return sorted(views, key=lambda one: (_URGENCY[one.state], one.name))


def mail_counts(
    session: Session, community: CommunityView, months: Iterable[Month]
) -> dict[Month, MailCounts]:
    """How the mail of each month went."""
    wanted = list(months)
    keys = [month.key for month in wanted]
    begun = {
        row.month: row.begun_at
        for row in session.scalars(
            select(MailRound).where(
                MailRound.community_id == community.id, MailRound.month.in_(keys)
            )
        )
    }
    states: dict[int, list[MailState]] = {key: [] for key in keys}
    for row in session.scalars(_newest_copies(community, keys)):
        states[row.month].append(state_of(row))
    return {month: _counts(begun.get(month.key), states[month.key]) for month in wanted}


def _newest_copies(community: CommunityView, keys: Sequence[int]) -> Select[StatementMail]:
    """The newest copy of everybody's mail of each month."""
    last = (
        select(
            StatementMail.month,
            StatementMail.person_id,
            func.max(StatementMail.copy).label("copy"),
        )
        .where(StatementMail.community_id == community.id, StatementMail.month.in_(keys))
        .group_by(StatementMail.month, StatementMail.person_id)
        .subquery()
    )
    return (
        select(StatementMail)
        .join(
            last,
            (last.c.month == StatementMail.month)
            & (last.c.person_id == StatementMail.person_id)
            & (last.c.copy == StatementMail.copy),
        )
        .where(StatementMail.community_id == community.id)
    )


def _counts(begun_at: datetime | None, states: Sequence[MailState]) -> MailCounts:
    wrong = {MailState.BOUNCED, MailState.FAILING, MailState.DROPPED}
    return MailCounts(
        begun_at,
        states.count(MailState.SENT),
        states.count(MailState.WAITING),
        sum(state in wrong for state in states),
    )


def state_of(row: StatementMail) -> MailState:
    """Where a mail stands."""
    if row.bounced_at is not None:
        return MailState.BOUNCED
    if row.sent_at is not None:
        return MailState.SENT
    if row.dropped_at is not None:
        return MailState.DROPPED
    return MailState.FAILING if row.reason else MailState.WAITING


_URGENCY = {
    MailState.BOUNCED: 0,
    MailState.FAILING: 1,
    MailState.DROPPED: 2,
    MailState.WAITING: 3,
    MailState.SENT: 4,
}


def _view(row: StatementMail, person: identity.PersonView | None) -> MailView:
    return MailView(
        row.person_id,
        person.name if person else "",
        (person.email if person else None) or "",
        row.copy,
        state_of(row),
        row.bounced_at or row.sent_at or row.dropped_at or row.asked_at,
        row.tries,
        row.reason or "",
    )


def _of(community: CommunityView, month: Month) -> ColumnElement[bool]:
    return (StatementMail.community_id == community.id) & (StatementMail.month == month.key)
