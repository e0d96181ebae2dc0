"""Putting a statement together out of what the books and a closing's line say.

The closing does it to get the digest, a reader to show it, long after: both here, so that
both come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.kernel.units import Unit
from ledger.statements.rules.document import Limit, Movement, SealRef, Statement, Waiting
from ledger.statements.rules.months import Month
from ledger.statements.rules.running import Running, run, sums


@dataclass(frozen=True, slots=True)
class Frame:
    """What all statements of a closing have in common."""

    community: str
    unit: Unit
    zone: str
    month: Month
    start: datetime
    end: datetime
    seal: SealRef | None


@dataclass(frozen=True, slots=True)
class Terms:
    """A limit by its authority, without what is used of it."""

    version: int
    floor: int
    ceiling: int | None
    authority: str
    reference: str | None
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose statement it is, and what a closing freezes beside the postings."""

    account: int
    kind: str
    name: bytes | None
    terms: Terms | None
    waiting: Waiting


def compose(
    frame: Frame,
    holder: Holder,
    running: Running,
    movements: Sequence[Movement],
    names: Mapping[int, bytes | None],
) -> Statement:
    """The statement of a holder; `running` is the fold before the month, and after it then.

    `names` are the digests of all counterparts' names.
    """
    opening, last_day = running.balance, frame.month.last_day
    this_month = run(running, frame.month, movements, frame.zone)
    received, sent = sums(movements)
    parties = {number for one in movements for number in one.counterparts}
    return Statement(
        community=frame.community,
        unit=frame.unit,
        zone=frame.zone,
        month=frame.month,
        start=frame.start,
        end=frame.end,
        account=holder.account,
        kind=holder.kind,
        name=holder.name,
        opening=opening,
        received=received,
        sent=sent,
        closing=running.balance,
        last_seq=running.seq,
        movements=tuple(movements),
        this_month=this_month,
        this_year=running.this_year.turnover(),
        limit=_in_force(holder.terms, running.balance),
        debt=running.ageing(last_day),
        days_since=running.days_since(last_day),
        waiting=holder.waiting,
        seal=frame.seal,
        parties=tuple((number, names.get(number)) for number in sorted(parties)),
    )


def _in_force(terms: Terms | None, balance: int) -> Limit | None:
    """The limit with what is used of it and what can still be used."""
    if terms is None:
        return None
    debt, limit = max(-balance, 0), -terms.floor
    return Limit(
        terms.version,
        terms.floor,
        terms.ceiling,
        terms.authority,
        terms.reference,
        terms.set_at,
        used_percent=debt * 100 // limit if limit else None,
        left=max(balance - terms.floor, 0),
    )
