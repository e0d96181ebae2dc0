"""Invitations: somebody comes to act for a cell, by a link that works once, for seven days."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.identity.rules.throttle import digest
from ledger.journal import queries as books
from ledger.kernel.identifiers import new_token
from ledger.members.errors import (
    AboutOneself,
    ActsAlready,
    CellUnknown,
    ContactNeeded,
    HasAHolder,
    InvitationOver,
    NotTheHolder,
    SecondSignature,
)
from ledger.members.model import Act, ActsFor, Cell, Invitation
from ledger.members.queries import (
    Acting,
    CommunityView,
    Standing,
    can_sign_in,
    open_invitation,
    people_of_place,
    transparency,
)
from ledger.members.service.accepting import accept_transparency
from ledger.members.service.mailing import tell_of_newcomer
from ledger.members.service.people import let_act_for

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

Facts = Mapping[str, object]

KIND = "invite"
SIGNED_FOR = timedelta(days=14)
"""So long after two signed, a holder can be invited, and again if a link was lost."""

LIFE = timedelta(days=7)


def invite(session: Session, acting: Acting, kind: str, now: datetime) -> str:
    """The holder invites somebody as `holder`, `clerk` or `viewer`; the token for the link.

    Raises `NotTheHolder`.
    """
    if acting.kind != "holder":
        raise NotTheHolder
    return _issue(session, acting.community.id, acting.account, kind, acting.person_id, now)


class Inviting:
    """`{"cell": number}`: signed by two, a coordinator may invite a holder for the cell."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raises `CellUnknown` or `HasAHolder`."""
        number = facts["cell"]
        _ensure_free(session, community.id, number if isinstance(number, int) else 0)

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """Nothing yet: the link is made when it can be handed over."""


def invite_first(session: Session, standing: Standing, number: int, now: datetime) -> str:
    """A coordinator invites the first holder of a cell that nobody holds; the link's token.

    Two have signed for it: when they enrolled the cell, if nobody held it since; else
    by an act of their own. Raises `NotTheHolder` for others, `CellUnknown`,
    `HasAHolder` or `SecondSignature`.
    """
    if "coordinator" not in standing.roles:
        raise NotTheHolder
    community = standing.community.id
    cell = _ensure_free(session, community, number)
    last_held = session.scalar(
        select(func.max(ActsFor.until)).where(
            ActsFor.community_id == community, ActsFor.number == number
        )
    )
    if (cell.act_id is None or last_held is not None) and not _is_signed_for(
        session, community, number, since=max(filter(None, (last_held, now - SIGNED_FOR)))
    ):
        raise SecondSignature
    return _issue(session, community, number, "holder", standing.person_id, now)


def accept(
    session: Session, token: str, person_id: int, now: datetime, version: int | None = None
) -> Invitation:
    """Use an invitation up: the person acts for the cell from now on, and its holders are told.

    `version` is of who sees balances as the person was shown it, and agreed to; None is
    the one that holds. Raises `InvitationOver`, `ActsAlready`, `AboutOneself` for who made
    it, `ContactNeeded`, or `TransparencyMoved`.
    """
    found = open_invitation(session, token, now, lock=True)
    if found is None:
        raise InvitationOver
    place = (found.community_id, found.number)
    if person_id in people_of_place(session, *place):
        raise ActsAlready
    if person_id == found.invited_by:
        raise AboutOneself
    if not can_sign_in(session, person_id, place):
        _ensure_named_by_number(session, found)
    held = transparency(session, found.community_id).version
    accept_transparency(session, found.community_id, person_id, version or held, now)
    tell_of_newcomer(session, *place, person_id, now)
    let_act_for(session, *place, person_id, found.kind, now)
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


def _ensure_free(session: Session, community_id: int, number: int) -> Cell:
    """The cell, if nobody holds it and its account is not closed."""
    cell = session.get(Cell, (community_id, number))
    account = books.account(session, community_id, number)
    if cell is None or account is None or account.status == "closed":
        raise CellUnknown
    if _holders(session, community_id, number):
        raise HasAHolder
    return cell


def _is_signed_for(session: Session, community_id: int, number: int, since: datetime) -> bool:
    """Whether two signed since then that this cell's holder is to be invited."""
    facts = session.scalars(
        select(Act.facts).where(
            Act.community_id == community_id, Act.kind == KIND, Act.signed_at >= since
        )
    )
    return any(json.loads(one)["cell"] == number for one in facts)


def _ensure_named_by_number(session: Session, found: Invitation) -> None:
    """Who has no contact signs in with the cell's number: one person, its holder."""
    holders = _holders(session, found.community_id, found.number)
    if found.kind != "holder" or not all(identity.has_contact(session, one) for one in holders):
        raise ContactNeeded


def _holders(session: Session, community_id: int, number: int) -> list[int]:
    return list(
        session.scalars(
            select(ActsFor.person_id)
            .where(ActsFor.community_id == community_id, ActsFor.number == number)
            .where(ActsFor.kind == "holder", ActsFor.until.is_(None))
        )
    )
