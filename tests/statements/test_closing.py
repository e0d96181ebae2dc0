"""A month is closed once, from one snapshot, and its statements read the same ever after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from ledger.kernel.merkle import root_along
from ledger.statements.errors import MonthNotOver
from ledger.statements.rules.document import from_document
from ledger.statements.rules.months import Month
from ledger.statements.rules.proofs import Line
from tests.communities import ACommunity, a_cell, a_community
from tests.statements.closing import closed, closed_all, proof_of, stated

OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)


@pytest.fixture
def community(engine: Engine) -> ACommunity:
    """A community on 10 October 2026."""
    return a_community(engine, datetime(2026, 10, 10, 3, tzinfo=UTC))


def test_a_statement_says_what_happened_and_proves_it(community: ACommunity) -> None:
    dewi = community.enrol(a_cell("Setia").with_limit(100))
    budi = community.enrol(a_cell("Rukun").with_limit(100))
    community.pay(dewi, budi, 30, "Jamu kunyit")
    community.later(days=1).pay(dewi, budi, 20, "Beras")
    community.later(days=2).pay(budi, dewi, 10, "Boneka")
    later = community.later(days=30)

    assert closed_all(later) == 1
    found = stated(later, dewi, OCTOBER)
    said = found.statement

    assert (said.number, said.opening, said.received, said.sent, said.closing) == (
        "SB001-2026-10", 0, 1000, 5000, -4000,
    )  # fmt: skip
    assert [one.balance for one in said.movements] == [-3000, -5000, -4000]
    assert [found.what(one) for one in said.movements] == ["Jamu kunyit", "Beras", "Boneka"]
    assert found.name_of(dewi.account) == "Setia"
    assert found.name_of(budi.account) == "Rukun"
    assert said.limit
    assert (said.limit.floor, said.limit.used_percent, said.limit.left) == (-10000, 40, 6000)
    assert said.debt.to_30 == 4000
    assert found.is_genuine
    assert from_document(said.to_document()) == said

    proof = proof_of(later, dewi, OCTOBER)
    line = Line(
        said.account, said.opening, said.sent, said.received, said.closing, said.last_seq,
        said.digest(), proof.salt,
    )  # fmt: skip
    assert proof.closing.leaves == 2
    assert root_along(line.leaf(), proof.index, 2, proof.path) == proof.closing.root
    assert proof.closing.hash() == found.closing.hash


def test_a_month_closes_once_in_order_and_when_it_is_over(community: ACommunity) -> None:
    dewi, budi = community.enrol(a_cell()), community.enrol(a_cell())
    community.pay(dewi, budi, 5)
    with pytest.raises(MonthNotOver):
        closed(community, OCTOBER)
    later = community.later(days=60)
    with pytest.raises(MonthNotOver):
        closed(later, NOVEMBER)

    first = closed(later, OCTOBER)
    assert closed(later.later(days=1), OCTOBER) == first
    second = closed(later, NOVEMBER)
    assert second.head.previous == first.hash
    assert (first.head.number, second.head.number) == (1, 2)
    assert stated(later, dewi, NOVEMBER).statement.opening == -500
