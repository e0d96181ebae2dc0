"""Versions of a community's constitution."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import ConstitutionRow
from ledger.governance.rules.constitution import Constitution, founding, read
from ledger.members.queries import CommunityView, transparencies, transparency


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
    return found.text if found else founding_text(session, community)


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


def constitutions(session: Session, community: CommunityView) -> list[ConstitutionView]:
    """Every version, the newest first; the founding one also where nothing was decided yet."""
    found = versions(session, community.id)
    if found:
        return found
    founded_at = transparencies(session, community.id)[-1].since
    return [ConstitutionView(1, founding_text(session, community), "founding", founded_at)]


def founding_text(session: Session, community: CommunityView) -> Constitution:
    """What holds in a community that has not voted on anything: what it was founded with."""
    text = founding(-community.founding_floor, community.unit.scale)
    return replace(text, transparency=transparency(session, community.id).level)


def _view(row: ConstitutionRow) -> ConstitutionView:
    return ConstitutionView(
        row.version, read(json.loads(row.document)), row.authority, row.in_force_at
    )
