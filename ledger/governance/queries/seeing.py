"""How much somebody sees of proposals and decisions about an account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.governance.rules.sight import Sight, sight
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing


def sight_of(
    session: Session, community: CommunityView, standing: Standing | None, account: int
) -> Sight:
    """What somebody sees; `standing` is None for those who do not belong to the community."""
    level = members.transparency(session, community.id).level
    if standing is None:
        return sight(level, frozenset(), belongs=False, is_subject=False)
    is_subject = account in {one.number for one in standing.cells}
    return sight(level, standing.roles, belongs=True, is_subject=is_subject)
