"""The constitution in force, and what people declare about themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.governance.model import ConstitutionRow, Household
from ledger.governance.queries import ConstitutionView, constitution_in_force, founding_text
from ledger.kernel.merkle import canonical
from ledger.members.queries import CommunityView


def ensure_constitution(
    session: Session, community: CommunityView, now: datetime
) -> ConstitutionView:
    """The constitution in force, its row locked; the founding one is adopted where there is none.

    Its equal limit is the one that the community was founded with.
    """
    if constitution_in_force(session, community.id) is None:
        text = founding_text(session, community)
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        adopted = dialect.insert(ConstitutionRow).values(
            community_id=community.id,
            version=1,
            document=canonical(text.document()).decode(),
            authority="founding",
            in_force_at=now,
        )
        session.execute(adopted.on_conflict_do_nothing())
    session.scalars(
        select(ConstitutionRow)
        .where(ConstitutionRow.community_id == community.id)
        .order_by(ConstitutionRow.version.desc())
        .limit(1)
        .with_for_update()
    ).one()
    in_force = constitution_in_force(session, community.id)
    assert in_force is not None
    return in_force


def declare_household(
    session: Session, community_id: int, person_id: int, other_id: int, now: datetime
) -> None:
    """`person_id` says that they share a household with `other_id`; it holds for both."""
    found = session.get(Household, (community_id, person_id, other_id))
    if found is None:
        session.add(
            Household(
                community_id=community_id, person_id=person_id, other_id=other_id, declared_at=now
            )
        )
    else:
        found.ended_at = None
    session.flush()
