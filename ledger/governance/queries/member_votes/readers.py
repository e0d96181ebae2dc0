"""How the reader stands to a vote: for their cells, and in its petition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import MemberVote, Petitioner, RollPlace
from ledger.governance.queries.ballots import roll_of
from ledger.governance.queries.member_votes.views import OwnVote, Petition
from ledger.governance.rules.roll import petitioners_needed
from ledger.identity import queries as identity
from ledger.members import queries as members
from ledger.members.queries import Standing


def petition_of(session: Session, standing: Standing, row: MemberVote, now: datetime) -> Petition:
    """How far a petition has come."""
    mine = members.votes_for(session, row.community_id, standing.person_id)
    cells = set(
        session.scalars(
            select(Petitioner.cell).where(
                Petitioner.community_id == row.community_id, Petitioner.vote == row.number
            )
        )
    )
    roll = roll_of(session, standing.community, now)
    return Petition(len(cells), petitioners_needed(len(roll)), mine in cells, mine in roll)


def own_votes(session: Session, standing: Standing, row: MemberVote) -> tuple[OwnVote, ...]:
    """The reader's cells and how they stand in the vote."""
    cells = [cell.number for cell in standing.cells]
    places = {
        one.cell: one
        for one in session.scalars(
            select(RollPlace)
            .where(RollPlace.community_id == row.community_id, RollPlace.vote == row.number)
            .where(RollPlace.cell.in_(cells))
        )
    }
    voters = members.voters_of(session, row.community_id, cells)
    names = identity.names_of(session, voters.values())
    return tuple(
        OwnVote(
            cell=cell,
            voter=names.get(voters.get(cell.number, 0), ""),
            is_mine=voters.get(cell.number) == standing.person_id,
            is_on_roll=cell.number in places,
            has_voted=cell.number in places and places[cell.number].has_voted,
        )
        for cell in standing.cells
    )
