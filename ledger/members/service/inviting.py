"""Invitations: somebody comes to act for a cell, by a link that works once, for seven days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.identity.rules.throttle import digest
from ledger.kernel.identifiers import new_token
from ledger.members.errors import (
    ActsAlready,
    CellUnknown,
    HasAHolder,
    InvitationOver,
    NotTheHolder,
)
from ledger.members.model import ActsFor, Cell, Invitation
from ledger.members.queries import Acting, Standing, open_invitation
from ledger.members.service.people import let_act_for

LIFE = timedelta(days=7)


def invite(session: Session, acting: Acting, kind: str, now: datetime) -> str:
    """The holder invites somebody as `holder`, `clerk` or `viewer`; the token for the link.

    Raises `NotTheHolder`.
    """
    if acting.kind != "holder":
        raise NotTheHolder
    return _issue(session, acting.community.id, acting.account, kind, acting.person_id, now)


def invite_first(session: Session, standing: Standing, number: int, now: datetime) -> str:
    """A coordinator invites the first holder of a cell that nobody holds; the link's token.

    Raises `NotTheHolder` for others, `CellUnknown` or `HasAHolder`.
    """
    if "coordinator" not in standing.roles:
        raise NotTheHolder
    community = standing.community.id
    if session.get(Cell, (community, number)) is None:
        raise CellUnknown
    if _is_held(session, community, number):
        raise HasAHolder
    return _issue(session, community, number, "holder", standing.person_id, now)


def accept(session: Session, token: str, person_id: int, now: datetime) -> Invitation:
    """Use an invitation up: the person acts for the cell from now on.

    Raises `InvitationOver` or `ActsAlready`.
    """
    found = open_invitation(session, token, now, lock=True)
    if found is None:
        raise InvitationOver
    if _acts(session, found, person_id):
        raise ActsAlready
    let_act_for(session, found.community_id, found.number, person_id, found.kind, now)
    found.used_by, found.used_at = person_id, now
    session.flush()
    return found


def withdraw(session: Session, acting: Acting, invitation_id: int, now: datetime) -> None:
    """Take back an invitation to the acting cell. Raises `NotTheHolder`, `InvitationOver`."""
    if acting.kind != "holder":
        raise NotTheHolder
    found = session.get(Invitation, invitation_id)
    place = (acting.community.id, acting.account)
    if found is None or (found.community_id, found.number) != place or found.used_at:
        raise InvitationOver
    found.ended_at = now
    session.flush()


def _issue(
    session: Session, community_id: int, number: int, kind: str, by: int, now: datetime
) -> str:
    token = new_token()
    if kind == "holder":  # a newer invitation of a holder ends those before it
        session.execute(
            update(Invitation)
            .where(Invitation.community_id == community_id, Invitation.number == number)
            .where(Invitation.kind == kind, Invitation.used_at.is_(None))
            .where(Invitation.ended_at.is_(None))
            .values(ended_at=now)
        )
    session.add(
        Invitation(
            digest=digest(f"invitation {token}"),
            community_id=community_id,
            number=number,
            kind=kind,
            invited_by=by,
            made_at=now,
            expires_at=now + LIFE,
        )
    )
    session.flush()
    return token


def _is_held(session: Session, community_id: int, number: int) -> bool:
    return session.scalar(
        select(ActsFor.id)
        .where(ActsFor.community_id == community_id, ActsFor.number == number)
        .where(ActsFor.kind == "holder", ActsFor.until.is_(None))
        .limit(1)
    ) is not None  # fmt: skip


def _acts(session: Session, found: Invitation, person_id: int) -> bool:
    return session.scalar(
        select(ActsFor.id)
        .where(ActsFor.community_id == found.community_id, ActsFor.number == found.number)
        .where(ActsFor.person_id == person_id, ActsFor.until.is_(None))
    ) is not None  # fmt: skip
