"""What becomes of words about decisions when those have left whose words they are.

Decisions stay and can be counted again: names, reasons and replies are hashed behind salts
of their own, and with the salt gone nobody can find out by trying what they were.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.governance.model import (
    Appellant,
    BallotContent,
    BallotRow,
    CandidateRow,
    Challenge,
    Comment,
    EarlierWords,
    MemberVote,
    Objection,
    Panelist,
    Proposal,
    Recusal,
    RosterRow,
)
from ledger.kernel.merkle import canonical

_NO_WORDS = {"text": None, "salt": None}
_NO_NAME = {"name": None, "name_salt": None}


def forget_cell(session: Session, community_id: int, number: int, now: datetime) -> None:
    """Why limits were asked for the cell, and what it replied."""
    about = (Proposal.community_id == community_id, Proposal.account == number)
    session.execute(update(Proposal).where(*about).values(reasons=""))
    credit.forget_reasons(session, community_id, number)
    theirs = select(Proposal.number).where(*about)
    session.execute(
        update(EarlierWords)
        .where(EarlierWords.community_id == community_id, EarlierWords.proposal.in_(theirs))
        .values(**_NO_WORDS)
    )
    session.execute(
        update(Comment)
        .where(Comment.community_id == community_id, Comment.kind == "reply")
        .where(Comment.proposal.in_(theirs), Comment.text.is_not(None))
        .values(**_NO_WORDS, erased_at=now)
    )


def forget_person(session: Session, person_id: int, now: datetime) -> None:
    """The name of somebody who is gone for good, and everything that they wrote."""
    for table in (RosterRow, Recusal):
        session.execute(update(table).where(table.person_id == person_id).values(**_NO_NAME))
    session.execute(
        update(Comment)
        .where(Comment.made_by == person_id, Comment.text.is_not(None))
        .values(**_NO_WORDS, erased_at=now)
    )
    session.execute(
        update(BallotContent)
        .where(_is_by(person_id))
        .values(reason=None, reason_salt=None)
        .execution_options(synchronize_session=False)
    )
    _forget_earlier_words(session, person_id)
    _forget_cases(session, person_id)
    _forget_candidacies(session, person_id, now)
    _forget_motions(session, person_id)


def _forget_earlier_words(session: Session, person_id: int) -> None:
    """What they asked before they changed it."""
    theirs = exists().where(
        Proposal.community_id == EarlierWords.community_id,
        Proposal.number == EarlierWords.proposal,
        Proposal.proposed_by == person_id,
    )
    session.execute(
        update(EarlierWords)
        .where(theirs)
        .values(**_NO_WORDS)
        .execution_options(synchronize_session=False)
    )


def _forget_cases(session: Session, person_id: int) -> None:
    """Objections, appeals, judgements; and why somebody thought them too close to a case."""
    session.execute(update(Objection).where(Objection.made_by == person_id).values(ground=""))
    session.execute(update(Appellant).where(Appellant.person_id == person_id).values(reasons=""))
    session.execute(update(Panelist).where(Panelist.person_id == person_id).values(reasons=None))
    theirs = or_(Challenge.made_by == person_id, Challenge.person_id == person_id)
    session.execute(update(Challenge).where(theirs).values(ground=""))


def _forget_candidacies(session: Session, person_id: int, now: datetime) -> None:
    """What they said as a candidate, and their name on ballots; they stand no more.

    On a ballot that is being voted on their place stays, and nobody can be seated from it.
    """
    mine = CandidateRow.person_id == person_id
    session.execute(update(CandidateRow).where(mine).values(words="", **_NO_NAME))
    session.execute(
        update(CandidateRow)
        .where(mine, CandidateRow.place.is_(None), CandidateRow.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def _forget_motions(session: Session, person_id: int) -> None:
    """Why they asked for a vote of all members; who was to be recalled, and why."""
    motions = session.scalars(
        select(MemberVote).where(
            or_(MemberVote.proposed_by == person_id, MemberVote.subject == person_id)
        )
    )
    for row in motions:
        row.reasons = ""
        about = json.loads(row.about)
        if row.subject == person_id and "steward" in about:
            about["steward"] |= {"text": None, "salt": None}
            row.about = canonical(about).decode()
    session.flush()


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
