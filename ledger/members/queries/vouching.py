"""The cells that wait to be enrolled, as somebody sees them who could vouch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.kernel.errors import Refused
from ledger.members.model import Act, Cell, Vouch
from ledger.members.queries.acts import ActView, views_of
from ledger.members.queries.belonging import Acting
from ledger.members.queries.household import people_of_place
from ledger.members.rules.vouching import Voucher, ensure_may_vouch


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cell that waits to be enrolled.

    `is_vouched`: the acting cell or person did so; `refusal`: why they may not.
    """

    act: ActView
    is_vouched: bool
    refusal: Refused | None

    @property
    def is_open(self) -> bool:
        """Whether the acting cell could vouch now."""
        return not self.is_vouched and self.refusal is None


def candidates(session: Session, acting: Acting, now: datetime) -> list[Candidate]:
    """The cells that wait to be enrolled, oldest first."""
    rows = session.scalars(
        select(Act)
        .where(Act.community_id == acting.community.id, Act.kind == "enrol")
        .where(Act.signed_at.is_(None), Act.ended_at.is_(None), Act.expires_at > now)
        .order_by(Act.id)
    ).all()
    if not rows:
        return []
    voucher = voucher_of(session, acting)
    vouched = _vouched(session, acting, rows)
    return [
        Candidate(view, row.id in vouched, _refusal(voucher, row, now))
        for row, view in zip(rows, views_of(session, rows, now), strict=True)
    ]


def voucher_of(session: Session, acting: Acting) -> Voucher:
    """The acting cell and person as one who would vouch."""
    place = (acting.community.id, acting.account)
    account = books.account(session, *place)
    return Voucher(
        kind=acting.kind,
        status=account.status if account else "closed",
        people=people_of_place(session, *place),
        here_since=clock.start_of(acting.cell.joined_on, acting.community.zone),
        enrolled_by=_who_enrolled(session, *place),
    )


def _vouched(session: Session, acting: Acting, acts: Sequence[Act]) -> set[int]:
    """The ids of the acts for which the acting cell or person has vouched."""
    own = or_(Vouch.number == acting.account, Vouch.person_id == acting.person_id)
    wanted = select(Vouch.act_id).where(Vouch.act_id.in_([one.id for one in acts]), own)
    return set(session.scalars(wanted))


def _refusal(voucher: Voucher, act: Act, now: datetime) -> Refused | None:
    try:
        ensure_may_vouch(voucher, act.asked_by, now)
    except Refused as why:
        return why
    return None


def _who_enrolled(session: Session, community_id: int, number: int) -> set[int]:
    """Who asked for this cell, and who signed for it."""
    row = session.execute(
        select(Act.asked_by, Act.signed_by)
        .join(Cell, Cell.act_id == Act.id)
        .where(Cell.community_id == community_id, Cell.number == number)
    ).one_or_none()
    return {one for one in row if one is not None} if row else set()
