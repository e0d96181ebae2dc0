"""A person goes for good: what could name them is erased, and the books stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.identity import service as identity
from ledger.jobs.service import schedule
from ledger.members.errors import StillTied
from ledger.members.model import ActsFor
from ledger.members.queries import ties
from ledger.members.service.voting import end_voting

GONE_JOB = "person_gone"
"""Told to the rooms above: `{"person": id}`."""


def say_farewell(session: Session, person_id: int, now: datetime) -> None:
    """Erase the person, who from now on acts for no cell and cannot sign in.

    Raises `StillTied` for who alone holds a cell or serves a community, and
    `PersonNotFound`.
    """
    if ties(session, person_id, now):
        raise StillTied
    present = session.scalars(
        select(ActsFor).where(ActsFor.person_id == person_id, ActsFor.until.is_(None))
    ).all()
    for one in present:
        one.until = now
        end_voting(session, one.community_id, one.number, person_id, now)
    forget(session, person_id, now)


def forget(session: Session, person_id: int, now: datetime) -> None:
    """Erase who the person was, and have the rooms above forget what they said there."""
    identity.erase_person(session, person_id, now)
    schedule(session, GONE_JOB, {"person": person_id}, now, f"{GONE_JOB}:{person_id}")
