"""Appeals: signed by cells, judged by a panel of five whom the lot draws.

The subject appeals alone; others need a twentieth of the cells, and three at least. More
than half of the panel uphold a decision or return it, once; what they do not say in
their time upholds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.errors import MovedOn, NotAnAppellant, NotOnPanel, ReasonsMissing
from ledger.governance.model import Appellant, LotPlace, LotRow, Panelist, Proposal, RosterRow
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.electorate import electorate
from ledger.governance.queries.grounds import parties_of, too_close
from ledger.governance.rules.lots import SHORT_STEP, Lot
from ledger.governance.rules.panels import PANEL, Answer, judgement
from ledger.governance.rules.roll import appellants_needed
from ledger.governance.rules.states import Event, State
from ledger.governance.service.drawing import call_lot
from ledger.governance.service.happenings import happen, locked
from ledger.governance.service.notices import announce
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing


@dataclass(frozen=True, slots=True)
class Appeal:
    """Why a cell appeals against the decision on proposal `number`."""

    number: int
    cell: int
    reasons: str


@dataclass(frozen=True, slots=True)
class Judge:
    """What somebody on the panel answers, and why."""

    number: int
    answer: Answer
    reasons: str


def appeal(session: Session, standing: Standing, command: Appeal, now: datetime) -> bool:
    """Sign an appeal for a cell; whether that opens it. Signed twice it is signed once.

    Raises `ProposalUnknown`, `ReasonsMissing`, `NotAnAppellant`, `MovedOn`, `TooLate` or
    `OnlyOnce`.
    """
    row = locked(session, standing.community.id, command.number)
    history_of(session, row).after(Event.APPEAL, now)
    if not command.reasons.strip():
        raise ReasonsMissing
    voters = electorate(session, standing.community, now)
    _ensure_may_sign(session, standing, row, command.cell, voters)
    key = (row.community_id, row.number, command.cell)
    if session.get(Appellant, key) is None:
        session.add(
            Appellant(
                community_id=row.community_id,
                proposal=row.number,
                cell=command.cell,
                person_id=standing.person_id,
                reasons=command.reasons.strip(),
                signed_at=now,
            )
        )
        session.flush()
    cells = _cells(session, row)
    others = [cell for cell in cells if cell in voters]
    is_own = bool(set(parties_of(row)) & set(cells))
    if not is_own and len(others) < appellants_needed(len(voters)):
        return False
    facts = {"cells": cells}
    happen(session, row, Event.APPEAL, now, person_id=standing.person_id, facts=facts)
    _call_panel(session, standing.community, row, voters, now)
    announce(session, "appealed", row.community_id, now, about=row.number)
    return True


def answer_appeal(session: Session, standing: Standing, command: Judge, now: datetime) -> None:
    """Answer as one of the panel; the answer of more than half decides at once.

    An answer can be changed until then. Raises `ProposalUnknown`, `MovedOn`, `NotOnPanel`
    or `ReasonsMissing`.
    """
    row = locked(session, standing.community.id, command.number)
    course = history_of(session, row).course(now)
    if course.state is not State.CONTESTED:
        raise MovedOn(state=course.state.value)
    panel = session.scalars(
        select(Panelist)
        .where(Panelist.community_id == row.community_id, Panelist.proposal == row.number)
        .order_by(Panelist.place)
    ).all()
    mine = next((one for one in panel if one.person_id == standing.person_id), None)
    if mine is None:
        raise NotOnPanel
    if not command.reasons.strip():
        raise ReasonsMissing
    mine.answer, mine.reasons = command.answer.value, command.reasons.strip()
    mine.answered_at = now
    session.flush()
    said = judgement([Answer(one.answer) if one.answer else None for one in panel])
    if said is not None:
        event = Event.RETURN if said is Answer.RETURN else Event.UPHOLD
        happen(session, row, event, now, facts={"panel": [one.answer for one in panel]})
        announce(session, f"appeal_{said.value}", row.community_id, now, about=row.number)


def seat_panel(
    session: Session, community: CommunityView, lot: LotRow, drawn: Lot, now: datetime
) -> None:
    """Seat the panel as drawn, and ask it for its judgement."""
    places = {
        one.number: one
        for one in session.scalars(
            select(LotPlace).where(
                LotPlace.community_id == lot.community_id, LotPlace.lot == lot.number
            )
        )
    }
    assert lot.proposal is not None
    for place, number in enumerate(drawn.drawn, 1):
        session.add(
            Panelist(
                community_id=lot.community_id,
                proposal=lot.proposal,
                place=place,
                cell=places[number].cell,
                person_id=places[number].person_id,
            )
        )
    session.flush()
    announce(session, "panel_drawn", community.id, now, about=lot.proposal)


def _ensure_may_sign(
    session: Session, standing: Standing, row: Proposal, cell: int, voters: dict[int, int]
) -> None:
    """The subject's people for the subject, else the cell's voter. Raises `NotAnAppellant`."""
    if cell in parties_of(row):
        if standing.person_id in members.people_who_record(session, row.community_id, cell):
            return
    elif voters.get(cell) == standing.person_id:
        return
    raise NotAnAppellant


def _cells(session: Session, row: Proposal) -> list[int]:
    return list(
        session.scalars(
            select(Appellant.cell)
            .where(Appellant.community_id == row.community_id, Appellant.proposal == row.number)
            .order_by(Appellant.cell)
        )
    )


def _call_panel(
    session: Session,
    community: CommunityView,
    row: Proposal,
    voters: dict[int, int],
    now: datetime,
) -> None:
    """Call the lot among those who neither decided, nor appealed, nor are too close.

    Where nobody is left no panel is drawn, and its silence upholds.
    """
    decided = session.scalars(
        select(RosterRow.person_id).where(
            RosterRow.community_id == row.community_id, RosterRow.proposal == row.number
        )
    )
    signed = session.scalars(
        select(Appellant.person_id).where(
            Appellant.community_id == row.community_id, Appellant.proposal == row.number
        )
    )
    stewards = members.ids_of_role(session, row.community_id, ["steward"], now)
    unfit = {*decided, *signed, *stewards, *too_close(session, community, row)}
    places = {cell: (cell, person) for cell, person in voters.items() if person not in unfit}
    if places:
        count = min(PANEL, len(places))
        call_lot(
            session,
            community,
            "panel",
            places,
            count,
            now,
            step=SHORT_STEP,
            proposal=row.number,
        )
