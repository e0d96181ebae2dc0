"""What people agreed to: which version of who sees balances, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from ledger.members.model import Acceptance, Community, Transparency
from ledger.members.queries.belonging import communities_of
from ledger.members.queries.communities import (
    CommunityView,
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What holds in a community, and what a person agreed to there.

    `version` and `level` are of now; `accepted` is the newest version that the person
    agreed to, at `accepted_at`: both None if none is on record.
    """

    community: CommunityView
    version: int
    level: str
    accepted: int | None
    accepted_at: datetime | None

    @property
    def is_current(self) -> bool:
        """Whether the person agreed to what holds now."""
        return self.accepted == self.version


def agreed(session: Session, person_id: int, now: datetime) -> list[Agreed]:
    """What holds in each community that the person belongs to, by name."""
    return [
        found
        for place in communities_of(session, person_id, now)
        if (found := agreed_in(session, place.community, person_id))
    ]


def agreed_in(session: Session, where: CommunityView, person_id: int) -> Agreed | None:
    """What holds in one community, in one statement; None before it says who sees balances."""
    newest = (
        select(func.max(Acceptance.version))
        .where(Acceptance.community_id == where.id, Acceptance.person_id == person_id)
        .scalar_subquery()
    )
    own = and_(
        Acceptance.community_id == Transparency.community_id,
        Acceptance.person_id == person_id,
        Acceptance.version == newest,
    )
    row = session.execute(
        select(Transparency.version, Transparency.level, Acceptance.version, Acceptance.accepted_at)
        .outerjoin(Acceptance, own)
        .where(Transparency.community_id == where.id)
        .order_by(Transparency.version.desc())
        .limit(1)
    ).one_or_none()
    return Agreed(where, *row) if row else None


def to_agree_again(session: Session, where: CommunityView, person_id: int) -> Agreed | None:
    """What changed since the person agreed; None where there is nothing to ask them.

    Of who came before this was kept only a version that rose since the founding is asked.
    """
    found = agreed_in(session, where, person_id)
    return found if found and found.version > (found.accepted or 1) else None


def accepted_by(session: Session, person_id: int) -> list[tuple[str, int, str, datetime]]:
    """Code, version, level and instant of all that the person agreed to, the first first."""
    of = and_(
        Transparency.community_id == Acceptance.community_id,
        Transparency.version == Acceptance.version,
    )
    rows = session.execute(
        select(Community.code, Acceptance.version, Transparency.level, Acceptance.accepted_at)
        .join(Community, Community.id == Acceptance.community_id)
        .join(Transparency, of)
        .where(Acceptance.person_id == person_id)
        .order_by(Acceptance.accepted_at, Community.code)
    )
    return [(code, version, level, at) for code, version, level, at in rows]
