"""Handing out a code on paper to somebody without mail: two sign, and one writes it down once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ledger.identity import queries as people
from ledger.identity import service as identity
from ledger.identity.service.passes import CODE_LIFE
from ledger.identity.service.resetting import tell_of_code
from ledger.members import queries
from ledger.members.errors import AboutOneself, ActOver, ActUnknown, PersonUnknown
from ledger.members.model import Act
from ledger.members.queries import CommunityView, Standing
from ledger.members.service.mailing import tell_contacts_of_code

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

KIND = "hand_out_code"
_TO_WRITE_DOWN = timedelta(hours=24)
"""So long after the second signature the code can be made."""

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed: seen once, and kept by nobody.

    `number` is the member number to sign in with; empty where only a contact will do.
    """

    name: str
    code: str
    until: datetime
    number: str


class HandingOut:
    """`{"person": id}`: signed by two, the asker may make a code for the person, once."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raises `PersonUnknown` or `AboutOneself`."""
        subject = facts["person"]
        if subject == person_id:
            raise AboutOneself
        if subject not in queries.people_of(session, community.id, now):
            raise PersonUnknown

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """Nothing yet: a code that lies ready could be seen by others."""


def hand_out(session: Session, standing: Standing, act_id: int, now: datetime) -> Slip:
    """Make the code of an act that was signed; its person is told by whom.

    Raises `ActUnknown` for an act that is not this person's to carry out, `ActOver`
    when it was not signed, is too old or was carried out.
    """
    act = session.get(Act, act_id, with_for_update=True, populate_existing=True)
    if act is None or act.community_id != standing.community.id or act.kind != KIND:
        raise ActUnknown
    if act.asked_by != standing.person_id:
        raise ActUnknown
    if act.signed_at is None or act.done_at is not None or now > act.signed_at + _TO_WRITE_DOWN:
        raise ActOver
    act.done_at = now
    subject = queries.person_of_act(act)
    code = identity.issue_code(session, subject, now)
    names = people.names_of(session, [subject, act.asked_by, act.signed_by or 0])
    by = f"{names.get(act.asked_by, '')} & {names.get(act.signed_by or 0, '')}"
    tell_of_code(session, subject, by, now)
    tell_contacts_of_code(session, subject, by, now)
    numbers = queries.numbers_to_sign_in(session, subject)
    return Slip(names.get(subject, ""), code, now + CODE_LIFE, numbers[0] if numbers else "")
