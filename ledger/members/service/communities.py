"""Making a community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.kernel.names import normal_name
from ledger.kernel.units import Unit
from ledger.members.errors import CodeTaken, ZoneUnknown
from ledger.members.model import Community
from ledger.members.rules.units import ensure_code, ensure_own_unit
from ledger.members.service.transparency import set_transparency
from ledger.text.currencies import names_of_state_money


@dataclass(frozen=True, slots=True)
class FoundCommunity:
    """A community to be made. The founding limits, in smallest parts, hold for new cells."""

    code: str
    name: str
    place: str
    unit: Unit
    zone: str
    language: str
    founding_floor: int
    founding_ceiling: int | None
    transparency: str = "members"


def found_community(session: Session, command: FoundCommunity, now: datetime) -> int:
    """Make the community, open its books, and return its id.

    Raises `CodeUnreadable`, `CodeTaken`, `ZoneUnknown`, `NameUnreadable`, and what
    `rules.units.ensure_own_unit` raises.
    """
    ensure_code(command.code)
    ensure_own_unit(command.unit, names_of_state_money())
    if command.zone not in available_timezones():
        raise ZoneUnknown(zone=command.zone)
    if session.scalar(select(Community.id).where(Community.code == command.code)):
        raise CodeTaken
    made = Community(
        code=command.code,
        name=normal_name(command.name),
        place=command.place,
        unit_name=command.unit.name,
        unit_symbol=command.unit.symbol,
        unit_scale=command.unit.scale,
        unit_export_code=command.unit.export_code,
        time_zone=command.zone,
        language=command.language,
        founding_floor=command.founding_floor,
        founding_ceiling=command.founding_ceiling,
        created_at=now,
    )
    session.add(made)
    session.flush()
    journal.open_book(session, made.id, now)
    set_transparency(session, made.id, command.transparency, "founding", now)
    return made.id
