"""Leaving: an account closes at zero; the books stay, the personal data can go.

Who holds the cell closes it, or two who serve do it for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.identity import service as identity
from ledger.jobs.service import schedule
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import AccountClosed, NotAtZero
from ledger.kernel.names import folded
from ledger.kernel.units import shown_number
from ledger.members.errors import CellUnknown, NotTheHolder
from ledger.members.model import Act, ActsFor, Cell, Invitation, Voter
from ledger.members.queries import Acting, CommunityView, communities_of
from ledger.members.service.farewell import forget
from ledger.members.service.mailing import tell_of_closing
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

KIND = "close"
LEFT_JOB = "cell_left"
"""Told to the rooms above: `{"community": id, "cell": number, "erase": bool, "name": str}`.

`name` is what the cell was called, where that is to be erased: for finding what was typed
about it. It goes with the payload once the work is done.
"""

Facts = Mapping[str, object]


class Closing:
    """`{"cell": number, "erase": bool}`: the end of a cell whose people cannot do it themselves."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raises `CellUnknown`, `AccountClosed` or `NotAtZero`."""
        number = _number(facts)
        account = books.account(session, community.id, number)
        if account is None:
            raise CellUnknown
        if account.status == "closed":
            raise AccountClosed(account=number)
        if account.balance:
            raise NotAtZero(account=number, balance=account.balance)

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """The account closes, and its people are told by whom."""
        authority = f"act:{signatures.act_id}"
        _close(session, community, _number(facts), authority, bool(facts["erase"]), now)


def leave(session: Session, acting: Acting, *, erase: bool, now: datetime) -> None:
    """Close the cell's account and end what its people do for it.

    With `erase` the cell's name, contacts and words go, and the names and contacts of its
    people who belong nowhere else; the books keep the number. Raises `NotTheHolder` or, unless the
    balance is zero, `NotAtZero`.
    """
    if acting.kind != "holder":
        raise NotTheHolder
    _close(session, acting.community, acting.account, f"left:{acting.actor}", erase, now)


def _close(
    session: Session,
    community: CommunityView,
    number: int,
    authority: str,
    erase: bool,
    now: datetime,
) -> None:
    journal.set_status(session, community.id, number, status="closed", authority=authority, now=now)
    session.get_one(Cell, (community.id, number)).left_at = now
    people = session.scalars(
        select(ActsFor.person_id).where(
            ActsFor.community_id == community.id,
            ActsFor.number == number,
            ActsFor.until.is_(None),
        )
    ).all()
    for person_id in people:
        tell_of_closing(session, community.id, number, person_id, now)
    _end_belonging(session, community.id, number, now)
    name = _erase_cell(session, community, number) if erase else ""
    _let_go(session, people, erase, now)
    left = {"community": community.id, "cell": number, "erase": erase, "name": name}
    schedule(session, LEFT_JOB, left, now, f"{LEFT_JOB}:{community.id}:{number}")


def _end_belonging(session: Session, community_id: int, number: int, now: datetime) -> None:
    """Nobody acts or votes for the cell any more, and nobody is invited to."""
    for table in (ActsFor, Voter):
        session.execute(
            update(table)
            .where(table.community_id == community_id, table.number == number)
            .where(table.until.is_(None))
            .values(until=now)
        )
    session.execute(
        update(Invitation)
        .where(Invitation.community_id == community_id, Invitation.number == number)
        .where(Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
        .values(ended_at=now)
    )


def _erase_cell(session: Session, community: CommunityView, number: int) -> str:
    """What names the cell goes; its number stays, because the books hold it. The name it had."""
    cell = session.get_one(Cell, (community.id, number))
    before = cell.name
    shown = shown_number(community.code, number)
    speaker = Speaker(community.language, community.zone)
    cell.name = speaker.gettext(N_("former member %(number)s"), number=shown)
    cell.search_name, cell.elements = folded(cell.name), ""
    cell.email = cell.phone = cell.locality = cell.province = None
    cell.activity = cell.line_of_business = cell.origin = None
    cell.latitude = cell.longitude = None
    cell.is_email_shown = cell.is_phone_shown = False
    if cell.act_id is not None:
        _erase_enrolment(session.get_one(Act, cell.act_id), cell.name)
    session.flush()
    return before


def _erase_enrolment(act: Act, name: str) -> None:
    """Who asked and signed stays in the trail; what was said of the cell goes."""
    said = dict.fromkeys(json.loads(act.facts))
    act.facts = json.dumps({**said, "name": name, "elements": []}, sort_keys=True)
    act.reason = "\N{EN DASH}"


def _let_go(session: Session, people: Sequence[int], erase: bool, now: datetime) -> None:
    """Sign out who belongs nowhere any more; with `erase` forget who they were."""
    for person_id in people:
        if communities_of(session, person_id, now):
            continue
        if erase:
            forget(session, person_id, now)
        else:
            identity.end_other_sessions(session, person_id, None, now)


def _number(facts: Facts) -> int:
    number = facts["cell"]
    if not isinstance(number, int):
        raise CellUnknown
    return number
