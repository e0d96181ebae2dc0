"""Closing months in tests."""

from __future__ import annotations

from datetime import datetime

from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.queries import ClosingView, StatementView
from ledger.statements.rules.months import Month
from ledger.statements.rules.proofs import Proof
from ledger.statements.service import close_due, close_month
from tests.communities import ACommunity


def closed(community: ACommunity, month: Month, now: datetime | None = None) -> ClosingView:
    """Close one month."""
    return close_month(community.engine, community.view, month, now or community.now)


def closed_all(community: ACommunity) -> int:
    """Close all that is over."""
    return close_due(community.engine, community.now)


def stated(community: ACommunity, who: Acting | int, month: Month) -> StatementView:
    """The statement of a cell, which must be there."""
    account = who if isinstance(who, int) else who.account
    found = in_unit_of_work(
        community.engine,
        lambda s: queries.statement(s, community.view, account, month),
        write=False,
    )
    assert found is not None
    return found


def proof_of(community: ACommunity, who: Acting | int, month: Month) -> Proof:
    """The proof of a cell's line, which must be there."""
    account = who if isinstance(who, int) else who.account
    found = in_unit_of_work(
        community.engine, lambda s: queries.proof(s, community.view, account, month), write=False
    )
    assert found is not None
    return found
