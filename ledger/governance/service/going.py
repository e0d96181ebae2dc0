"""Somebody who goes: their places in votes that are on, and what names them in those over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import RosterRow
from ledger.governance.service.forgetting import forget_cell, forget_person
from ledger.governance.service.losing import lose_steward
from ledger.identity import queries as identity
from ledger.jobs.service import Payload
from ledger.members import queries as members


def cell_left(session: Session, payload: Payload, now: datetime) -> None:
    """The job's part of this room: whoever belongs here no more gives up places in open votes.

    With `erase`, the words of the cell and of its people who are gone for good go as well.
    """
    community_id, number = payload["community"], payload["cell"]
    if not isinstance(community_id, int) or not isinstance(number, int):
        raise TypeError(f"no cell in {payload}")
    community = members.community(session, community_id)
    assert community is not None
    people = sorted(members.people_who_acted(session, community_id, number))
    for person_id in people:
        if members.find_standing(session, person_id, community.code, now) is None:
            lose_steward(session, community_id, person_id, now)
    if not payload["erase"]:
        return
    forget_cell(session, community_id, number, now)
    for person_id in people:
        if identity.find_person(session, person_id) is None:
            forget_person(session, person_id, now)


def person_gone(session: Session, payload: Payload, now: datetime) -> None:
    """The job: somebody is gone for good, in every community: from votes, and by name."""
    person_id = payload["person"]
    if not isinstance(person_id, int):
        raise TypeError(f"nobody in {payload}")
    places = select(RosterRow.community_id).where(RosterRow.person_id == person_id).distinct()
    for community_id in session.scalars(places.order_by(RosterRow.community_id)).all():
        lose_steward(session, community_id, person_id, now)
    forget_person(session, person_id, now)
