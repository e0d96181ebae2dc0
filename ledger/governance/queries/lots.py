"""Lots as pages show them and as anybody can draw them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.governance.model import LotNonce, LotPlace, LotRow
from ledger.governance.rules import lots as rules
from ledger.governance.rules.lots import Lot, Stage
from ledger.identity import queries as identity
from ledger.kernel.clock import to_micros
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members.queries import CommunityView

_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Somebody who can be drawn: the person who voted for a cell when the lot was called."""

    number: int
    cell: int
    shown: str
    name: str
    person_id: int
    person: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A steward's part in the seed; digests in hex. A nonce shows once it is revealed."""

    number: int
    person_id: int
    name: str
    commitment: str | None
    nonce: str | None
    is_kept: bool


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot in a list; `name` as in `SB/L3`."""

    number: int
    name: str
    purpose: str
    proposal: int | None
    commit_until: datetime
    reveal_until: datetime
    drawn_at: datetime | None
    stage: Stage


@dataclass(frozen=True, slots=True)
class LotPage:
    """Some lots, the newest first; with the number before which to look for `older` ones."""

    lots: tuple[LotLine, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class LotView(LotLine):
    """A lot with all that is known of it; `drawn` are the places drawn, none before."""

    count: int
    called_at: datetime
    seal_number: int | None
    places: tuple[PlaceView, ...]
    parts: tuple[PartView, ...]
    roster_digest: str
    lot: Lot | None
    drawn: tuple[PlaceView, ...]

    @property
    def withheld(self) -> tuple[PartView, ...]:
        """The stewards who promised a nonce and did not reveal it in time."""
        missing = self.lot.withheld if self.lot else ()
        return tuple(part for part in self.parts if part.number in missing)

    def part_of(self, person_id: int) -> PartView | None:
        """The part of a steward, or None."""
        return next((one for one in self.parts if one.person_id == person_id), None)

    def published(self) -> dict[str, Any] | None:
        """Everything that it takes to draw again, as JSON holds it; None before the drawing."""
        if self.lot is None:
            return None
        return {
            "format": rules.FORMAT,
            "purpose": self.purpose,
            "count": self.count,
            "called_at": to_micros(self.called_at),
            "commit_until": to_micros(self.commit_until),
            "reveal_until": to_micros(self.reveal_until),
            "seal_number": self.seal_number,
            **self.lot.derivation(),
        }


def name_of(community: CommunityView, row: LotRow) -> str:
    """What a lot is called, and hashed as: `SB/L3`."""
    return f"{community.code}/L{row.number}"


def lot(session: Session, community: CommunityView, number: int, now: datetime) -> LotView | None:
    """One lot, or None."""
    row = session.get(LotRow, (community.id, number))
    return _view(session, community, row, now) if row else None


def lots(
    session: Session, community: CommunityView, now: datetime, *, before: int | None = None
) -> LotPage:
    """A page of the community's lots, the newest first, or those called before number `before`."""
    wanted = select(LotRow).where(LotRow.community_id == community.id)
    if before is not None:
        wanted = wanted.where(LotRow.number < before)
    rows = session.scalars(wanted.order_by(LotRow.number.desc()).limit(_ON_A_PAGE + 1)).all()
    shown = rows[:_ON_A_PAGE]
    lines = tuple(_line(community, row, now) for row in shown)
    return LotPage(lines, shown[-1].number if len(rows) > _ON_A_PAGE else None)


def _line(community: CommunityView, row: LotRow, now: datetime) -> LotLine:
    return LotLine(
        number=row.number,
        name=name_of(community, row),
        purpose=row.purpose,
        proposal=row.proposal,
        commit_until=row.commit_until,
        reveal_until=row.reveal_until,
        drawn_at=row.drawn_at,
        stage=_stage(row, now),
    )


def lots_for(
    session: Session, community_id: int, person_id: int, now: datetime
) -> list[tuple[int, datetime]]:
    """The lots for which a steward can promise or reveal something now, and until when."""
    rows = session.execute(
        select(LotRow.number, LotRow.commit_until, LotRow.reveal_until, LotNonce.commitment)
        .join(
            LotNonce,
            (LotNonce.community_id == LotRow.community_id) & (LotNonce.lot == LotRow.number),
        )
        .where(LotRow.community_id == community_id, LotNonce.person_id == person_id)
        .where(LotRow.reveal_until > now, LotNonce.revealed_at.is_(None))
        .order_by(LotRow.number)
    )
    return [
        (row.number, row.reveal_until if row.commitment else row.commit_until)
        for row in rows
        if (now < row.commit_until) == (row.commitment is None)
    ]


def as_drawn(session: Session, community: CommunityView, row: LotRow) -> Lot | None:
    """The drawing, made again from what went into it; None before it."""
    if row.seal is None:
        return None
    parts = session.scalars(
        select(LotNonce).where(
            LotNonce.community_id == row.community_id, LotNonce.lot == row.number
        )
    ).all()
    pool = session.scalars(
        select(LotPlace.number).where(
            LotPlace.community_id == row.community_id, LotPlace.lot == row.number
        )
    ).all()
    return rules.draw(
        name_of(community, row),
        pool,
        row.count,
        commitments={one.number: one.commitment for one in parts if one.commitment},
        revealed={one.number: one.nonce for one in parts if one.nonce and one.revealed_at},
        seal=row.seal,
    )


def _stage(row: LotRow, now: datetime) -> Stage:
    is_drawn = row.drawn_at is not None
    return rules.stage(row.commit_until, row.reveal_until, is_drawn=is_drawn, now=now)


def _view(session: Session, community: CommunityView, row: LotRow, now: datetime) -> LotView:
    places = _places(session, community, row)
    drawn = as_drawn(session, community, row)
    by_number = {one.number: one for one in places}
    return LotView(
        number=row.number,
        name=name_of(community, row),
        purpose=row.purpose,
        proposal=row.proposal,
        count=row.count,
        called_at=row.called_at,
        commit_until=row.commit_until,
        reveal_until=row.reveal_until,
        drawn_at=row.drawn_at,
        seal_number=row.seal_number,
        stage=_stage(row, now),
        places=places,
        parts=_parts(session, row),
        roster_digest=rules.roster_digest(name_of(community, row), list(by_number)).hex(),
        lot=drawn,
        drawn=tuple(by_number[one] for one in drawn.drawn) if drawn else (),
    )


def _places(session: Session, community: CommunityView, row: LotRow) -> tuple[PlaceView, ...]:
    rows = session.scalars(
        select(LotPlace)
        .where(LotPlace.community_id == row.community_id, LotPlace.lot == row.number)
        .order_by(LotPlace.number)
    ).all()
    cells = members.names_by_number(session, community.id, [one.cell for one in rows])
    people = identity.names_of(session, [one.person_id for one in rows])
    return tuple(
        PlaceView(
            one.number,
            one.cell,
            shown_number(community.code, one.cell),
            cells.get(one.cell, ""),
            one.person_id,
            people.get(one.person_id, ""),
        )
        for one in rows
    )


def _parts(session: Session, row: LotRow) -> tuple[PartView, ...]:
    rows = session.scalars(
        select(LotNonce)
        .where(LotNonce.community_id == row.community_id, LotNonce.lot == row.number)
        .order_by(LotNonce.number)
    ).all()
    names = identity.names_of(session, [one.person_id for one in rows])
    return tuple(
        PartView(
            one.number,
            one.person_id,
            names.get(one.person_id, ""),
            one.commitment.hex() if one.commitment else None,
            one.nonce.hex() if one.nonce and one.revealed_at else None,
            one.nonce is not None and one.revealed_at is None,
        )
        for one in rows
    )
