"""The services of trades beside a model: whatever happens in whatever order, they agree.

Hypothesis drives both on SQLite and on PostgreSQL; the books always sum to zero, every
booked trade has one entry, and the audit proves them at the end. `make soak` goes on longer.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.audit.service import Community, prove, snapshot
from ledger.jobs.service import run_due
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries
from ledger.trades.rules.states import Event
from ledger.trades.service import job_handlers
from tests.communities import ACommunity, a_cell, a_community
from tests.properties.trades_model import BOOKED, ModelCell, TradesModel, outcome

CODES = ("".join(letters) for letters in itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=4))
MORNING = datetime(2026, 11, 23, 3, tzinfo=UTC)
CELLS = st.integers(1, 4)
AMOUNTS = st.integers(1, 60)
EVENTS = st.sampled_from([event for event in Event if event not in (Event.LAPSE, Event.CORRECT)])


class TradesSideBySide(RuleBasedStateMachine):
    """Acts through the services and in the model; answers and refusals must be equal."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.community: ACommunity = a_community(engine, MORNING, next(CODES), transparency="own")
        self.model = TradesModel()
        self.cells: dict[int, Acting] = {}
        self.tokens: list[str] = []
        self.done: list[tuple[int, int, Event, str, str]] = []

    @initialize(limits=st.lists(st.integers(0, 80), min_size=4, max_size=4), ceiling=AMOUNTS)
    def enrol(self, limits: list[int], ceiling: int) -> None:
        for number, limit in enumerate(limits, start=1):
            cell = a_cell().with_limit(limit)
            cell = cell.with_ceiling(ceiling) if number == 4 else cell
            self.cells[number] = self.community.enrol(cell, number)
            top = ceiling * 100 if number == 4 else None
            self.model.cells[number] = ModelCell(-limit * 100, top)

    @rule(payer=CELLS, payee=CELLS, amount=AMOUNTS)
    def pay(self, payer: int, payee: int, amount: int) -> None:
        if payer == payee:
            return
        self.record(
            lambda: self.community.pay(self.cells[payer], self.cells[payee], amount).token,
            lambda: self.model.pay(payer, payee, amount * 100),
        )

    @rule(payee=CELLS, payer=CELLS, amount=AMOUNTS)
    def ask(self, payee: int, payer: int, amount: int) -> None:
        if payer == payee:
            return
        self.record(
            lambda: self.community.ask(self.cells[payee], self.cells[payer], amount).token,
            lambda: self.model.ask(payee, payer, amount * 100, self.community.now),
        )

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), who=CELLS, event=EVENTS, reason=st.sampled_from(["", "Karena"]))
    def answer_anything(self, data: st.DataObject, who: int, event: Event, reason: str) -> None:
        self.answer(data.draw(st.integers(0, len(self.tokens) - 1)), who, event, reason)

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def answer_what_is_offered(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.tokens) - 1))
        trade = self.model.trades[index]
        who = data.draw(st.sampled_from([trade.payer, trade.payee]))
        offered = self.community.seen(self.cells[who], self.tokens[index]).may
        if offered:
            self.answer(index, who, data.draw(st.sampled_from(offered)), "Karena")

    @precondition(lambda self: any(trade.until for trade in self.model.trades))
    @rule(data=st.data(), event=EVENTS)
    def answer_too_late(self, data: st.DataObject, event: Event) -> None:
        """Nobody has written the lapse down yet."""
        waiting = [index for index, trade in enumerate(self.model.trades) if trade.until]
        index = data.draw(st.sampled_from(waiting))
        trade = self.model.trades[index]
        self.community = self.community.later(days=14)
        self.answer(index, data.draw(st.sampled_from([trade.payer, trade.payee])), event, "Karena")

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def send_an_answer_again(self, data: st.DataObject) -> None:
        index, who, event, reason, key = data.draw(st.sampled_from(self.done))
        again = self.community.answer(self.cells[who], self.tokens[index], event, reason, key=key)
        assert again.replayed

    @rule(number=CELLS, is_frozen=st.booleans())
    def freeze_or_thaw(self, number: int, is_frozen: bool) -> None:
        status = "frozen" if is_frozen else "open"
        in_unit_of_work(
            self.community.engine,
            lambda session: journal.set_status(
                session,
                self.community.view.id,
                number,
                status=status,
                authority="decision:1",
                now=self.community.now,
            ),
        )
        self.model.cells[number].is_frozen = is_frozen

    @rule(days=st.sampled_from([1, 5, 13, 14, 15]), works=st.booleans())
    def time_passes(self, days: int, works: bool) -> None:
        """With due work or without: a question has lapsed all the same."""
        self.community = self.community.later(days=days)
        if works:
            while run_due(self.community.engine, job_handlers(""), self.community.now).done:
                pass

    @invariant()
    def balances_agree_and_sum_to_zero(self) -> None:
        with Session(self.community.engine) as session:
            found = books.accounts(session, self.community.view.id)
        balances = {account.number: account.balance for account in found}
        assert balances == {number: cell.balance for number, cell in self.model.cells.items()}
        assert sum(balances.values()) == 0

    @invariant()
    def states_agree(self) -> None:
        for index, token in enumerate(self.tokens):
            expected = self.model.state(index, self.community.now)
            with Session(self.community.engine) as session:
                receipt = queries.receipt(session, token, self.community.now)
            assert receipt.state.value == expected
            assert (receipt.booked is not None) == (expected in BOOKED)
            if receipt.booked is not None:
                assert receipt.booked.is_genuine
                assert (receipt.booked.reversed_by is not None) == (expected == "reversed")

    def teardown(self) -> None:
        community = self.community.view.id
        with Session(self.community.engine) as session:
            for number, moves in self.model.moves.items():
                found = books.movements(session, community, number, limit=10_000)
                assert [one.amount for one in reversed(found)] == moves
        in_unit_of_work(
            self.community.engine,
            lambda session: journal.seal(session, community, self.community.now),
        )
        with snapshot(self.community.engine) as connection:
            report = prove(connection, None, only=Community(community, None))
        assert report.wrong is None, str(report.wrong)

    def record(self, act: Any, expect: Any) -> None:
        """Record by both; what was recorded is at the same place in both lists."""
        expected = outcome(expect)
        assert outcome(lambda: self.tokens.append(act())) == expected

    def answer(self, index: int, who: int, event: Event, reason: str) -> None:
        key = new_request_key()
        expected = outcome(
            lambda: self.model.answer(who, index, event.value, reason, self.community.now)
        )
        found = outcome(
            lambda: self.community.answer(
                self.cells[who], self.tokens[index], event, reason, key=key
            )
        )
        assert found == expected
        if found is None:
            self.done.append((index, who, event, reason, key))


@pytest.mark.soak
def test_the_services_and_the_model_agree(engine: Engine, soaking: bool) -> None:
    run_state_machine_as_test(
        lambda: TradesSideBySide(engine),
        settings=settings(
            max_examples=400 if soaking else 18,
            stateful_step_count=50 if soaking else 30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
