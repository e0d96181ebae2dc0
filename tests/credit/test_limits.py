"""Every limit of an account has a date, an authority and a reason."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.credit import queries
from ledger.credit.errors import ImportedTooLate
from ledger.credit.service import Limit, set_limit
from ledger.journal import queries as books
from ledger.journal.errors import StaleLimit
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import a_cell, a_community


def test_each_limit_stays_in_the_history(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    cell = community.enrol(a_cell().with_limit(100))
    later = now + timedelta(days=1)
    voted = Limit(-25000, 50000, "decision", "42", "Grows vegetables for the market")

    def vote(session: Session) -> int:
        return set_limit(
            session, community.view.id, cell.account, voted, expected_version=1, now=later
        )

    assert in_unit_of_work(engine, vote) == 2
    with Session(engine) as session:
        history = queries.history(session, community.view.id, cell.account)
        account = books.account(session, community.view.id, cell.account)
    assert [(one.version, one.limit, one.authority) for one in history] == [
        (2, 25000, "decision"),
        (1, 10000, "founding"),
    ]
    assert history[0].set_at == later
    assert account
    assert (account.floor, account.ceiling, account.limit_version) == (-25000, 50000, 2)
    with pytest.raises(StaleLimit):
        in_unit_of_work(engine, vote)


def test_limits_are_imported_only_before_the_first_own_trade(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    one, two = community.enrol(a_cell()), community.enrol(a_cell())
    taken_over = Limit(-900, None, "import", "members.csv")

    def take_over(version: int) -> int:
        return in_unit_of_work(
            engine,
            lambda s: set_limit(
                s, community.view.id, two.account, taken_over, expected_version=version, now=now
            ),
        )

    assert take_over(1) == 2
    community.pay(one, two, 1)
    with pytest.raises(ImportedTooLate):
        take_over(2)
