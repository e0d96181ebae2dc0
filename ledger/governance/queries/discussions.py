"""What was said about a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import Comment, Proposal
from ledger.identity import queries as identity


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, or a reply of those whom the proposal is about; `text` None once erased."""

    number: int
    kind: str
    person_id: int
    name: str
    text: str | None
    made_at: datetime


def comments(session: Session, community_id: int, number: int) -> list[CommentView]:
    """Everything said about a proposal, in its order."""
    rows = _rows(session, community_id, number)
    names = identity.names_of(session, [one.made_by for one in rows])
    return [
        CommentView(
            one.number, one.kind, one.made_by, names.get(one.made_by, ""), one.text, one.made_at
        )
        for one in rows
    ]


def replies_to_freeze(session: Session, row: Proposal) -> list[dict[str, Any]]:
    """The replies so far as evidence keeps them: by digest, so that words can go later."""
    return [
        {"digest": one.digest.hex(), "salt": None, "text": None}
        for one in _rows(session, row.community_id, row.number)
        if one.kind == "reply"
    ]


def with_words(session: Session, row: Proposal, evidence: dict[str, Any]) -> dict[str, Any]:
    """Frozen evidence with the words of the replies that are not erased."""
    if not evidence.get("replies"):
        return evidence
    kept = {one.digest.hex(): one for one in _rows(session, row.community_id, row.number)}
    return {**evidence, "replies": list(_spoken(evidence["replies"], kept))}


def _spoken(
    replies: Iterable[dict[str, Any]], kept: dict[str, Comment]
) -> Iterable[dict[str, Any]]:
    for one in replies:
        said = kept.get(one["digest"])
        salt = said.salt.hex() if said is not None and said.salt is not None else None
        yield {**one, "salt": salt, "text": said.text if said is not None else None}


def _rows(session: Session, community_id: int, number: int) -> list[Comment]:
    wanted = (
        select(Comment)
        .where(Comment.community_id == community_id, Comment.proposal == number)
        .order_by(Comment.number)
    )
    return list(session.scalars(wanted))
