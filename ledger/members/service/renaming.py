"""What the community calls itself: its name, place and language, changed by two who serve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ledger.kernel.names import normal_name
from ledger.members.errors import NothingChanged
from ledger.members.model import Community
from ledger.members.queries import CommunityView

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

KIND = "rename"

Facts = Mapping[str, object]


def facts_of(name: str, place: str, language: str) -> dict[str, object]:
    """The facts of the act that renames. Raises `NameUnreadable`."""
    return {"name": normal_name(name), "place": normal_name(place), "language": language}


class Renaming:
    """`{"name": …, "place": …, "language": "id" or "en"}`."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Raises `NothingChanged`."""
        now_said = (community.name, community.place, community.language)
        if (facts["name"], facts["place"], facts["language"]) == now_said:
            raise NothingChanged

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """The community is called so from now on; its code and unit stay."""
        kept = session.get_one(Community, community.id)
        kept.name, kept.place = str(facts["name"]), str(facts["place"])
        kept.language = str(facts["language"])
        session.flush()
