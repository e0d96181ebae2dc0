"""Acts of office that take two signatures: who may ask for one and who may sign it.

No single person grants a role, freezes an account or hands out a way in. Everything
else about an act is in its kind's own service.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from ledger.members.errors import ActOver, NotYourOffice, OneSignature


@dataclass(frozen=True, slots=True)
class Kind:
    """The roles that may ask for and sign such an act, and how long it waits."""

    askers: frozenset[str]
    signers: frozenset[str]
    waits: timedelta


_STEWARDS = frozenset({"steward"})
_COORDINATORS = frozenset({"coordinator"})

KINDS = {
    "grant_role": Kind(_STEWARDS, _STEWARDS, timedelta(days=14)),
    "end_role": Kind(_STEWARDS, _STEWARDS, timedelta(days=14)),
    "enrol": Kind(_COORDINATORS, _COORDINATORS, timedelta(days=14)),
    "invite": Kind(
        _COORDINATORS, _COORDINATORS | _STEWARDS | frozenset({"auditor"}), timedelta(days=14)
    ),
    "freeze": Kind(_COORDINATORS, _COORDINATORS | _STEWARDS, timedelta(days=3)),
    "hand_out_code": Kind(
        _COORDINATORS, _COORDINATORS | _STEWARDS | frozenset({"auditor"}), timedelta(days=1)
    ),
    "rename": Kind(_COORDINATORS, _COORDINATORS | _STEWARDS, timedelta(days=14)),
    "move_in": Kind(_COORDINATORS | _STEWARDS, _STEWARDS, timedelta(days=14)),
    "close": Kind(_COORDINATORS, _COORDINATORS | _STEWARDS, timedelta(days=14)),
    "thaw": Kind(_COORDINATORS | _STEWARDS, _COORDINATORS | _STEWARDS, timedelta(days=3)),
}


class State(Enum):
    """Where an act stands; the values are what templates compare."""

    WAITING = "waiting"
    SIGNED = "signed"
    ENDED = "ended"
    EXPIRED = "expired"


def state_of(
    expires_at: datetime, signed_at: datetime | None, ended_at: datetime | None, now: datetime
) -> State:
    """The state that follows from an act's times."""
    if signed_at is not None:
        return State.SIGNED
    if ended_at is not None:
        return State.ENDED
    return State.WAITING if now < expires_at else State.EXPIRED


def ensure_may_ask(kind: str, roles: Set[str]) -> None:
    """Raise `NotYourOffice` unless one of `roles` may ask for this kind of act."""
    if KINDS[kind].askers.isdisjoint(roles):
        raise NotYourOffice


def ensure_may_sign(
    kind: str, state: State, asked_by: int, person_id: int, roles: Set[str]
) -> None:
    """Raise `ActOver`, `NotYourOffice` or `OneSignature` unless this person may sign."""
    if state is not State.WAITING:
        raise ActOver
    if KINDS[kind].signers.isdisjoint(roles):
        raise NotYourOffice
    if asked_by == person_id:
        raise OneSignature


def ensure_may_end(kind: str, state: State, asked_by: int, person_id: int, roles: Set[str]) -> None:
    """Raise unless this person may withdraw their own act, or refuse another's."""
    if state is not State.WAITING:
        raise ActOver
    if asked_by != person_id and KINDS[kind].signers.isdisjoint(roles):
        raise NotYourOffice
