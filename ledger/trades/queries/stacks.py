"""Reading the stacks of slips that coordinators have begun and nobody has booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.trades.errors import NoSuchStack
from ledger.trades.model import SlipStack
from ledger.trades.rules import stacks
from ledger.trades.rules.stacks import KEPT_FOR, Typing


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that waits: whose it is, and what stands in it in the notation of `language`.

    `day` is None where what was typed is no day.
    """

    batch: str
    version: int
    language: str
    slips: int
    typing: Typing
    begun_by: str
    begun_at: datetime
    saved_by: str
    saved_at: datetime

    @property
    def day(self) -> date | None:
        """The day of its market, once it can be read."""
        try:
            return date.fromisoformat(self.typing.day)
        except ValueError:
            return None

    @property
    def kept_until(self) -> datetime:
        """When it goes, unless somebody changes it before."""
        return self.saved_at + KEPT_FOR


def is_kept(now: datetime) -> ColumnElement[bool]:
    """The condition that a stack has not gone, whether or not due work took it away."""
    return SlipStack.saved_at > now - KEPT_FOR


def stacks_begun(session: Session, community: members.CommunityView, now: datetime) -> list[Stack]:
    """All stacks that wait in the community, those saved last first."""
    rows = session.scalars(
        select(SlipStack)
        .where(SlipStack.community_id == community.id, is_kept(now))
        .order_by(SlipStack.saved_at.desc(), SlipStack.batch)
    ).all()
    actors = {actor for row in rows for actor in (row.begun_by, row.saved_by)}
    names = members.names_of_actors(session, community.id, actors)
    return [_stack(row, names) for row in rows]


def stack(session: Session, community: members.CommunityView, batch: str, now: datetime) -> Stack:
    """One of them. Raises `NoSuchStack`."""
    row = session.scalar(
        select(SlipStack).where(
            SlipStack.community_id == community.id, SlipStack.batch == batch, is_kept(now)
        )
    )
    if row is None:
        raise NoSuchStack
    actors = (row.begun_by, row.saved_by)
    return _stack(row, members.names_of_actors(session, community.id, actors))


def _stack(row: SlipStack, names: dict[int, str]) -> Stack:
    return Stack(
        batch=row.batch,
        version=row.version,
        language=row.language,
        slips=row.slips,
        typing=stacks.read(row.content),
        begun_by=names.get(row.begun_by, ""),
        begun_at=row.begun_at,
        saved_by=names.get(row.saved_by, ""),
        saved_at=row.saved_at,
    )
