"""Lots from the call to the drawing: promised, revealed, sealed and drawn, each in its time.

A lot draws itself: the job comes by when the time for revealing is over, hands in what
went into the seed, and draws by the first seal after that time. What a steward promised
and did not reveal is left out, for everybody to see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import (
    LotTooLarge,
    LotUnknown,
    NonceNeeded,
    NoncePromised,
    NotYours,
    TooEarly,
    TooLate,
)
from ledger.governance.model import LotNonce, LotPlace, LotRow
from ledger.governance.queries.lots import as_drawn, name_of
from ledger.governance.rules import lots as rules
from ledger.governance.rules.lots import Lot
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.notices import announce
from ledger.jobs.service import Payload, schedule
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel.clock import to_micros
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing

LOT = "governance.lot"
"""The job that draws a lot."""

SOON = timedelta(minutes=1)

Places = Mapping[int, tuple[int, int]]
"""Who can be drawn: (cell, person) by a number within the lot."""

AfterDrawing = Callable[[Session, CommunityView, LotRow, Lot, datetime], None]


def call_lot(
    session: Session,
    community: CommunityView,
    purpose: str,
    places: Places,
    count: int,
    now: datetime,
    *,
    step: timedelta = rules.STEP,
    proposal: int | None = None,
) -> int:
    """Call a lot for `count` of `places` and ask every steward for their part in its seed.

    `step` is how long they may promise, and then reveal. Returns its number. Raises `LotTooLarge`.
    """
    if not 0 < count <= len(places):
        raise LotTooLarge(count=count, size=len(places))
    ensure_constitution(session, community, now)  # its row's lock orders the numbers of lots
    newest = select(func.max(LotRow.number)).where(LotRow.community_id == community.id)
    row = LotRow(
        community_id=community.id,
        number=(session.scalar(newest) or 0) + 1,
        purpose=purpose,
        proposal=proposal,
        count=count,
        called_at=now,
        commit_until=now + step,
        reveal_until=now + 2 * step,
    )
    session.add(row)
    session.flush()
    _write_places(session, community, row, places, now)
    roster = rules.roster_digest(name_of(community, row), tuple(places))
    journal.attest(session, community.id, "lot", roster, now)
    _draw_at(session, row, row.reveal_until, now)
    announce(session, "lot_called", community.id, now, about=row.number)
    announce(session, "lot_open", community.id, row.commit_until, about=row.number, now=now)
    return row.number


def promise_nonce(
    session: Session, standing: Standing, number: int, nonce: bytes, *, keep: bool, now: datetime
) -> None:
    """Commit to a nonce, once; with `keep` it is kept here until its steward reveals it.

    The same nonce again changes nothing. Raises `LotUnknown`, `NotYours`, `TooLate`,
    `NoncePromised` or `NonceUnreadable`.
    """
    row, part = _part(session, standing, number)
    if now >= row.commit_until:
        raise TooLate
    promised = rules.nonce_commitment(name_of(standing.community, row), part.number, nonce)
    if part.commitment is not None:
        if part.commitment == promised:
            return
        raise NoncePromised
    part.commitment, part.committed_at = promised, now
    part.nonce = nonce if keep else None
    session.flush()


def reveal_nonce(
    session: Session, standing: Standing, number: int, nonce: bytes | None, now: datetime
) -> None:
    """Reveal what one committed to; without `nonce`, what was kept. Done twice it is done once.

    Raises `LotUnknown`, `NotYours`, `TooEarly`, `TooLate`, `NonceNeeded`,
    `NonceUnreadable` or `NonceMismatch`.
    """
    row, part = _part(session, standing, number)
    if now < row.commit_until:
        raise TooEarly(opens_at=row.commit_until)
    if now >= row.reveal_until:
        raise TooLate
    brought = nonce or part.nonce
    if brought is None:
        raise NonceNeeded
    about = name_of(standing.community, row)
    rules.ensure_revealed(about, part.number, brought, part.commitment)
    if part.revealed_at is None:
        part.nonce, part.revealed_at = brought, now
    session.flush()


def draw_due(
    session: Session, payload: Payload, now: datetime, *, after: Mapping[str, AfterDrawing]
) -> None:
    """The job: draw when the time has come, or hand in what went into it and come again.

    `after` does what follows from a drawing, by the lot's purpose.
    """
    community_id, number = payload["community"], payload["lot"]
    assert isinstance(community_id, int)
    assert isinstance(number, int)
    community = members.community(session, community_id)
    row = session.get(LotRow, (community_id, number), with_for_update=True)
    if community is None or row is None:
        raise LotUnknown
    if row.drawn_at is not None or now < row.reveal_until:
        return
    if not _draw(session, row, now):
        _hand_in(session, community, row, now)
        _draw_at(session, row, now + SOON, now)
        return
    drawn = as_drawn(session, community, row)
    assert drawn is not None
    after[row.purpose](session, community, row, drawn, now)


def _draw(session: Session, row: LotRow, now: datetime) -> bool:
    """Note the first seal after the time for revealing; whether it has been made."""
    sealed = books.first_seal_from(session, row.community_id, row.reveal_until)
    if sealed is None:
        return False
    row.seal_number, row.seal, row.drawn_at = sealed.number, sealed.hash, now
    session.flush()
    return True


def _hand_in(session: Session, community: CommunityView, row: LotRow, now: datetime) -> None:
    """Have the next seal cover what was revealed: so there is a next seal, and it holds."""
    if row.attested_at is not None:
        return
    parts = session.scalars(_parts(row).where(LotNonce.revealed_at.is_not(None)))
    nonces = [(one.number, one.nonce) for one in parts if one.nonce is not None]
    gathered = rules.revealed_digest(name_of(community, row), nonces)
    journal.attest(session, community.id, "lot", gathered, now)
    row.attested_at = now
    session.flush()


def _write_places(
    session: Session, community: CommunityView, row: LotRow, places: Places, now: datetime
) -> None:
    key = {"community_id": row.community_id, "lot": row.number}
    session.add_all(
        LotPlace(**key, number=number, cell=cell, person_id=person)
        for number, (cell, person) in sorted(places.items())
    )
    stewards = members.ids_of_role(session, community.id, ["steward"], now)
    session.add_all(
        LotNonce(**key, number=number, person_id=person)
        for number, person in enumerate(stewards, 1)
    )
    session.flush()


def _part(session: Session, standing: Standing, number: int) -> tuple[LotRow, LotNonce]:
    """The lot, locked, and the steward's part in it."""
    row = session.get(LotRow, (standing.community.id, number), with_for_update=True)
    if row is None:
        raise LotUnknown
    part = session.scalar(_parts(row).where(LotNonce.person_id == standing.person_id))
    if part is None:
        raise NotYours
    return row, part


def _parts(row: LotRow) -> Select[LotNonce]:
    return (
        select(LotNonce)
        .where(LotNonce.community_id == row.community_id, LotNonce.lot == row.number)
        .order_by(LotNonce.number)
    )


def _draw_at(session: Session, row: LotRow, due: datetime, now: datetime) -> None:
    payload = {"community": row.community_id, "lot": row.number}
    key = f"{LOT}:{row.community_id}:{row.number}:{to_micros(due)}"
    schedule(session, LOT, payload, due, key, now=now)
