"""All that is kept of a person where they sign in and belong, for themself to take away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.identity.rules.sessions import SessionLife
from ledger.kernel.clock import iso
from ledger.kernel.units import shown_number
from ledger.members.model import (
    Act,
    ActsFor,
    Cell,
    Community,
    Invitation,
    Participant,
    Role,
    Voter,
    Vouch,
)
from ledger.members.queries.accepting import accepted_by
from ledger.members.queries.communities import (
    CommunityView,
    as_community,
)


def own_data(session: Session, person_id: int, now: datetime, life: SessionLife) -> dict[str, Any]:
    """By heading, as JSON holds it; instants in ISO 8601. Raises `PersonNotFound`."""
    person = identity.person(session, person_id)
    sessions = identity.sessions_of(session, person_id, now, life)
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "signed_in": [
            {"browser": one.agent, "since": iso(one.created_at), "last_used": iso(one.last_seen_at)}
            for one in sessions
        ],
        "links_and_codes": [
            {"purpose": one.purpose, "made": iso(one.made_at)}
            for one in identity.passes_of(session, person_id, now)
        ],
        "number_in_books": [
            {"community": where.code, "number": actor}
            for where, actor in numbers_in_books(session, person_id)
        ],
        "acted_for": _acted_for(session, person_id),
        "voted_for": _voted_for(session, person_id),
        "served_as": _served_as(session, person_id),
        "agreed_to": [
            {"community": code, "version": version, "balances_seen_by": level, "at": iso(at)}
            for code, version, level, at in accepted_by(session, person_id)
        ],
        "acts_asked_for": _asked_for(session, person_id),
        "acts_signed": _signed(session, person_id),
        "vouched_for": _vouched(session, person_id),
        "invited_to": _invited(session, person_id),
    }


def numbers_in_books(session: Session, person_id: int) -> list[tuple[CommunityView, int]]:
    """The number that stands for the person in each community's books, by code."""
    rows = session.execute(
        select(Community, Participant.actor)
        .join(Community, Community.id == Participant.community_id)
        .where(Participant.person_id == person_id)
        .order_by(Community.code)
    )
    return [(as_community(where), actor) for where, actor in rows]


def _acted_for(session: Session, person_id: int) -> list[dict[str, Any]]:
    of_cell = and_(Cell.community_id == ActsFor.community_id, Cell.number == ActsFor.number)
    rows = session.execute(
        select(Community.code, ActsFor, Cell.name)
        .join(ActsFor, ActsFor.community_id == Community.id)
        .join(Cell, of_cell)
        .where(ActsFor.person_id == person_id)
        .order_by(ActsFor.id)
    )
    return [
        {"cell": shown_number(code, one.number), "name": name, "as": one.kind, **_span(one)}
        for code, one, name in rows
    ]


def _voted_for(session: Session, person_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Community.code, Voter)
        .join(Voter, Voter.community_id == Community.id)
        .where(Voter.person_id == person_id)
        .order_by(Voter.id)
    )
    return [{"cell": shown_number(code, one.number), **_span(one)} for code, one in rows]


def _served_as(session: Session, person_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Community.code, Role)
        .join(Role, Role.community_id == Community.id)
        .where(Role.person_id == person_id)
        .order_by(Role.id)
    )
    return [
        {"community": code, "role": one.role, "by": one.authority, **_span(one)}
        for code, one in rows
    ]


def _asked_for(session: Session, person_id: int) -> list[dict[str, Any]]:
    return [
        {
            "community": code,
            "act": one.kind,
            "reason": one.reason,
            "at": iso(one.asked_at),
            "signed": iso(one.signed_at),
            "ended": iso(one.ended_at),
        }
        for code, one in _acts(session, Act.asked_by == person_id)
    ]


def _signed(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What they answered of others' acts; their own that they withdrew are not among these."""
    answered = or_(Act.signed_by == person_id, Act.ended_by == person_id)
    return [
        {
            "community": code,
            "act": one.kind,
            "signed": iso(one.signed_at),
            "refused": iso(one.ended_at),
        }
        for code, one in _acts(session, and_(answered, Act.asked_by != person_id))
    ]


def _acts(session: Session, wanted: ColumnElement[bool]) -> list[tuple[str, Act]]:
    rows = session.execute(
        select(Community.code, Act)
        .join(Act, Act.community_id == Community.id)
        .where(wanted)
        .order_by(Act.id)
    )
    return [(code, one) for code, one in rows]


def _vouched(session: Session, person_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Community.code, Vouch)
        .join(Vouch, Vouch.community_id == Community.id)
        .where(Vouch.person_id == person_id)
        .order_by(Vouch.act_id)
    )
    return [
        {"by_cell": shown_number(code, one.number), "at": iso(one.vouched_at)} for code, one in rows
    ]


def _invited(session: Session, person_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Community.code, Invitation)
        .join(Invitation, Invitation.community_id == Community.id)
        .where(Invitation.invited_by == person_id)
        .order_by(Invitation.id)
    )
    return [
        {
            "cell": shown_number(code, one.number),
            "as": one.kind,
            "at": iso(one.made_at),
            "used": iso(one.used_at),
        }
        for code, one in rows
    ]


def _span(one: ActsFor | Voter | Role) -> dict[str, str | None]:
    return {"since": iso(one.since), "until": iso(one.until)}
