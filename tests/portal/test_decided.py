"""What a month's closing names as decided: every kind of decision, not limits alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.governance.rules.measures import Kind
from ledger.portal.queries import decided
from ledger.statements.rules.months import month_at
from ledger.statements.service import close_month
from tests.communities import ACommunity
from tests.governance.councils import a_council
from tests.governance.test_elections import elected_committee, founded
from tests.governance.test_measures import enact, propose, vote


def in_force(community: ACommunity, since: datetime, until: datetime) -> tuple[str, ...]:
    with Session(community.engine) as session:
        return decided(session, community.view, since, until)


def test_measures_count_beside_limits_and_what_was_refused_does_not(
    sqlite_engine: Engine, now: datetime
) -> None:
    council = a_council(sqlite_engine, now)
    fund = {"account": None, "purpose": "Pipes", "limit": 0}
    opened = propose(council, Kind.FUND, council.subject, name="Kas air", **fund)
    vote(council, opened, [1, 1, 1, 0])
    enact(council)
    began = council.now
    refused = propose(council, Kind.FUND, council.subject, name="Kas api", **fund)
    vote(council, refused, [0, 0, 0, 0, 0])
    enact(council)
    limit = council.decided([150] * 5)
    enact(council)
    ended = council.now + timedelta(minutes=1)
    assert in_force(council.community, now, ended) == (str(opened), str(limit))
    assert in_force(council.community, began + timedelta(minutes=1), ended) == (str(limit),)


def test_an_election_counts_and_is_named_in_the_closing(
    sqlite_engine: Engine, now: datetime
) -> None:
    assembly = founded(sqlite_engine, now)
    elected_committee(assembly)
    community = assembly.community
    assert in_force(community, now, assembly.now + timedelta(days=1)) == ("M1",)
    community.later(seconds=0).pay(assembly.voters[0], assembly.voters[1], 1)
    month = month_at(community.now, community.view.zone)
    while True:
        end = month.ends(community.view.zone)
        closed = close_month(sqlite_engine, community.view, month, end, decided=decided)
        if closed.sheet.decisions:
            break
        month = month.next
    assert closed.sheet.decisions == ("M1",)
    assert month == month_at(assembly.now, community.view.zone)
