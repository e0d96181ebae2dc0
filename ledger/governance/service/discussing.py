"""Discussing a proposal, and replying to what is said and shown about one's own cell."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import CommentUnknown, MovedOn, NotYours, ReasonsMissing
from ledger.governance.model import Comment, Proposal
from ledger.governance.queries.courses import history_of
from ledger.governance.rules.states import State
from ledger.governance.service.happenings import locked
from ledger.governance.service.telling import tell_of_comment
from ledger.kernel.veils import veil
from ledger.members import queries as members
from ledger.members.queries import Standing


@dataclass(frozen=True, slots=True)
class Say:
    """Something to be said about a proposal, for the whole community to read."""

    number: int
    text: str
    request_key: str


def say(session: Session, standing: Standing, command: Say, now: datetime) -> int:
    """Add to the discussion while the proposal is undecided; return the comment's number.

    Those who record for the cell that it is about reply, others comment. The same request
    key says it once. Raises `ProposalUnknown`, `NotYours`, `ReasonsMissing` or `MovedOn`.
    """
    row = locked(session, standing.community.id, command.number)
    if not may_speak(session, standing):
        raise NotYours
    if not command.text.strip():
        raise ReasonsMissing
    if (known := _known(session, row, standing.person_id, command.request_key)) is not None:
        return known
    course = history_of(session, row).course(now)
    if course.state is State.DRAFT or not course.is_undecided:
        raise MovedOn(state=course.state.value)
    said = veil(command.text.strip(), secrets.token_bytes(32))
    comment = Comment(
        community_id=row.community_id,
        proposal=row.number,
        number=1 + _newest(session, row),
        kind="reply" if _is_about(session, row, standing.person_id) else "comment",
        made_by=standing.person_id,
        made_at=now,
        digest=said.digest,
        text=said.text,
        salt=said.salt,
        request_key=command.request_key,
    )
    session.add(comment)
    session.flush()
    tell_of_comment(session, standing.community, row.number, now)
    return comment.number


def erase(session: Session, standing: Standing, number: int, comment: int, now: datetime) -> None:
    """Take back what one said: the place stays, the words go. Raises `CommentUnknown`.

    A reply that went into frozen evidence stays there as its digest, which proves nothing
    without the words.
    """
    row = locked(session, standing.community.id, number)
    found = session.get(Comment, (row.community_id, row.number, comment))
    if found is None or found.made_by != standing.person_id or found.text is None:
        raise CommentUnknown
    found.text = found.salt = None
    found.erased_at = now
    session.flush()


def may_speak(session: Session, standing: Standing) -> bool:
    """Whether somebody may add to discussions: auditors and viewers only read."""
    if standing.roles & {"steward", "coordinator"}:
        return True
    community, person = standing.community.id, standing.person_id
    return any(
        person in members.people_who_record(session, community, one.number)
        for one in standing.cells
    )


def _is_about(session: Session, row: Proposal, person_id: int) -> bool:
    return person_id in members.people_who_record(session, row.community_id, row.account)


def _known(session: Session, row: Proposal, person_id: int, request_key: str) -> int | None:
    return session.scalar(
        select(Comment.number)
        .where(Comment.community_id == row.community_id, Comment.proposal == row.number)
        .where(Comment.made_by == person_id, Comment.request_key == request_key)
    )


def _newest(session: Session, row: Proposal) -> int:
    newest = select(func.max(Comment.number)).where(
        Comment.community_id == row.community_id, Comment.proposal == row.number
    )
    return session.scalar(newest) or 0
