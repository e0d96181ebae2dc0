"""What a person proposed, said, voted and signed, for themself to take away.

Of others there are the names of their cells and nothing more. What a secret ballot said is
not here: nothing leads from a person to it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ledger.governance.model import (
    Appellant,
    BallotContent,
    BallotRow,
    CandidateRow,
    Challenge,
    Comment,
    EarlierWords,
    Judgement,
    MemberVote,
    Objection,
    Panelist,
    Petitioner,
    Proposal,
    RollPlace,
    RosterRow,
)
from ledger.governance.queries.ballots import vote_name
from ledger.kernel import amounts
from ledger.kernel.clock import iso
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView

Facts = list[dict[str, Any]]


def own_data(session: Session, person_id: int) -> dict[str, Any]:
    """By heading, as JSON holds it; instants in ISO 8601, figures as they are sent."""
    found: dict[str, Facts] = {}
    for where, _ in members.numbers_in_books(session, person_id):
        for heading, facts in _in_one(session, where, person_id).items():
            found.setdefault(heading, []).extend(facts)
    return found


def _in_one(session: Session, where: CommunityView, person: int) -> dict[str, Facts]:
    return {
        "proposed": _proposed(session, where, person),
        "said": _said(session, where, person),
        "objected": _objected(session, where, person),
        "ballots": _ballots(session, where, person),
        "challenged": _challenged(session, where, person),
        "judged": _judged(session, where, person),
        "appealed": _appealed(session, where, person),
        "sat_on_panels": _sat(session, where, person),
        "put_to_all": _put_to_all(session, where, person),
        "petitions_signed": _signed(session, where, person),
        "secret_votes": _voted(session, where, person),
        "stood": _stood(session, where, person),
    }


def _proposed(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, Proposal, Proposal.proposed_by == person, Proposal.number)
    names = members.names_by_number(session, where.id, {one.account for one in rows})
    earlier = _earlier(session, where, person)
    return [
        {
            "proposal": _place(where, one.number),
            "kind": one.kind,
            "cell": shown_number(where.code, one.account),
            "name": names.get(one.account, ""),
            "reasons": one.reasons,
            "earlier_reasons": earlier.get(one.number, []),
            "at": one.drafted_at.isoformat(),
        }
        for one in rows
    ]


def _earlier(session: Session, where: CommunityView, person: int) -> dict[int, list[str | None]]:
    """The reasons that were replaced, by the proposal's number, in their order."""
    of = and_(
        Proposal.community_id == EarlierWords.community_id,
        Proposal.number == EarlierWords.proposal,
    )
    found: dict[int, list[str | None]] = {}
    for one in session.scalars(
        select(EarlierWords)
        .join(Proposal, of)
        .where(Proposal.community_id == where.id, Proposal.proposed_by == person)
        .order_by(EarlierWords.proposal, EarlierWords.version)
    ):
        found.setdefault(one.proposal, []).append(one.text)
    return found


def _said(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(
        session, where, Comment, Comment.made_by == person, Comment.proposal, Comment.number
    )
    return [
        {
            "proposal": _place(where, one.proposal),
            "as": one.kind,
            "words": one.text,
            "at": one.made_at.isoformat(),
        }
        for one in rows
    ]


def _objected(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(
        session, where, Objection, Objection.made_by == person, Objection.proposal, Objection.number
    )
    return [
        {
            "proposal": _place(where, one.proposal),
            "ground": one.ground,
            "at": one.made_at.isoformat(),
        }
        for one in rows
    ]


def _ballots(session: Session, where: CommunityView, person: int) -> Facts:
    own = and_(
        RosterRow.community_id == BallotRow.community_id,
        RosterRow.proposal == BallotRow.proposal,
        RosterRow.voter == BallotRow.voter,
    )
    same = and_(
        BallotContent.community_id == BallotRow.community_id,
        BallotContent.proposal == BallotRow.proposal,
        BallotContent.place == BallotRow.place,
    )
    about = and_(
        Proposal.community_id == BallotRow.community_id, Proposal.number == BallotRow.proposal
    )
    rows = session.execute(
        select(BallotRow, BallotContent, Proposal.kind)
        .join(RosterRow, own)
        .join(BallotContent, same)
        .join(Proposal, about)
        .where(BallotRow.community_id == where.id, RosterRow.person_id == person)
        .order_by(BallotRow.proposal, BallotRow.place)
        .distinct()
    )
    return [
        {
            "proposal": _place(where, ballot.proposal),
            "place": ballot.place,
            "choice": _choice(content.choice, kind, where),
            "reason": content.reason,
            "receipt": ballot.link.hex(),
            "at": ballot.cast_at.isoformat(),
        }
        for ballot, content, kind in rows
    ]


def _choice(choice: int | None, kind: str, where: CommunityView) -> str | int | None:
    """A limit as it is sent, else the number of the answer; None to abstain."""
    if choice is None or kind != "limit":
        return choice
    return amounts.wire(choice, where.unit.scale)


def _challenged(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(
        session, where, Challenge, Challenge.made_by == person, Challenge.proposal, Challenge.number
    )
    return [
        {
            "proposal": _place(where, one.proposal),
            "ground": one.ground,
            "of_oneself": one.person_id == person,
            "at": one.made_at.isoformat(),
        }
        for one in rows
    ]


def _judged(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(
        session,
        where,
        Judgement,
        Judgement.person_id == person,
        Judgement.proposal,
        Judgement.challenge,
    )
    return [
        {
            "proposal": _place(where, one.proposal),
            "too_close": one.upholds,
            "at": one.judged_at.isoformat(),
        }
        for one in rows
    ]


def _appealed(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, Appellant, Appellant.person_id == person, Appellant.proposal)
    return [
        {
            "proposal": _place(where, one.proposal),
            "cell": shown_number(where.code, one.cell),
            "reasons": one.reasons,
            "at": one.signed_at.isoformat(),
        }
        for one in rows
    ]


def _sat(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, Panelist, Panelist.person_id == person, Panelist.proposal)
    return [
        {
            "proposal": _place(where, one.proposal),
            "answer": one.answer,
            "reasons": one.reasons,
            "at": iso(one.answered_at),
        }
        for one in rows
    ]


def _put_to_all(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, MemberVote, MemberVote.proposed_by == person, MemberVote.number)
    return [
        {
            "vote": vote_name(where.code, one.number),
            "kind": one.kind,
            "reasons": one.reasons,
            "at": one.proposed_at.isoformat(),
        }
        for one in rows
    ]


def _signed(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, Petitioner, Petitioner.person_id == person, Petitioner.vote)
    return [
        {
            "vote": vote_name(where.code, one.vote),
            "cell": shown_number(where.code, one.cell),
            "at": one.signed_at.isoformat(),
        }
        for one in rows
    ]


def _voted(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, RollPlace, RollPlace.person_id == person, RollPlace.vote)
    return [
        {
            "vote": vote_name(where.code, one.vote),
            "cell": shown_number(where.code, one.cell),
            "has_voted": one.has_voted,
        }
        for one in rows
    ]


def _stood(session: Session, where: CommunityView, person: int) -> Facts:
    rows = _own(session, where, CandidateRow, CandidateRow.person_id == person, CandidateRow.vote)
    return [
        {
            "vote": vote_name(where.code, one.vote),
            "words": one.words,
            "named": one.named_at.isoformat(),
            "accepted": iso(one.accepted_at),
            "withdrawn": iso(one.withdrawn_at),
        }
        for one in rows
    ]


def _own(session: Session, where: CommunityView, table: Any, whose: Any, *order: Any) -> list[Any]:
    """The rows of `table` in one community that are somebody's, in their order."""
    found = select(table).where(table.community_id == where.id, whose).order_by(*order)
    return list(session.scalars(found))


def _place(where: CommunityView, number: int) -> str:
    return f"{where.code}/{number}"
