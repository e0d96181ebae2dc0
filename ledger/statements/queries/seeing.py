"""How much of a closing somebody may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader may see, `standing` None being the public.

    `sheet`: all figures of the community's sheet, not the first few alone. `lines`: every
    account's figures.
    """

    standing: Standing | None
    sheet: bool
    lines: bool


def sight(session: Session, community: CommunityView, standing: Standing | None) -> Sight:
    """What a reader may see, from the community's transparency; None is the public.

    Members see the whole sheet; the public unless balances are kept to oneself.
    """
    level = members.transparency(session, community.id).level
    lines = members.balances_seen(session, community, standing) is None
    return Sight(standing, standing is not None or level != "own", lines)
