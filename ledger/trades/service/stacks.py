"""Stacks of slips that are begun: saved as typed, continued by any coordinator, never mixed up.

Whoever saves says which version they had before them. Of two who type at once the second is
told, and neither writes over the other. What nobody changes for `KEPT_FOR` goes (decision 0018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.kernel.identifiers import new_request_key
from ledger.kernel.names import folded
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.errors import StackGone, StackMoved, TooManySlips, TooManyStacks
from ledger.trades.model import Slip, SlipStack, Trade
from ledger.trades.queries.stacks import is_kept
from ledger.trades.rules import stacks
from ledger.trades.rules.slips import MOST_LINES
from ledger.trades.rules.stacks import MOST_STACKS, SIDES, Typing
from ledger.trades.service.looking import Line
from ledger.trades.service.slips import TypeSlips, type_slips


@dataclass(frozen=True, slots=True)
class SaveStack:
    """A grid as it stands on a page.

    `version` is the last that the page knows of, 0 where it was never saved. `pen` is the
    page itself: an answer that got lost must not turn it against itself.
    """

    batch: str
    version: int
    pen: str
    typing: Typing
    language: str


def save_stack(
    session: Session, standing: members.Standing, command: SaveStack, now: datetime
) -> int:
    """Keep the stack for all coordinators; return its version, 0 once nothing is left of it.

    The same again changes nothing, and what was booked meanwhile is left out. Raises
    `StackMoved`, `StackGone`, `TooManySlips` or `TooManyStacks`.
    """
    if len(command.typing.lines) > MOST_LINES:
        raise TooManySlips(most=MOST_LINES)
    typing = command.typing.without(_booked(session, standing.community.id, command.batch))
    content = stacks.written(typing)
    row = _find(session, standing.community.id, command.batch)
    if row and (row.content, row.language) == (content, command.language):
        return row.version
    if not typing.lines:
        return _discard(session, standing, command) if row else 0
    values = {
        "pen": command.pen,
        "language": command.language,
        "slips": len(typing.lines),
        "content": content,
        "saved_by": standing.actor,
        "saved_at": now,
    }
    saved = _write(session, standing, command, values, now)
    if saved is None:
        raise _conflict(session, standing, command.batch)
    return saved


def drop_stack(session: Session, standing: members.Standing, batch: str, version: int) -> None:
    """Throw it away, unless somebody saved it since. Raises `StackMoved`.

    What is gone already is gone.
    """
    own = and_(_this(standing.community.id, batch), SlipStack.version == version)
    gone = session.scalar(delete(SlipStack).where(own).returning(SlipStack.version))
    if gone is None and _find(session, standing.community.id, batch) is not None:
        raise _conflict(session, standing, batch)


def book_stack(
    session: Session,
    standing: members.Standing,
    command: TypeSlips,
    page: SaveStack,
    now: datetime,
) -> tuple[list[Line], int]:
    """`type_slips`, and take what is booked out of the stack; with the page's next version."""
    lines = type_slips(session, standing, command, now)
    booked = [line.written.request_key for line in lines if line.token]
    return lines, _strike(session, standing, page, booked, now)


def forget_old_stacks(engine: Engine, now: datetime) -> None:
    """Let go, in every community, of the stacks that nobody changed for long enough."""
    in_unit_of_work(engine, lambda db: db.execute(delete(SlipStack).where(~is_kept(now))))


def forget_lines_of(session: Session, community_id: int, number: int, name: str) -> None:
    """Strike every line that names a cell which left: it can't be booked any more.

    `name` is what the cell was called. A field that may as well have meant another is emptied:
    what was refused because it named several must not come to mean the one that is left.
    Pages that show such a stack have an older version from now on, so that they cannot save
    the line again unnoticed.
    """
    community = members.community(session, community_id)
    if community is None:
        return
    rows = session.scalars(
        select(SlipStack).where(SlipStack.community_id == community_id).with_for_update()
    ).all()
    typings = [stacks.read(row.content) for row in rows]
    texts = {one[side] for typing in typings for one in typing.lines for side in SIDES}
    named = members.named_cells(session, community, texts, limit=2)
    certain = {text for text in texts if _meant_only(named[text], number, name, text)}
    doubtful = {text for text in texts if _may_have_meant(community, named[text], name, text)}
    for row, typing in zip(rows, typings, strict=True):
        struck = [one["key"] for one in typing.lines if certain & {one[side] for side in SIDES}]
        rest = typing.without(struck).without_names(doubtful)
        if not rest.lines:
            session.delete(row)
        elif rest != typing:
            row.content, row.slips = stacks.written(rest), len(rest.lines)
            row.version, row.pen = row.version + 1, new_request_key()
    session.flush()


def _meant_only(found: Sequence[members.CellView], number: int, name: str, text: str) -> bool:
    """Whether it named the cell, as `members.search_cells` found it while it had a name."""
    if [one.number for one in found] == [number]:
        return True
    return not found and bool(folded(text)) and folded(text) in folded(name)


def _may_have_meant(
    community: members.CommunityView, found: Sequence[members.CellView], name: str, text: str
) -> bool:
    """Whether it fitted the cell's name as well as that of those whom it names now.

    A number, or the whole name of another, did not.
    """
    own, typed = folded(name), folded(text)
    if not found or not typed or typed not in own:
        return False
    is_of_another = typed != own and any(folded(one.name) == typed for one in found)
    return not is_of_another and members.read_own(community.code, text) != found[0].number


def _strike(
    session: Session,
    standing: members.Standing,
    command: SaveStack,
    booked: Sequence[str],
    now: datetime,
) -> int:
    """Take the lines with these keys out of the stack; the version that the page now has.

    A page that had the newest before it has so again. What another added meanwhile stays,
    and the page keeps its old version, so that its next saving is told.
    """
    locked = select(SlipStack).where(_this(standing.community.id, command.batch)).with_for_update()
    row = session.scalar(locked)
    if row is None:
        return 0
    rest = stacks.read(row.content).without(booked)
    is_newest = row.version == command.version or row.pen == command.pen
    if not rest.lines:
        session.delete(row)
        return 0
    row.content, row.slips, row.version = stacks.written(rest), len(rest.lines), row.version + 1
    row.saved_by, row.saved_at = standing.actor, now
    session.flush()
    return row.version if is_newest else command.version


def _this(community_id: int, batch: str) -> ColumnElement[bool]:
    return and_(SlipStack.community_id == community_id, SlipStack.batch == batch)


def _find(session: Session, community_id: int, batch: str) -> SlipStack | None:
    return session.scalar(
        select(SlipStack)
        .where(_this(community_id, batch))
        .execution_options(populate_existing=True)
    )


def _is_newest(command: SaveStack) -> ColumnElement[bool]:
    return or_(SlipStack.version == command.version, SlipStack.pen == command.pen)


def _write(
    session: Session,
    standing: members.Standing,
    command: SaveStack,
    values: dict[str, object],
    now: datetime,
) -> int | None:
    """Compare and swap: the new version, or None where somebody else was first."""
    own = _this(standing.community.id, command.batch)
    saved = session.scalar(
        update(SlipStack)
        .where(own, _is_newest(command))
        .values(version=SlipStack.version + 1, **values)
        .returning(SlipStack.version)
    )
    if saved is not None or command.version:
        return saved
    _ensure_room(session, standing.community.id, now)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dict(
        community_id=standing.community.id,
        batch=command.batch,
        version=1,
        begun_by=standing.actor,
        begun_at=now,
        **values,
    )
    begun = dialect.insert(SlipStack).values(first).on_conflict_do_nothing()
    inserted: int | None = session.scalar(begun.returning(SlipStack.version))
    return inserted


def _discard(session: Session, standing: members.Standing, command: SaveStack) -> int:
    """The page was emptied: nothing is left to keep."""
    own = _this(standing.community.id, command.batch)
    gone = session.scalar(
        delete(SlipStack).where(own, _is_newest(command)).returning(SlipStack.version)
    )
    if gone is None:
        raise _conflict(session, standing, command.batch)
    return 0


def _ensure_room(session: Session, community_id: int, now: datetime) -> None:
    begun = select(func.count()).where(SlipStack.community_id == community_id, is_kept(now))
    if (session.scalar(begun) or 0) >= MOST_STACKS:
        raise TooManyStacks(most=MOST_STACKS)


def _booked(session: Session, community_id: int, batch: str) -> frozenset[str]:
    """The keys of the lines that this grid has booked."""
    keys = session.scalars(
        select(Trade.request_key)
        .join(Slip, Slip.trade_id == Trade.id)
        .where(Slip.community_id == community_id, Slip.batch == batch)
    )
    return frozenset(key for key in keys if key)


def _conflict(session: Session, standing: members.Standing, batch: str) -> StackMoved | StackGone:
    row = _find(session, standing.community.id, batch)
    if row is None:
        return StackGone()
    names = members.names_of_actors(session, standing.community.id, [row.saved_by])
    return StackMoved(name=names.get(row.saved_by, ""), moment=row.saved_at)
