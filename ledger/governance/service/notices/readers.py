"""Whom a notice still concerns when it is sent: ids of people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    Appellant,
    Challenge,
    Consent,
    LotNonce,
    LotRow,
    Panelist,
    Proposal,
    RosterRow,
)
from ledger.governance.queries.grounds import judges_of, parties_of
from ledger.governance.queries.lots import lot as lot_view
from ledger.members import queries as members
from ledger.members.queries import CommunityView

Reading = Callable[[Session, CommunityView, int, datetime], list[int]]


def without_promise(
    session: Session, community: CommunityView, lot: int, _now: datetime
) -> list[int]:
    """The stewards who have not promised a number for a lot."""
    return _of_lot(session, community, lot, LotNonce.commitment.is_(None))


def without_nonce(
    session: Session, community: CommunityView, lot: int, _now: datetime
) -> list[int]:
    """The stewards who promised one and have not revealed it."""
    promised = LotNonce.commitment.is_not(None) & LotNonce.revealed_at.is_(None)
    return _of_lot(session, community, lot, promised)


def _of_lot(
    session: Session, community: CommunityView, lot: int, which: ColumnElement[bool]
) -> list[int]:
    row = session.get(LotRow, (community.id, lot))
    if row is None or row.drawn_at is not None:
        return []
    return list(
        session.scalars(
            select(LotNonce.person_id)
            .where(LotNonce.community_id == community.id, LotNonce.lot == lot)
            .where(which)
        )
    )


def drawn(session: Session, community: CommunityView, lot: int, now: datetime) -> list[int]:
    """Whom a lot drew."""
    found = lot_view(session, community, lot, now)
    return [one.person_id for one in found.drawn] if found else []


def stepped_in(
    session: Session, community: CommunityView, number: int, _now: datetime
) -> list[int]:
    """Who stepped in for a lost steward in the present round."""
    of_this = (RosterRow.community_id == community.id, RosterRow.proposal == number)
    newest = select(func.max(RosterRow.round)).where(*of_this).scalar_subquery()
    return list(
        session.scalars(
            select(RosterRow.person_id)
            .where(*of_this, RosterRow.round == newest)
            .where(RosterRow.replaces.is_not(None), RosterRow.is_lost.is_(False))
        )
    )


def judges(session: Session, community: CommunityView, number: int, now: datetime) -> list[int]:
    """The challenged, and who judges."""
    row = session.get_one(Proposal, (community.id, number))
    challenged = session.scalars(
        select(Challenge.person_id)
        .where(Challenge.community_id == community.id, Challenge.proposal == number)
        .where(Challenge.made_by != Challenge.person_id)
    )
    return [*challenged, *judges_of(session, community, row, now)]


def panelists(session: Session, community: CommunityView, number: int, _now: datetime) -> list[int]:
    """Those on the panel who have not answered."""
    return list(
        session.scalars(
            select(Panelist.person_id)
            .where(Panelist.community_id == community.id, Panelist.proposal == number)
            .where(Panelist.answer.is_(None))
        )
    )


def concerned(session: Session, community: CommunityView, number: int, _now: datetime) -> list[int]:
    """Who proposed, whom it is about, who voted and who appealed."""
    row = session.get_one(Proposal, (community.id, number))
    voted = select(RosterRow.person_id).where(
        RosterRow.community_id == community.id, RosterRow.proposal == number
    )
    appealed = select(Appellant.person_id).where(
        Appellant.community_id == community.id, Appellant.proposal == number
    )
    subject = [
        person
        for cell in parties_of(row)
        for person in members.people_who_record(session, community.id, cell)
    ]
    return [row.proposed_by, *subject, *session.scalars(voted), *session.scalars(appealed)]


def sponsors(session: Session, community: CommunityView, number: int, _now: datetime) -> list[int]:
    """Who could answer for the sponsoring cell, while nobody has."""
    row = session.get_one(Proposal, (community.id, number))
    sponsor = json.loads(row.facts)["sponsor"]
    if session.get(Consent, (community.id, number, sponsor)) is not None:
        return []
    return members.people_who_record(session, community.id, sponsor)
