"""Enrolling cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.credit import service as credit
from ledger.kernel.names import folded, normal_name
from ledger.members.errors import NumberTaken
from ledger.members.model import Cell
from ledger.members.rules.cells import in_order


@dataclass(frozen=True, slots=True)
class EnrolCell:
    """A cell to be enrolled under `number`, which its account gets too."""

    number: int
    name: str
    joined_on: date
    elements: tuple[str, ...] = ()
    activity: str | None = None
    line_of_business: str | None = None
    locality: str | None = None
    province: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    email: str | None = None
    is_email_shown: bool = False
    phone: str | None = None
    is_phone_shown: bool = False
    act_id: int | None = None
    origin: str | None = None


def ensure_describes_a_cell(command: EnrolCell) -> tuple[str, tuple[str, ...]]:
    """The name and elements as they will be kept. Raises `NameUnreadable`, `ElementUnknown`."""
    return normal_name(command.name), in_order(command.elements)


def enrol_cell(
    session: Session, community_id: int, command: EnrolCell, limit: credit.Limit, now: datetime
) -> None:
    """Enrol the cell and open its account with `limit`.

    Raises `NumberTaken`, `NameUnreadable` or `ElementUnknown`.
    """
    if session.get(Cell, (community_id, command.number)) is not None:
        raise NumberTaken(account=command.number)
    name, elements = ensure_describes_a_cell(command)
    credit.open_with_limit(session, community_id, command.number, kind="cell", limit=limit, now=now)
    session.add(
        Cell(
            community_id=community_id,
            number=command.number,
            name=name,
            search_name=folded(name),
            elements=";".join(elements),
            activity=command.activity,
            line_of_business=command.line_of_business,
            locality=command.locality,
            province=command.province,
            latitude=command.latitude,
            longitude=command.longitude,
            email=command.email,
            is_email_shown=command.is_email_shown,
            phone=command.phone,
            is_phone_shown=command.is_phone_shown,
            joined_on=command.joined_on,
            act_id=command.act_id,
            origin=command.origin,
        )
    )
    session.flush()
