"""Market day: many paper slips typed at once; the good ones are booked, each slip once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.journal.errors import AccountFrozen, KeyReused
from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_token
from ledger.members import queries as members
from ledger.members.service import thaw_if_over
from ledger.trades import rules
from ledger.trades.errors import TooManySlips
from ledger.trades.model import Slip, Trade
from ledger.trades.rules.slips import MOST_LINES
from ledger.trades.rules.states import State
from ledger.trades.service.looking import Line, SlipKey, Written, look, recall
from ledger.trades.service.recording import JUDGED, Deal, new_salt, without_figures
from ledger.trades.service.telling_slips import tell_typed

SOURCE = "slip"


@dataclass(frozen=True, slots=True)
class TypeSlips:
    """Slips of one day, as a coordinator typed them. `batch` is the key of their grid."""

    occurred_on: date
    lines: tuple[Written, ...]
    batch: str


@dataclass(frozen=True, slots=True)
class _Ready:
    """A line that only the books can still refuse."""

    line: Line
    deal: Deal
    slip: SlipKey
    salt: bytes


def type_slips(
    session: Session, standing: members.Standing, command: TypeSlips, now: datetime
) -> list[Line]:
    """Book what is good of these lines, and say of each what became of it.

    A line with a `token` is booked, now or by the same request before; one without has
    its `problems`, or lacks something. Lines are judged in their order, each on what those
    before it left. Both cells of what is booked are told. Raises `DayAhead`, `DayTooOld`
    or `TooManySlips`; then nothing is booked.
    """
    if len(command.lines) > MOST_LINES:
        raise TooManySlips(most=MOST_LINES)
    rules.ensure_day(command.occurred_on, clock.day_of(now, standing.community.zone))
    lines = look(session, standing, command.lines, command.occurred_on, now)
    ready = _claim(session, standing, _ready(lines, command.occurred_on), command)
    booked = _post(session, standing, ready, now)
    _release_claims(session, ready, booked)
    trades = _record(session, standing, booked)
    tell_typed(session, standing.community.id, trades, now)
    return lines


def _ready(lines: Sequence[Line], occurred_on: date) -> list[_Ready]:
    found = []
    for line in lines:
        deal, slip = line.deal(occurred_on), line.written.slip
        if deal and slip and not line.problems and line.token is None:
            found.append(_Ready(line, deal, slip, new_salt()))
    return found


@dataclass(frozen=True, slots=True)
class _Claimed:
    ready: _Ready
    slip_id: int


def _claim(
    session: Session,
    standing: members.Standing,
    ready: Sequence[_Ready],
    command: TypeSlips,
) -> list[_Claimed]:
    """Write down whose the slips are, before any account is touched.

    Whoever types the same slip at the same moment waits here until we are through. All
    claim in one order, so that nobody waits in a circle.
    """
    if not ready:
        return []
    rows = [
        {
            "community_id": standing.community.id,
            "book": one.slip[0],
            "number": one.slip[1],
            "batch": command.batch,
        }
        for one in sorted(ready, key=lambda one: one.slip)
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(Slip)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(Slip.id, Slip.book, Slip.number)
    )
    ids = {(row.book, row.number): row.id for row in session.execute(statement)}
    late = [one.line for one in ready if one.slip not in ids]
    recall(session, standing, late, command.occurred_on)
    return [_Claimed(one, ids[one.slip]) for one in ready if one.slip in ids]


@dataclass(frozen=True, slots=True)
class _Booked:
    claimed: _Claimed
    posted: journal.Posted


def _post(
    session: Session, standing: members.Standing, claimed: Sequence[_Claimed], now: datetime
) -> list[_Booked]:
    """Book all that can be booked: whatever the books refuse is set aside, and the rest tried anew.

    A refusal writes nothing, so that trying again is safe.
    """
    rest = list(claimed)
    while rest:
        drafts = [_draft(standing, one.ready) for one in rest]
        try:
            posted = journal.post_many(session, standing.community.id, drafts, now)
        except JUDGED as refusal:
            if not _thawed(session, standing.community.id, refusal, now):
                _refuse(rest.pop(_index(refusal)).ready, refusal)
            continue
        booked = [_Booked(one, done) for one, done in zip(rest, posted, strict=True)]
        return [one for one in booked if not _is_anothers(one)]
    return []


def _is_anothers(one: _Booked) -> bool:
    """Whether the key of the line booked something else, while we waited for the accounts."""
    if one.posted.replayed:
        one.claimed.ready.line.problems[""] = KeyReused()
    return one.posted.replayed


def _draft(standing: members.Standing, one: _Ready) -> journal.Draft:
    deal = one.deal
    return journal.Draft(
        kind="trade",
        postings=((deal.payer, -deal.amount), (deal.payee, deal.amount)),
        occurred_on=deal.occurred_on,
        actor=standing.actor,
        request_key=one.line.written.request_key,
        memo_digest=rules.memo_digest(one.salt, deal.what),
    )


def _index(refusal: LedgerError) -> int:
    index = refusal.facts["index"]
    if not isinstance(index, int):
        raise TypeError(f"the place of a draft is a number, not {index!r}")
    return index


def _thawed(session: Session, community_id: int, refusal: LedgerError, now: datetime) -> bool:
    """Whether only a freeze whose time is over stood against it."""
    number = refusal.facts["account"]
    is_frozen = isinstance(refusal, AccountFrozen) and isinstance(number, int)
    return is_frozen and thaw_if_over(session, community_id, int(str(number)), now)


def _refuse(one: _Ready, refusal: LedgerError) -> None:
    """Say the refusal at its field, without a figure: those of others are theirs to know."""
    told = without_figures(refusal)
    side = "from" if refusal.facts["account"] == one.deal.payer else "to"
    one.line.problems[told.field or side] = told


def _release_claims(
    session: Session, claimed: Sequence[_Claimed], booked: Sequence[_Booked]
) -> None:
    """A slip that was refused does not count: it can be typed again."""
    kept = {one.claimed.slip_id for one in booked}
    refused = [one.slip_id for one in claimed if one.slip_id not in kept]
    if refused:
        session.execute(delete(Slip).where(Slip.id.in_(refused)))


def _record(session: Session, standing: members.Standing, booked: Sequence[_Booked]) -> list[Trade]:
    if not booked:
        return []
    rows = [_row(standing, one.claimed.ready, one.posted) for one in booked]
    recorded = session.scalars(insert(Trade).returning(Trade), rows)
    by_entry = {trade.entry_id: trade for trade in recorded}
    trades = [by_entry[one.posted.entry_id] for one in booked]
    pairs = list(zip(booked, trades, strict=True))
    for one, trade in pairs:
        one.claimed.ready.line.token = trade.token
    of = [{"id": one.claimed.slip_id, "trade_id": trade.id} for one, trade in pairs]
    session.execute(update(Slip), of)
    return trades


def _row(standing: members.Standing, one: _Ready, posted: journal.Posted) -> dict[str, object]:
    return {
        "community_id": standing.community.id,
        "entry_id": posted.entry_id,
        "state": State.CONFIRMED.value,
        "payer": one.deal.payer,
        "payee": one.deal.payee,
        "amount": one.deal.amount,
        "what": one.deal.what,
        "salt": one.salt,
        "occurred_on": one.deal.occurred_on,
        "source": SOURCE,
        "recorded_by": standing.actor,
        "request_key": one.line.written.request_key,
        "token": new_token(),
        "created_at": posted.booked_at,
    }
