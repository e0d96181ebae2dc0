"""Freezing a cell's account for 72 hours: it receives and cannot send.

The journal refuses what a frozen account sends. The end is a time, and nobody's
job: a payment that finds an account frozen goes on by `unless_frozen`, so
a missing runner keeps no account frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.jobs.service import Payload, schedule
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import AccountFrozen
from ledger.members.errors import AlreadyFrozen, CellUnknown, FrozenLately, NotFrozen
from ledger.members.model import Freeze
from ledger.members.queries import CommunityView, cell

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

LASTS = timedelta(hours=72)
APART = timedelta(days=30)
"""A freeze by two bridges the time to a vote. One after another they would replace it."""
JOB = "thaw"

Facts = Mapping[str, object]
Booked = TypeVar("Booked")


class Freezing:
    """`{"cell": number}`."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        _person_id: int,
        now: datetime,
    ) -> None:
        """Raises `CellUnknown`, `AlreadyFrozen` or `FrozenLately`."""
        number = _number(session, community, facts)
        thaw_if_over(session, community.id, number, now)
        account = books.account(session, community.id, number)
        if account is None or account.status != "open":
            raise AlreadyFrozen
        last = session.scalar(
            select(func.max(Freeze.ended_at)).where(
                Freeze.community_id == community.id, Freeze.number == number
            )
        )
        if last is not None and now < last + APART:
            raise FrozenLately(days=APART.days)

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """The account cannot send for 72 hours."""
        number = _number(session, community, facts)
        authority = f"act:{signatures.act_id}"
        _set(session, community.id, number, "frozen", authority, now)
        session.add(
            Freeze(
                act_id=signatures.act_id,
                community_id=community.id,
                number=number,
                reason=reason,
                since=now,
                until=now + LASTS,
            )
        )
        session.flush()
        due = {"community": community.id, "number": number}
        schedule(session, JOB, due, now + LASTS, f"{JOB}:{signatures.act_id}", now=now)


class Thawing:
    """`{"cell": number}`: the end of a freeze before its time."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        _person_id: int,
        now: datetime,
    ) -> None:
        """Raises `CellUnknown` or `NotFrozen`."""
        if _freeze(session, community.id, _number(session, community, facts)) is None:
            raise NotFrozen

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        _reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """The account may send again."""
        number = _number(session, community, facts)
        freeze = _freeze(session, community.id, number)
        if freeze is not None:
            _end(session, freeze, f"act:{signatures.act_id}", now)


def freeze_by_decision(
    session: Session, community_id: int, number: int, authority: str, now: datetime
) -> None:
    """Freeze a cell's account until another decision lifts it; a freeze by two ends in it.

    Raises `AccountClosed`.
    """
    freeze = _freeze(session, community_id, number)
    if freeze is not None:
        _end(session, freeze, f"act:{freeze.act_id}", now)
    _set(session, community_id, number, "frozen", authority, now)


def thaw_by_decision(
    session: Session, community_id: int, number: int, authority: str, now: datetime
) -> None:
    """The account may send again. Raises `AccountClosed`."""
    freeze = _freeze(session, community_id, number)
    if freeze is not None:
        freeze.ended_at = min(now, freeze.until)
    _set(session, community_id, number, "open", authority, now)


def thaw_if_over(session: Session, community_id: int, number: int, now: datetime) -> bool:
    """End a freeze whose time is over; whether there was one."""
    freeze = _freeze(session, community_id, number)
    if freeze is None or now < freeze.until:
        return False
    _end(session, freeze, f"act:{freeze.act_id}", now)
    return True


def unless_frozen(
    session: Session, community_id: int, now: datetime, book: Callable[[], Booked]
) -> Booked:
    """Call `book`, and again if only a freeze whose time is over stood against it.

    Raises `AccountFrozen` where a freeze is in force, and what `book` raises.
    """
    try:
        return book()
    except AccountFrozen as frozen:
        number = frozen.facts["account"]
        if isinstance(number, int) and thaw_if_over(session, community_id, number, now):
            return book()
        raise


def thaw_due(session: Session, payload: Payload, now: datetime) -> None:
    """The job that ends a freeze in its time, so that pages say so too."""
    community_id, number = payload["community"], payload["number"]
    if isinstance(community_id, int) and isinstance(number, int):
        thaw_if_over(session, community_id, number, now)


def _end(session: Session, freeze: Freeze, authority: str, now: datetime) -> None:
    account = books.account(session, freeze.community_id, freeze.number)
    if account is not None and account.status == "frozen":
        _set(session, freeze.community_id, freeze.number, "open", authority, now)
    freeze.ended_at = min(now, freeze.until)
    session.flush()


def _freeze(session: Session, community_id: int, number: int) -> Freeze | None:
    return session.scalar(
        select(Freeze)
        .where(Freeze.community_id == community_id, Freeze.number == number)
        .where(Freeze.ended_at.is_(None))
        .with_for_update()
    )


def _set(
    session: Session, community_id: int, number: int, status: str, authority: str, now: datetime
) -> None:
    journal.set_status(session, community_id, number, status=status, authority=authority, now=now)


def _number(session: Session, community: CommunityView, facts: Facts) -> int:
    number = facts["cell"]
    if not isinstance(number, int) or cell(session, community, number) is None:
        raise CellUnknown
    return number
