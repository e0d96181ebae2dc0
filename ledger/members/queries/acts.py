"""Acts of office as they are shown: what waits for a second signature, and the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.members.model import Act, Cell, Vouch
from ledger.members.queries.belonging import Standing
from ledger.members.queries.communities import (
    names_by_number,
)
from ledger.members.rules.acts import KINDS, State, state_of


@dataclass(frozen=True, slots=True)
class ActView:
    """An act, with the names of those who asked for, signed and ended it.

    `subject` names the person or cell that it is about, `number` the cell, once it has
    one; `vouchers` names the cells that vouched for it. `may_sign` is about the one who
    looks.
    """

    id: int
    kind: str
    facts: Mapping[str, object]
    subject: str
    reason: str
    state: State
    asker: str
    asked_at: datetime
    expires_at: datetime
    signer: str
    signed_at: datetime | None
    ender: str
    ended_at: datetime | None
    done_at: datetime | None
    is_own: bool
    may_sign: bool
    number: int | None = None
    vouchers: tuple[str, ...] = ()


def waiting_acts(session: Session, standing: Standing, now: datetime) -> list[ActView]:
    """What waits for a second signature in the community, the oldest first."""
    waiting = and_(Act.signed_at.is_(None), Act.ended_at.is_(None), Act.expires_at > now)
    rows = session.scalars(
        select(Act).where(Act.community_id == standing.community.id, waiting).order_by(Act.id)
    ).all()
    return _views(session, rows, now, standing)


def past_acts(
    session: Session, standing: Standing, now: datetime, *, before: int | None, limit: int = 25
) -> list[ActView]:
    """The trail, newest first: what was signed, withdrawn, refused, or expired."""
    over = Act.signed_at.is_not(None) | Act.ended_at.is_not(None) | (Act.expires_at <= now)
    wanted = select(Act).where(Act.community_id == standing.community.id, over)
    if before is not None:
        wanted = wanted.where(Act.id < before)
    rows = session.scalars(wanted.order_by(Act.id.desc()).limit(limit)).all()
    return _views(session, rows, now, standing)


def one_act(session: Session, standing: Standing, act_id: int, now: datetime) -> ActView | None:
    """An act of the community as one person sees it, or None."""
    act = session.get(Act, act_id)
    if act is None or act.community_id != standing.community.id:
        return None
    return _views(session, [act], now, standing)[0]


def view_of(session: Session, act: Act, now: datetime) -> ActView:
    """One act as nobody in particular sees it."""
    return views_of(session, [act], now)[0]


def views_of(session: Session, acts: Sequence[Act], now: datetime) -> list[ActView]:
    """Acts of one community as nobody in particular sees them."""
    return _views(session, acts, now)


def person_of_act(act: Act) -> int:
    """The id of the person that an act is about. Raises TypeError if it is about none."""
    person = json.loads(act.facts).get("person")
    if not isinstance(person, int):
        raise TypeError(f"act {act.id} is about nobody")
    return person


def _views(
    session: Session, rows: Sequence[Act], now: datetime, standing: Standing | None = None
) -> list[ActView]:
    facts = {row.id: json.loads(row.facts) for row in rows}
    people = {one for row in rows for one in (row.asked_by, row.signed_by, row.ended_by) if one}
    people |= {about["person"] for about in facts.values() if "person" in about}
    names = identity.names_of(session, people)
    numbers = [about["cell"] for about in facts.values() if "cell" in about]
    cells = names_by_number(session, rows[0].community_id, numbers) if rows else {}
    seen = [_view(row, facts[row.id], standing, names, cells, now) for row in rows]
    made, vouchers = _enrolled(session, rows), _vouchers(session, rows)
    return [
        replace(one, number=made.get(one.id, one.number), vouchers=tuple(vouchers.get(one.id, ())))
        for one in seen
    ]


def _enrolled(session: Session, rows: Sequence[Act]) -> dict[int, int]:
    """The number of the cell that each act enrolled, by the act's id."""
    found = session.execute(
        select(Cell.act_id, Cell.number).where(
            Cell.community_id.in_({row.community_id for row in rows}),
            Cell.act_id.in_([row.id for row in rows if row.kind == "enrol"]),
        )
    )
    return {row.act_id: row.number for row in found if row.act_id is not None}


def _vouchers(session: Session, rows: Sequence[Act]) -> dict[int, list[str]]:
    """The names of the cells that vouched, in the order they did, by the act's id."""
    found = session.execute(
        select(Vouch.act_id, Cell.name)
        .join(Cell, and_(Cell.community_id == Vouch.community_id, Cell.number == Vouch.number))
        .where(Vouch.act_id.in_([row.id for row in rows if row.kind == "enrol"]))
        .order_by(Vouch.vouched_at, Vouch.number)
    )
    names: dict[int, list[str]] = {}
    for row in found:
        names.setdefault(row.act_id, []).append(row.name)
    return names


def _view(
    row: Act,
    facts: Mapping[str, object],
    standing: Standing | None,
    names: dict[int, str],
    cells: dict[int, str],
    now: datetime,
) -> ActView:
    state = state_of(row.expires_at, row.signed_at, row.ended_at, now)
    person = facts.get("person")
    looking = standing.person_id if standing else None
    may_sign = standing and not KINDS[row.kind].signers.isdisjoint(standing.roles)
    return ActView(
        id=row.id,
        kind=row.kind,
        facts=facts,
        subject=_subject(facts, names, cells),
        reason=row.reason,
        state=state,
        asker=names.get(row.asked_by, ""),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        signer=names.get(row.signed_by or 0, ""),
        signed_at=row.signed_at,
        ender=names.get(row.ended_by or 0, ""),
        ended_at=row.ended_at,
        done_at=row.done_at,
        is_own=row.asked_by == looking,
        may_sign=bool(may_sign) and looking not in (row.asked_by, person),
        number=number if isinstance(number := facts.get("cell"), int) else None,
    )


def _subject(facts: Mapping[str, object], names: dict[int, str], cells: dict[int, str]) -> str:
    """The name of the person, the cell, or the cell to be."""
    person, cell = facts.get("person"), facts.get("cell")
    if isinstance(person, int):
        return names.get(person, "")
    return cells.get(cell, "") if isinstance(cell, int) else str(facts.get("name", ""))
