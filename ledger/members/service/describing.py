"""What a cell says of itself, changed by who holds it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.identity.rules.contacts import normal_email, normal_phone
from ledger.kernel.names import folded, normal_name, skeleton
from ledger.members.errors import CellUnknown, NotTheHolder
from ledger.members.model import Cell
from ledger.members.queries import Acting
from ledger.members.rules.cells import in_order
from ledger.members.service.enrolling import ensure_unlike


@dataclass(frozen=True, slots=True)
class Describe:
    """A cell's name, elements, work, place, and contacts with a consent each."""

    name: str
    elements: tuple[str, ...]
    line_of_business: str
    activity: str
    locality: str
    province: str
    email: str
    is_email_shown: bool
    phone: str
    is_phone_shown: bool
    is_name_meant: bool = False
    """Although it can be taken for another cell's name."""


def description(session: Session, acting: Acting) -> Describe:
    """What the acting cell says of itself, contacts included. Raises `CellUnknown`."""
    cell = _cell(session, acting)
    return Describe(
        cell.name,
        tuple(cell.elements.split(";")) if cell.elements else (),
        cell.line_of_business or "",
        cell.activity or "",
        cell.locality or "",
        cell.province or "",
        cell.email or "",
        cell.is_email_shown,
        cell.phone or "",
        cell.is_phone_shown,
    )


def describe(session: Session, acting: Acting, command: Describe) -> None:
    """Change it.

    Raises `NotTheHolder`, `NameUnreadable`, `NameLooksLike`, `ElementUnknown`,
    `EmailUnreadable` or `PhoneUnreadable`.
    """
    if acting.kind != "holder":
        raise NotTheHolder
    cell = _cell(session, acting)
    name = normal_name(command.name)
    if skeleton(name) != skeleton(cell.name) and not command.is_name_meant:
        ensure_unlike(session, acting.community.id, name, besides=acting.account)
    cell.name, cell.search_name = name, folded(name)
    cell.elements = ";".join(in_order(command.elements))
    cell.line_of_business = command.line_of_business or None
    cell.activity = command.activity or None
    cell.locality = command.locality or None
    cell.province = command.province or None
    cell.email = normal_email(command.email) if command.email else None
    cell.is_email_shown = command.is_email_shown
    cell.phone = normal_phone(command.phone) if command.phone else None
    cell.is_phone_shown = command.is_phone_shown
    session.flush()


def _cell(session: Session, acting: Acting) -> Cell:
    found = session.get(Cell, (acting.community.id, acting.account))
    if found is None:
        raise CellUnknown
    return found
