"""What becomes of words about decisions when a cell has left and wants its words to go.

Decisions stay and can be counted again: names, reasons and replies are hashed behind salts
of their own, and with the salt gone nobody can find out by trying what they were.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.governance.model import (
    BallotContent,
    BallotRow,
    Comment,
    Objection,
    Proposal,
    Recusal,
    RosterRow,
)
from ledger.identity import queries as identity
from ledger.jobs.service import Payload
from ledger.members import queries as members

_NO_WORDS = {"text": None, "salt": None}
_NO_NAME = {"name": None, "name_salt": None}


def cell_left(session: Session, payload: Payload, now: datetime) -> None:
    """The job's part of this room: with `erase`, forget the words of the cell and its people."""
    community_id, number = payload["community"], payload["cell"]
    if not isinstance(community_id, int) or not isinstance(number, int):
        raise TypeError(f"no cell in {payload}")
    if not payload["erase"]:
        return
    _forget_cell(session, community_id, number, now)
    for person_id in members.people_who_acted(session, community_id, number):
        if identity.find_person(session, person_id) is None:
            _forget_person(session, community_id, person_id, now)


def _forget_cell(session: Session, community_id: int, number: int, now: datetime) -> None:
    """Why limits were asked for the cell, and what it replied."""
    about = (Proposal.community_id == community_id, Proposal.account == number)
    session.execute(update(Proposal).where(*about).values(reasons=""))
    credit.forget_reasons(session, community_id, number)
    theirs = select(Proposal.number).where(*about)
    session.execute(
        update(Comment)
        .where(Comment.community_id == community_id, Comment.kind == "reply")
        .where(Comment.proposal.in_(theirs), Comment.text.is_not(None))
        .values(**_NO_WORDS, erased_at=now)
    )


def _forget_person(session: Session, community_id: int, person_id: int, now: datetime) -> None:
    """The name of somebody who has gone on rosters, and everything that they wrote."""
    for table in (RosterRow, Recusal):
        named = (table.community_id == community_id, table.person_id == person_id)
        session.execute(update(table).where(*named).values(**_NO_NAME))
    session.execute(
        update(Comment)
        .where(Comment.community_id == community_id, Comment.made_by == person_id)
        .where(Comment.text.is_not(None))
        .values(**_NO_WORDS, erased_at=now)
    )
    session.execute(
        update(Objection)
        .where(Objection.community_id == community_id, Objection.made_by == person_id)
        .values(ground="")
    )
    session.execute(
        update(BallotContent)
        .where(BallotContent.community_id == community_id, _is_by(person_id))
        .values(reason=None, reason_salt=None)
    )


def _is_by(person_id: int) -> ColumnElement[bool]:
    """Whether a ballot's content is of this person."""
    return exists().where(
        and_(
            BallotRow.community_id == BallotContent.community_id,
            BallotRow.proposal == BallotContent.proposal,
            BallotRow.place == BallotContent.place,
            RosterRow.community_id == BallotRow.community_id,
            RosterRow.proposal == BallotRow.proposal,
            RosterRow.voter == BallotRow.voter,
            RosterRow.person_id == person_id,
        )
    )
