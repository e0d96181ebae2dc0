"""Making a community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.kernel.errors import Refused
from ledger.kernel.names import normal_name
from ledger.kernel.units import Unit
from ledger.members.errors import CodeTaken, CodeUnreadable, ZoneUnknown
from ledger.members.model import Community
from ledger.members.rules import units
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


def faults_of(command: FoundCommunity) -> list[Refused]:
    """All that speaks against the community as it is written, each at a field of its own.

    May hold `CodeUnreadable`, `ZoneUnknown`, and what `rules.units.faults_of` finds.
    """
    found = units.faults_of(command.unit, names_of_state_money())
    if not units.is_code(command.code):
        found.insert(0, CodeUnreadable())
    if command.zone not in available_timezones():
        found.append(ZoneUnknown(zone=command.zone))
    return found


def found_community(session: Session, command: FoundCommunity, now: datetime) -> int:
    """Make the community, open its books, and return its id.

    Raises `CodeTaken`, `NameUnreadable`, and the first of `faults_of`.
    """
    for fault in faults_of(command):
        raise fault
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
