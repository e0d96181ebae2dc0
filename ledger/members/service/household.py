"""The people of a cell: what each may do, who votes, and who no longer belongs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from ledger.members.errors import (
    LastHolder,
    NotOfThisCell,
    NotTheHolder,
    VotesElsewhere,
)
from ledger.members.model import ActsFor, Cell, Voter
from ledger.members.queries import Acting
from ledger.members.rules.cells import RECORDING_KINDS
from ledger.members.service.people import let_act_for


def change_kind(session: Session, acting: Acting, person_id: int, kind: str, now: datetime) -> None:
    """Make somebody of the cell holder, clerk or viewer.

    Raises `NotTheHolder`, `NotOfThisCell` or `LastHolder`.
    """
    _ensure_holder(acting)
    present = _acts(session, acting, person_id)
    if kind != "holder":
        _ensure_another_holder(session, acting, present)
    let_act_for(session, acting.community.id, acting.account, person_id, kind, now)
    if kind not in RECORDING_KINDS:
        _end_voting(session, acting, person_id, now)


def end_acting(session: Session, acting: Acting, person_id: int, now: datetime) -> None:
    """Somebody no longer acts for the cell; anybody may end it for themself.

    Raises `NotTheHolder`, `NotOfThisCell` or `LastHolder`.
    """
    if person_id != acting.person_id:
        _ensure_holder(acting)
    present = _acts(session, acting, person_id)
    _ensure_another_holder(session, acting, present)
    present.until = now
    _end_voting(session, acting, person_id, now)
    session.flush()


def name_voter(session: Session, acting: Acting, person_id: int, now: datetime) -> None:
    """Have this person vote for the cell from now on.

    Raises `NotTheHolder`, `NotOfThisCell` (also for a viewer) or `VotesElsewhere`.
    """
    _ensure_holder(acting)
    if _acts(session, acting, person_id).kind not in RECORDING_KINDS:
        raise NotOfThisCell
    session.get(Cell, (acting.community.id, acting.account), with_for_update=True)
    present = session.scalars(
        select(Voter).where(
            Voter.community_id == acting.community.id,
            Voter.until.is_(None),
            (Voter.number == acting.account) | (Voter.person_id == person_id),
        )
    ).all()
    for one in present:
        if one.number == acting.account and one.person_id == person_id:
            return
        if one.number != acting.account:
            raise VotesElsewhere
        one.until = now
    session.flush()
    session.add(
        Voter(
            community_id=acting.community.id,
            number=acting.account,
            person_id=person_id,
            since=now,
        )
    )
    session.flush()


def _ensure_holder(acting: Acting) -> None:
    if acting.kind != "holder":
        raise NotTheHolder


def _acts(session: Session, acting: Acting, person_id: int) -> ActsFor:
    found = session.scalar(_of_cell(acting).where(ActsFor.person_id == person_id))
    if found is None:
        raise NotOfThisCell
    return found


def _ensure_another_holder(session: Session, acting: Acting, present: ActsFor) -> None:
    session.get(Cell, (acting.community.id, acting.account), with_for_update=True)
    others = _of_cell(acting).where(
        ActsFor.kind == "holder", ActsFor.person_id != present.person_id
    )
    if present.kind == "holder" and session.scalar(others.limit(1)) is None:
        raise LastHolder


def _of_cell(acting: Acting) -> Select[ActsFor]:
    return select(ActsFor).where(
        ActsFor.community_id == acting.community.id,
        ActsFor.number == acting.account,
        ActsFor.until.is_(None),
    )


def _end_voting(session: Session, acting: Acting, person_id: int, now: datetime) -> None:
    session.execute(
        update(Voter)
        .where(Voter.community_id == acting.community.id, Voter.number == acting.account)
        .where(Voter.person_id == person_id, Voter.until.is_(None))
        .values(until=now)
    )
