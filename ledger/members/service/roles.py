"""Roles: granted and ended by two stewards, never about oneself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.orm import Session

from ledger.jobs.service import schedule
from ledger.kernel.clock import from_micros
from ledger.members import queries
from ledger.members.errors import (
    AboutOneself,
    ElectedByAll,
    LastStewards,
    RoleHeld,
    RoleNotHeld,
    TermOver,
)
from ledger.members.model import Community, Role
from ledger.members.queries import CommunityView, Standing
from ledger.members.queries.offices import ids_of_role
from ledger.members.rules.cells import ensure_may_hold
from ledger.members.service.people import ensure_participant

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

Facts = Mapping[str, object]

ENDED = "role_ended"
"""The job that tells other rooms of a role that ended before its term: who and which."""

FEWEST_STEWARDS = 2
"""Two sign for a role."""


class Granting:
    """`{"person": id, "role": …, "ends_at": microseconds or None}`."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raises `AboutOneself`, `RoleHeld`, `RolesClash` or `TermOver`."""
        subject, role, ends_at = _read(facts)
        _ensure_another(subject, person_id)
        held = queries.roles_of(session, subject, community.id, now)
        if role in held:
            raise RoleHeld
        ensure_may_hold(role, held)
        if ends_at is not None and ends_at <= now:
            raise TermOver

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        _reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """The person serves from `now` on."""
        subject, role, ends_at = _read(facts)
        grant_role(session, community.id, subject, role, f"act:{signatures.act_id}", now, ends_at)


class Ending:
    """`{"person": id, "role": …}`."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raises `AboutOneself`, `RoleNotHeld` or `ElectedByAll`."""
        subject, role, _ = _read(facts)
        _ensure_another(subject, person_id)
        if role not in queries.roles_of(session, subject, community.id, now):
            raise RoleNotHeld
        if queries.was_elected(session, community.id, subject, role):
            raise ElectedByAll

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        _reason: str,
        _signatures: Signatures,
        now: datetime,
    ) -> None:
        """The person no longer serves."""
        subject, role, _ = _read(facts)
        end_role(session, community.id, subject, role, now)
        _tell_above(session, community.id, subject, role, now)


def resign(session: Session, standing: Standing, role: str, now: datetime) -> None:
    """Serve no longer: that takes nobody's signature.

    Raises `RoleNotHeld`, or `LastStewards` where two would not be left.
    """
    community = standing.community.id
    if role not in queries.roles_of(session, standing.person_id, community, now):
        raise RoleNotHeld
    session.get(Community, community, with_for_update={"key_share": True})
    if role == "steward" and len(ids_of_role(session, community, {role}, now)) <= FEWEST_STEWARDS:
        raise LastStewards(fewest=FEWEST_STEWARDS)
    end_role(session, community, standing.person_id, role, now)
    _tell_above(session, community, standing.person_id, role, now)


def grant_role(
    session: Session,
    community_id: int,
    person_id: int,
    role: str,
    authority: str,
    now: datetime,
    ends_at: datetime | None = None,
) -> None:
    """Have a person serve as coordinator, steward or auditor from `now` until `ends_at`.

    `authority` says by what right, such as `founding` or `act:7`; a role already held
    stays as it is. Raises `RolesClash`.
    """
    ensure_participant(session, community_id, person_id)
    held = queries.roles_of(session, person_id, community_id, now)
    if role in held:
        return
    ensure_may_hold(role, held)
    end_role(session, community_id, person_id, role, now)  # one whose term is over
    session.add(
        Role(
            person_id=person_id,
            community_id=community_id,
            role=role,
            authority=authority,
            since=now,
            ends_at=ends_at,
        )
    )
    session.flush()


def end_role(session: Session, community_id: int, person_id: int, role: str, now: datetime) -> None:
    """End a role, if the person has it."""
    session.execute(
        update(Role)
        .where(Role.community_id == community_id, Role.person_id == person_id)
        .where(Role.role == role, Role.until.is_(None))
        .values(until=now)
    )


def _tell_above(
    session: Session, community_id: int, person_id: int, role: str, now: datetime
) -> None:
    """Have rooms above do what follows, which this one must not know: due work of kind `ENDED`."""
    payload = {"community": community_id, "person": person_id, "role": role}
    schedule(session, ENDED, payload, now)


def _read(facts: Facts) -> tuple[int, str, datetime | None]:
    person, role, ends_at = facts["person"], facts["role"], facts.get("ends_at")
    if not isinstance(person, int) or not isinstance(role, str):
        raise TypeError(f"no person and role in {facts}")
    return person, role, from_micros(ends_at) if isinstance(ends_at, int) else None


def _ensure_another(subject: int, person_id: int) -> None:
    if subject == person_id:
        raise AboutOneself
