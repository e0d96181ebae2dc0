"""The people of a cell: what each may do, who votes, and who no longer belongs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ledger.members.errors import (
    LastHolder,
    NotOfThisCell,
    NotTheHolder,
    SignsInByNumber,
)
from ledger.members.model import ActsFor, Cell
from ledger.members.queries import Acting, can_sign_in
from ledger.members.rules.cells import RECORDING_KINDS
from ledger.members.service.mailing import tell_of_ending
from ledger.members.service.people import let_act_for
from ledger.members.service.voting import end_voting, seat_voter


def change_kind(session: Session, acting: Acting, person_id: int, kind: str, now: datetime) -> None:
    """Make somebody of the cell holder, clerk or viewer.

    Raises `NotTheHolder`, `NotOfThisCell`, `LastHolder` or `SignsInByNumber`.
    """
    _ensure_holder(acting)
    present = _acts(session, acting, person_id)
    if kind != "holder":
        _ensure_another_holder(session, acting, present)
        if not can_sign_in(session, person_id, (acting.community.id, acting.account)):
            raise SignsInByNumber
    let_act_for(session, acting.community.id, acting.account, person_id, kind, now)
    if kind not in RECORDING_KINDS:
        end_voting(session, acting.community.id, acting.account, person_id, now)


def end_acting(session: Session, acting: Acting, person_id: int, now: datetime) -> None:
    """Somebody no longer acts for the cell; anybody may end it for themself.

    Raises `NotTheHolder`, `NotOfThisCell` or `LastHolder`.
    """
    if person_id != acting.person_id:
        _ensure_holder(acting)
    present = _acts(session, acting, person_id)
    _ensure_another_holder(session, acting, present)
    present.until = now
    if person_id != acting.person_id:
        tell_of_ending(session, acting.community.id, acting.account, person_id, now)
    end_voting(session, acting.community.id, acting.account, person_id, now)
    session.flush()


def name_voter(session: Session, acting: Acting, person_id: int, now: datetime) -> None:
    """Have this person vote for the cell from now on.

    Raises `NotTheHolder`, `NotOfThisCell` (also for a viewer) or `VotesElsewhere`.
    """
    _ensure_holder(acting)
    if _acts(session, acting, person_id).kind not in RECORDING_KINDS:
        raise NotOfThisCell
    seat_voter(session, acting.community.id, acting.account, person_id, now)


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
