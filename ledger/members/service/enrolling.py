"""Enrolling cells: asked for by a coordinator, then two cells vouch or a second one signs.

So nobody mints limits with shell cells: the vouching cells have been here for a
while, others than the asker enrolled them, and their people are neither each other
nor who asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.names import normal_name, skeleton
from ledger.members.errors import (
    NameLooksLike,
    Vouched,
)
from ledger.members.model import Act, Cell, Community, Vouch
from ledger.members.queries import Acting, CommunityView, names_like, voucher_of
from ledger.members.rules.cells import in_order
from ledger.members.rules.vouching import NEEDED, ensure_may_vouch
from ledger.members.service.cells import EnrolCell, enrol_cell
from ledger.members.service.newcomers import newcomers_limit

if TYPE_CHECKING:
    from ledger.members.service.acts import Signatures

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewCell:
    """What is known of a cell before it is enrolled. Contacts come from its own people."""

    name: str
    elements: tuple[str, ...] = ()
    activity: str | None = None
    line_of_business: str | None = None
    locality: str | None = None
    province: str | None = None


def facts_of(cell: NewCell) -> dict[str, object]:
    """The facts of the act that enrols `cell`.

    Raises `NameUnreadable` or `ElementUnknown`.
    """
    said = {name: value or None for name, value in asdict(cell).items()}
    return {**said, "name": normal_name(cell.name), "elements": list(in_order(cell.elements))}


def ensure_unlike(
    session: Session, community_id: int, name: str, *, besides: int | None = None
) -> None:
    """Raise `NameLooksLike` if the name of a cell other than `besides` can be taken for `name`."""
    for other in names_like(session, community_id, skeleton(name), besides):
        raise NameLooksLike(name=other)


class Enrolling:
    """The fields of `NewCell`."""

    def ensure(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        person_id: int,
        now: datetime,
    ) -> None:
        """Nothing refuses it beyond what `facts_of` did."""

    def do(
        self,
        session: Session,
        community: CommunityView,
        facts: Facts,
        reason: str,
        signatures: Signatures,
        now: datetime,
    ) -> None:
        """Give the cell the next number, and its account the limit of newcomers."""
        session.get(Community, community.id, with_for_update={"key_share": True})
        last = session.scalar(
            select(func.max(Cell.number)).where(Cell.community_id == community.id)
        )
        fields = {name: value for name, value in facts.items() if name != "elements"}
        elements = facts["elements"]
        made = EnrolCell(
            number=(last or 0) + 1,
            joined_on=clock.day_of(now, community.zone),
            elements=tuple(elements) if isinstance(elements, list) else (),
            act_id=signatures.act_id,
            **fields,  # type: ignore[arg-type]
        )
        enrol_cell(session, community.id, made, newcomers_limit(session, community), now)


def vouch(session: Session, acting: Acting, act: Act, now: datetime) -> bool:
    """Write the vouch down; whether there are enough now.

    Raises `MayNotVouch`, `TooNewToVouch`, `FromTheSameHand` or `Vouched`.
    """
    ensure_may_vouch(voucher_of(session, acting), act.asked_by, now)
    vouches = session.scalars(select(Vouch).where(Vouch.act_id == act.id)).all()
    if any(acting.account == one.number or acting.person_id == one.person_id for one in vouches):
        raise Vouched
    session.add(
        Vouch(
            act_id=act.id,
            number=acting.account,
            community_id=acting.community.id,
            person_id=acting.person_id,
            vouched_at=now,
        )
    )
    session.flush()
    return len(vouches) + 1 >= NEEDED
