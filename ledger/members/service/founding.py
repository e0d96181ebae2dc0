"""Founding a community together with its stewards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.identity import queries as people
from ledger.identity import service as identity
from ledger.identity.rules.contacts import normal_email, normal_phone
from ledger.identity.service.resetting import WELCOME
from ledger.members.errors import TooFewStewards
from ledger.members.service.communities import FoundCommunity, found_community
from ledger.members.service.roles import grant_role

FEWEST_STEWARDS = 3
"""Two sign, and never about themselves: with fewer nobody could grant or end a role of theirs."""

_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Steward:
    """A founding steward; with e-mail or phone they sign in."""

    name: str
    email: str | None = None
    phone: str | None = None


def read_steward(name: str, contact: str) -> Steward:
    """A steward by name and e-mail or phone. Raises `EmailUnreadable`, `PhoneUnreadable`."""
    if "@" in contact:
        return Steward(name, email=normal_email(contact))
    return Steward(name, phone=normal_phone(contact))


@dataclass(frozen=True, slots=True)
class Welcomed:
    """A founding steward, and the token of the link by which they choose a password.

    None for somebody who is known here already.
    """

    name: str
    token: str | None


def found_with_stewards(
    session: Session, command: FoundCommunity, stewards: list[Steward], now: datetime
) -> tuple[int, list[Welcomed]]:
    """Found the community; return its id and its stewards' ways in.

    Raises `TooFewStewards`, and what `found_community` and `register` raise.
    """
    community_id = found_community(session, command, now)
    welcomed, ids = [], set()
    for steward in stewards:
        person_id, known = _person(session, steward, command.language, now)
        ids.add(person_id)
        grant_role(session, community_id, person_id, "steward", "founding", now)
        token = None if known else identity.issue_link(session, person_id, WELCOME, _LIFE, now)
        welcomed.append(Welcomed(steward.name, token))
    if len(ids) < FEWEST_STEWARDS:
        raise TooFewStewards(fewest=FEWEST_STEWARDS)
    return community_id, welcomed


def _person(session: Session, steward: Steward, language: str, now: datetime) -> tuple[int, bool]:
    """The person's id, and whether they were known here and can sign in."""
    for contact in (steward.email, steward.phone):
        known = people.person_by_contact(session, contact) if contact else None
        if known is not None:
            return known, people.person(session, known).has_password
    command = identity.Register(steward.name, steward.email, steward.phone, language)
    return identity.register(session, command, now), False
