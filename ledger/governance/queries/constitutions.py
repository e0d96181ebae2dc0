"""Versions of a community's constitution."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import ConstitutionRow
from ledger.governance.rules.constitution import Constitution, founding, read
from ledger.members.queries import CommunityView


@dataclass(frozen=True, slots=True)
class ConstitutionView:
    """A version, and by what authority it came into force: `founding` or `decision:7`."""

    version: int
    text: Constitution
    authority: str
    in_force_at: datetime


def constitution_in_force(session: Session, community_id: int) -> ConstitutionView | None:
    """The newest version; None before the first proposal adopted the founding one."""
    found = versions(session, community_id)
    return found[0] if found else None


def text_in_force(session: Session, community: CommunityView) -> Constitution:
    """What holds now: the newest version, or the founding one that the first proposal adopts."""
    found = constitution_in_force(session, community.id)
    return found.text if found else founding(-community.founding_floor, community.unit.scale)


def constitution_version(
    session: Session, community_id: int, version: int
) -> ConstitutionView | None:
    """One version, or None."""
    row = session.get(ConstitutionRow, (community_id, version))
    return _view(row) if row else None


def versions(session: Session, community_id: int) -> list[ConstitutionView]:
    """Every version, the newest first."""
    rows = session.scalars(
        select(ConstitutionRow)
        .where(ConstitutionRow.community_id == community_id)
        .order_by(ConstitutionRow.version.desc())
    )
    return [_view(row) for row in rows]


def _view(row: ConstitutionRow) -> ConstitutionView:
    return ConstitutionView(
        row.version, read(json.loads(row.document)), row.authority, row.in_force_at
    )
