"""Collecting what the evidence about a cell is computed from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.credit import queries as credit
from ledger.governance.rules.constitution import Constitution
from ledger.governance.rules.evidence.material import YEAR, Movement, Position, Trade, Window
from ledger.governance.rules.evidence.panel import (
    Around,
    Case,
    Consequences,
    Panel,
    consequences,
    panel,
)
from ledger.journal import queries as books
from ledger.kernel.clock import day_of
from ledger.members import queries as members
from ledger.members.queries import CommunityView


def gather(
    session: Session,
    community: CommunityView,
    number: int,
    proposed: int,
    constitution: Constitution,
    now: datetime,
    *,
    seed: str,
) -> Panel:
    """The panel about a cell as the books stand; `seed` names the case, for its futures."""
    return panel(*collect(session, community, number, proposed, constitution, now, seed=seed))


def weigh(
    session: Session,
    community: CommunityView,
    number: int,
    limit: int,
    constitution: Constitution,
    now: datetime,
    *,
    seed: str,
) -> Consequences:
    """What another `limit` would mean, by the books as they stand; drawn as in `gather`."""
    case, around = collect(session, community, number, limit, constitution, now, seed=seed)
    return consequences(case, around)


def collect(
    session: Session,
    community: CommunityView,
    number: int,
    proposed: int,
    constitution: Constitution,
    now: datetime,
    *,
    seed: str,
) -> tuple[Case, Around]:
    """What the evidence about a cell is computed from."""
    today = day_of(now, community.zone)
    since = now - timedelta(days=YEAR + 1)
    accounts = books.accounts(session, community.id)
    subject = next(one for one in accounts if one.number == number)
    cell = members.cell(session, community, number)
    case = Case(
        account=number,
        balance=subject.balance,
        status_quo=-subject.floor,
        proposed=proposed,
        window=Window(today.toordinal(), joined=cell.joined_on.toordinal() if cell else 0),
        movements=[
            Movement(day_of(at, community.zone).toordinal(), amount)
            for at, amount in books.postings_since(session, community.id, number, since)
        ],
        limits=[
            (day_of(one.set_at, community.zone).toordinal(), one.limit)
            for one in reversed(credit.history(session, community.id, number))
        ],
        seed=seed,
    )
    around = Around(
        trades=[
            Trade(day.toordinal(), seller, buyer, amount)
            for day, seller, buyer, amount in books.exchanges(session, community.id, since=since)
        ],
        positions=[
            Position(one.number, one.balance, -one.floor)
            for one in accounts
            if one.kind == "cell" and one.status != "closed"
        ],
        fund=sum(one.balance for one in accounts if one.kind == "fund"),
        least=constitution.grid.least,
        cap=constitution.grid.cap,
    )
    return case, around
