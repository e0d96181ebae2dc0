"""Asking for acts of office, and signing, withdrawing or refusing them.

What an act does is written once, by kind, in `DOING`: it is looked at when it is
asked for, and done in the transaction of the second signature.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from ledger.members.errors import ActOver, ActUnknown, ReasonMissing
from ledger.members.model import Act
from ledger.members.queries import Acting, CommunityView, Standing
from ledger.members.rules import acts as rules
from ledger.members.rules.acts import State
from ledger.members.service import (
    codes,
    enrolling,
    freezing,
    inviting,
    leaving,
    moving,
    renaming,
    roles,
)
from ledger.members.service.telling import tell

Facts = Mapping[str, object]
"""What an act is about, as JSON holds it; its keys belong to its kind."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Whose act it is: its id, who asked for it and who signed it (None: cells vouched)."""

    act_id: int
    asked_by: int
    signed_by: int | None


class Doing(Protocol):
    """What an act of one kind is."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raise what refuses it when `person_id` asks for it or signs it."""

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """Do it."""  # fmt: skip


Answer = Callable[[Session, Standing, int, datetime], None]
"""`sign` or `end`: (session, who answers, act id, now)."""

DOING: dict[str, Doing] = {
    "grant_role": roles.Granting(),
    "end_role": roles.Ending(),
    "enrol": enrolling.Enrolling(),
    inviting.KIND: inviting.Inviting(),
    "freeze": freezing.Freezing(),
    "thaw": freezing.Thawing(),
    codes.KIND: codes.HandingOut(),
    renaming.KIND: renaming.Renaming(),
    moving.KIND: moving.MovingIn(),
    leaving.KIND: leaving.Closing(),
}


def ask(
    session: Session, standing: Standing, kind: str, facts: Facts, reason: str, now: datetime
) -> int:
    """Put an act before a second person; return its id.

    Raises `NotYourOffice`, `ReasonMissing`, and what its kind refuses.
    """
    rules.ensure_may_ask(kind, standing.roles)
    if not reason.strip():
        raise ReasonMissing
    DOING[kind].ensure(session, standing.community, facts, standing.person_id, now)
    act = Act(
        community_id=standing.community.id,
        kind=kind,
        facts=json.dumps(facts, sort_keys=True),
        reason=reason.strip(),
        asked_by=standing.person_id,
        asked_at=now,
        expires_at=now + rules.KINDS[kind].waits,
    )
    session.add(act)
    session.flush()
    tell(session, act.id, "asked", now)
    return act.id


def sign(session: Session, standing: Standing, act_id: int, now: datetime) -> None:
    """Sign an act, which does it.

    Raises `ActUnknown`, `ActOver`, `NotYourOffice`, `OneSignature`, and what its kind refuses.
    """
    act = _locked(session, standing.community.id, act_id)
    state = rules.state_of(act.expires_at, act.signed_at, act.ended_at, now)
    rules.ensure_may_sign(act.kind, state, act.asked_by, standing.person_id, standing.roles)
    facts, doing = json.loads(act.facts), DOING[act.kind]
    doing.ensure(session, standing.community, facts, standing.person_id, now)
    act.signed_by, act.signed_at = standing.person_id, now
    session.flush()
    signatures = Signatures(act.id, act.asked_by, standing.person_id)
    doing.do(session, standing.community, facts, act.reason, signatures, now)
    tell(session, act.id, "signed", now)


def vouch(session: Session, acting: Acting, act_id: int, now: datetime) -> None:
    """Have the acting cell vouch for one that is to be enrolled; the second vouch enrols it.

    Raises `ActUnknown`, `ActOver`, `MayNotVouch` or `Vouched`.
    """
    act = _locked(session, acting.community.id, act_id)
    if act.kind != "enrol":
        raise ActUnknown
    if rules.state_of(act.expires_at, act.signed_at, act.ended_at, now) is not State.WAITING:
        raise ActOver
    if not enrolling.vouch(session, acting, act, now):
        return
    act.signed_at = now
    session.flush()
    signatures = Signatures(act.id, act.asked_by, None)
    facts = json.loads(act.facts)
    DOING[act.kind].do(session, acting.community, facts, act.reason, signatures, now)
    tell(session, act.id, "signed", now)


def end(session: Session, standing: Standing, act_id: int, now: datetime) -> None:
    """Withdraw an act of one's own, or refuse to sign another's: it is over then.

    Raises `ActUnknown`, `ActOver` or `NotYourOffice`.
    """
    act = _locked(session, standing.community.id, act_id)
    state = rules.state_of(act.expires_at, act.signed_at, act.ended_at, now)
    rules.ensure_may_end(act.kind, state, act.asked_by, standing.person_id, standing.roles)
    act.ended_by, act.ended_at = standing.person_id, now
    session.flush()
    tell(session, act.id, "ended", now)


def _locked(session: Session, community_id: int, act_id: int) -> Act:
    act = session.get(Act, act_id, with_for_update=True, populate_existing=True)
    if act is None or act.community_id != community_id:
        raise ActUnknown
    return act
