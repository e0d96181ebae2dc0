"""Drafting a closing: every account's statement and the community's sheet, from one snapshot."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.credit import queries as limits
from ledger.journal import queries as books
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import SALT_BYTES as NAME_SALT_BYTES
from ledger.kernel.veils import veil
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.statements import queries
from ledger.statements.model import ClosingLine, FrozenName
from ledger.statements.queries.statements import terms
from ledger.statements.rules.composing import Frame, Holder, compose
from ledger.statements.rules.document import Movement, SealRef, Statement, Waiting
from ledger.statements.rules.months import Month
from ledger.statements.rules.proofs import GENESIS, SALT_BYTES, Line
from ledger.statements.rules.running import Running, resume
from ledger.statements.rules.sheet import Closed, draw_up
from ledger.trades import queries as trades

Progress = Callable[[int], object]
"""Told how many postings more were taken in."""

Decided = Callable[[Session, CommunityView, datetime, datetime], Sequence[str]]
"""(session, community, since, until): the numbers of what was decided and came into force."""


@dataclass(slots=True)
class Names:
    """The names frozen so far: the newest version of each cell's, and the new ones."""

    versions: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    fresh: list[dict[str, object]] = field(default_factory=list)

    def digests(self) -> dict[int, bytes | None]:
        return {account: digest for account, (_, digest) in self.versions.items()}


@dataclass(slots=True)
class Draft:
    """A closing that is ready to be written."""

    frame: Frame
    number: int
    previous: bytes
    sheet: dict[str, object]
    names: Names
    rows: list[dict[str, object]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)


def limits_decided(
    session: Session, community: CommunityView, since: datetime, until: datetime
) -> Sequence[str]:
    """The decisions about limits: all that this room knows of without being told."""
    return limits.decided(session, community.id, since, until)


def draft_closing(
    session: Session,
    community: CommunityView,
    month: Month,
    progress: Progress,
    decided: Decided = limits_decided,
) -> Draft:
    """Every statement of the month, from one snapshot."""
    last = queries.closing(session, community, month.previous)
    seal = books.head(session, community.id)
    zone = community.zone
    frame = Frame(
        community.code,
        community.unit,
        zone,
        month,
        month.starts(zone),
        month.ends(zone),
        SealRef(seal.number, seal.hash) if seal else None,
    )
    names = _frozen_names(session, community)
    draft = Draft(
        frame, last.head.number + 1 if last else 1, last.hash if last else GENESIS, {}, names
    )
    closed = list(_compose_lines(session, community, draft, progress))
    draft.sheet = _sheet(session, community, frame, closed, decided)
    return draft


def _compose_lines(
    session: Session, community: CommunityView, draft: Draft, progress: Progress
) -> Iterator[Closed]:
    """Compose and lay down one account after another."""
    frame, digests = draft.frame, draft.names.digests()
    in_force = limits.limits_at(session, community.id, frame.end)
    waiting = trades.waiting_at(session, community.id, frame.end)
    for account, running, movements in _accounts(session, community, frame):
        limit = in_force.get(account.number)
        sums = waiting.get(account.number, trades.WaitingSums())
        holder = Holder(
            account.number,
            account.kind,
            digests.get(account.number),
            terms(limit),
            Waiting(sums.incoming, sums.incoming_sum, sums.outgoing, sums.outgoing_sum),
        )
        statement = compose(frame, holder, running, movements, digests)
        _lay_down(draft, statement, running)
        progress(len(movements))
        yield Closed(
            account.number,
            account.kind,
            statement.closing,
            statement.this_month.earned,
            bool(movements),
            _later(running.earned_on, running.spent_on),
        )


def _accounts(
    session: Session, community: CommunityView, frame: Frame
) -> Iterator[tuple[books.Account, Running, list[Movement]]]:
    """Accounts by number with their fold before the month and their movements in it.

    An account is in the closing from the month on in which it was opened, or in which
    the books of before have its first posting, to the month in which it was closed.
    """
    opened = books.opened_before(session, community.id, frame.end)
    gone = books.closed_before(session, community.id, frame.start)
    before = _carried(session, community.id, frame.month.previous)
    reached = select(ClosingLine.account, ClosingLine.last_seq).where(
        ClosingLine.community_id == community.id, ClosingLine.month == frame.month.previous.key
    )
    laid = groupby(
        books.laid_until(session, community.id, frame.end, reached), key=attrgetter("account")
    )
    number, some = next(laid, (None, iter(())))
    for account in books.accounts(session, community.id):
        movements: list[Movement] = []
        if number == account.number:
            movements = [Movement(*one[1:]) for one in some]
            number, some = next(laid, (None, iter(())))
        kept = before.get(account.number)
        is_there = (kept or account.number in opened) and account.number not in gone
        if movements or is_there:
            yield account, resume(json.loads(kept)) if kept else Running(), movements


def _carried(session: Session, community_id: int, month: Month) -> dict[int, str]:
    rows = session.execute(
        select(ClosingLine.account, ClosingLine.carry).where(
            ClosingLine.community_id == community_id, ClosingLine.month == month.key
        )
    )
    return {row[0]: row[1] for row in rows}


def _lay_down(draft: Draft, statement: Statement, running: Running) -> None:
    line = Line(
        statement.account,
        statement.opening,
        statement.sent,
        statement.received,
        statement.closing,
        statement.last_seq,
        statement.digest(),
        secrets.token_bytes(SALT_BYTES),
    )
    version = draft.names.versions.get(statement.account)
    draft.rows.append(
        {
            "account": line.account,
            "place": len(draft.rows),
            "opening": line.opening,
            "debits": line.debits,
            "credits": line.credits,
            "closing": line.closing,
            "last_seq": line.last_seq,
            "limit_version": statement.limit.version if statement.limit else None,
            "name_version": version[0] if version else None,
            "incoming": statement.waiting.incoming,
            "incoming_sum": statement.waiting.incoming_sum,
            "outgoing": statement.waiting.outgoing,
            "outgoing_sum": statement.waiting.outgoing_sum,
            "carry": canonical(running.kept(draft.frame.month.last_day)).decode(),
            "digest": line.statement,
            "salt": line.salt,
        }
    )
    draft.leaves.append(line.leaf())


def _frozen_names(session: Session, community: CommunityView) -> Names:
    """The names of all cells now, each veiled once as long as it does not change."""
    names = Names()
    known: dict[int, str | None] = {}
    rows = session.scalars(
        select(FrozenName)
        .where(FrozenName.community_id == community.id)
        .order_by(FrozenName.account, FrozenName.version)
    )
    for row in rows:
        names.versions[row.account] = (row.version, row.digest)
        known[row.account] = row.name
    for number, name in _present_names(session, community).items():
        if known.get(number) == name:
            continue
        veiled = veil(name, secrets.token_bytes(NAME_SALT_BYTES))
        version = names.versions.get(number, (0, b""))[0] + 1
        names.versions[number] = (version, veiled.digest)
        names.fresh.append(
            {
                "community_id": community.id,
                "account": number,
                "version": version,
                "digest": veiled.digest,
                "name": veiled.text,
                "salt": veiled.salt,
            }
        )
    return names


def _present_names(session: Session, community: CommunityView) -> dict[int, str]:
    """The names of cells and of the community's own accounts, as they are now."""
    cells = members.cells_by_number(session, community)
    funds = members.funds(session, community.id)
    return {number: cell.name for number, cell in cells.items()} | {
        fund.number: fund.name for fund in funds
    }


def _sheet(
    session: Session,
    community: CommunityView,
    frame: Frame,
    closed: list[Closed],
    decided: Decided,
) -> dict[str, object]:
    kinds = books.booked_kinds(session, community.id, frame.start, frame.end)
    reversals = kinds.pop("reversal", 0)
    before = [
        one.sheet.volume for one in queries.closings(session, community) if one.month < frame.month
    ]
    return draw_up(
        closed,
        frame.month.last_day,
        trades=sum(kinds.values()),
        reversals=reversals,
        decisions=decided(session, community, frame.start, frame.end),
        objected=len(trades.objected_between(session, community, frame.start, frame.end)),
        volumes_before=before[:11],
    ).to_document()


def _later(one: date | None, other: date | None) -> date | None:
    return max(one, other) if one and other else one or other
