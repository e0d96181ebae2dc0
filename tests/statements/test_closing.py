"""A month is closed once, from one snapshot, and its statements read the same ever after."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, update

from ledger.kernel.merkle import root_along
from ledger.members.model import Cell
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.errors import MonthNotOver
from ledger.statements.queries import ClosingView
from ledger.statements.rules.document import Waiting
from ledger.statements.rules.months import Month
from ledger.statements.rules.proofs import Line
from ledger.statements.service import erase_names
from ledger.trades.rules.states import Event
from tests.bookkeeping import proven
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


def test_closing_twice_at_once_closes_once(community: ACommunity) -> None:
    dewi, budi = (community.enrol(a_cell().with_limit(100)) for _ in range(2))
    community.pay(dewi, budi, 5)
    later = community.later(days=60)
    found: list[ClosingView] = []
    runners = [
        threading.Thread(target=lambda: found.append(closed(later, OCTOBER))) for _ in range(4)
    ]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert len(found) == 4
    assert len({one.hash for one in found}) == 1
    assert proven(community.engine)[0].closings == 1


def test_payments_go_on_while_months_close_and_none_is_lost_between_two(
    community: ACommunity,
) -> None:
    """Payers with clocks about midnight race the closing of three months."""
    cells = [community.enrol(a_cell().with_limit(5000)) for _ in range(4)]
    community.pay(cells[0], cells[1], 1)
    ends = [month.ends("Asia/Jakarta") for month in (OCTOBER, NOVEMBER)]
    begun, sums = threading.Barrier(4), dict.fromkeys((0, 1, 2), 0)

    def payer(number: int) -> None:
        chance = random.Random(number)
        begun.wait()
        for turn in range(24):
            instant = ends[turn // 12] + timedelta(seconds=chance.choice((-1, 0, 1)))
            payee = cells[(number + chance.randint(1, 3)) % 4]
            replace(community, now=instant).pay(cells[number], payee, 1)
            sums[number] += 100

    payers = [threading.Thread(target=payer, args=(number,)) for number in (0, 1, 2)]
    for one in payers:
        one.start()
    begun.wait()
    for end in ends:
        closed_all(replace(community, now=end + timedelta(seconds=2)))
    for one in payers:
        one.join()
    last = replace(community, now=ends[-1] + timedelta(days=40))
    closed_all(last)

    months = (OCTOBER, NOVEMBER, NOVEMBER.next)
    for number in (0, 1, 2):
        views = [stated(last, cells[number], month) for month in months]
        assert all(view.is_genuine for view in views)
        said = [view.statement for view in views]
        assert sum(one.sent for one in said) == sums[number] + (100 if number == 0 else 0)
        for one, after in pairwise(said):
            assert after.opening == one.closing
        for one in said:
            assert all(one.start <= move.booked_at < one.end for move in one.movements)
    assert proven(community.engine)[0].closings == 3


def test_openings_are_last_closings_through_the_services(
    community: ACommunity, rng: random.Random
) -> None:
    """A year of random trades, reversals and answers, closed month by month."""
    cells = [community.enrol(a_cell().with_limit(3000)) for _ in range(6)]
    now = community.later(seconds=0)
    now.pay(cells[0], cells[1], 1)
    for _ in range(9):
        for _ in range(rng.randint(0, 6)):
            now = now.later(hours=rng.randint(1, 90))
            payer, payee = rng.sample(cells, 2)
            paid = now.pay(payer, payee, rng.randint(1, 20))
            if rng.random() < 0.3:
                now.answer(payee, paid.token, Event.GIVE_BACK)
            if rng.random() < 0.3:
                now.ask(payee, payer, rng.randint(1, 20))
        now = now.later(days=rng.choice((10, 31, 70)))
        closed_all(now)
    found = proven(community.engine)[0].closings
    assert found >= 3
    month = OCTOBER
    before = {cell.account: 0 for cell in cells}
    for _ in range(found):
        views = [stated(now, cell, month) for cell in cells]
        assert all(view.is_genuine for view in views)
        assert {view.statement.account: view.statement.opening for view in views} == before
        before = {view.statement.account: view.statement.closing for view in views}
        assert sum(before.values()) == 0
        assert views[0].closing.sheet.volume == sum(
            view.statement.this_month.earned for view in views
        )
        month = month.next


def test_what_waited_at_the_closing_is_frozen(community: ACommunity) -> None:
    dewi, budi = (community.enrol(a_cell().with_limit(100)) for _ in range(2))
    community.pay(dewi, budi, 1)
    end = replace(community, now=OCTOBER.ends("Asia/Jakarta") - timedelta(days=2))
    asked = end.ask(budi, dewi, 7)
    end.answer(dewi, end.ask(budi, dewi, 9).token, Event.DECLINE, "Bukan saya")
    after = end.later(days=3)
    after.answer(dewi, asked.token, Event.CONFIRM)
    after.ask(budi, dewi, 11)
    closed_all(after)

    assert stated(after, budi, OCTOBER).statement.waiting == Waiting(1, 700, 0, 0)
    assert stated(after, dewi, OCTOBER).statement.waiting == Waiting(0, 0, 1, 700)
    assert stated(after.later(days=5), dewi, OCTOBER).is_genuine


def test_names_are_frozen_with_the_month_and_can_be_erased(community: ACommunity) -> None:
    dewi, budi = community.enrol(a_cell("Setia")), community.enrol(a_cell("Rukun"))
    community.pay(dewi, budi, 5)
    later = community.later(days=30)
    closed_all(later)
    in_unit_of_work(
        community.engine,
        lambda s: s.execute(
            update(Cell).where(Cell.number == budi.account).values(name="Baru", search_name="baru")
        ),
    )
    assert closed_all(later.later(days=30)) == 1
    assert stated(later, dewi, OCTOBER).name_of(budi.account) == "Rukun"
    assert stated(later, budi, NOVEMBER).name_of(budi.account) == "Baru"

    in_unit_of_work(community.engine, lambda s: erase_names(s, community.view.id, budi.account))
    erased = stated(later, dewi, OCTOBER)
    assert erased.name_of(budi.account) == ""
    assert erased.is_genuine
    proven(community.engine)


def test_a_member_does_not_read_a_statement_of_no_account(community: ACommunity) -> None:
    dewi, budi = (community.enrol(a_cell()) for _ in range(2))
    community.pay(dewi, budi, 5)
    later = community.later(days=30)
    closed_all(later)
    for account, month in ((99, OCTOBER), (dewi.account, NOVEMBER)):
        assert (
            in_unit_of_work(
                community.engine,
                lambda s, a=account, m=month: queries.statement(s, community.view, a, m),
                write=False,
            )
            is None
        )
