"""The journal beside a model of some dictionaries: whatever happens, they agree.

Hypothesis drives both through the same acts, on SQLite and on PostgreSQL, and the
audit proves the books at the end of each run. `make soak` takes the long way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
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

from ledger.audit.service import Community, prove, snapshot
from ledger.journal import queries
from ledger.journal.service import Draft, Posted
from ledger.kernel.errors import LedgerError
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.bookkeeping import ALICE, BUDI, TODAY, Bookkeeper
from tests.properties.model import Answer, Model

NUMBERS = st.integers(1, 6)
FLOORS = st.integers(0, 200).map(lambda value: -value)
CEILINGS = st.none() | st.integers(0, 200)
KEYS = st.sampled_from([f"the-key-of-old-{number}" for number in range(4)]) | st.none()
COMMUNITIES = itertools.count(1)
"""Each run keeps books of its own: a community is an island."""


@st.composite
def legs(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Postings that sum to zero, now and then with a zero among them."""
    accounts = draw(st.lists(NUMBERS, min_size=2, max_size=4, unique=True))
    amounts = [draw(st.integers(-40, 40)) for _ in accounts[1:]]
    return tuple(zip(accounts, [*amounts, -sum(amounts)], strict=True))


class SideBySide(RuleBasedStateMachine):
    """Acts on the books and on the model; every answer and every refusal must be equal."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.books = Bookkeeper(engine, next(COMMUNITIES))
        self.model = Model()
        self.entries: dict[tuple[int, str], int] = {}

    @initialize(floors=st.lists(FLOORS, min_size=5, max_size=5))
    def open_the_books(self, floors: list[int]) -> None:
        for number, floor in enumerate(floors, start=1):
            self.open_account(number, floor, None)

    def open_account(self, number: int, floor: int, ceiling: int | None) -> None:
        self.books.with_accounts(number, floor=floor, ceiling=ceiling)
        self.model.open(number, floor, ceiling)

    @precondition(lambda self: len(self.model.accounts) < 6)
    @rule(floor=FLOORS, ceiling=CEILINGS)
    def open_another(self, floor: int, ceiling: int | None) -> None:
        self.open_account(len(self.model.accounts) + 1, floor, ceiling)

    @rule(postings=legs(), key=KEYS, actor=st.sampled_from([ALICE, BUDI]))
    def post(self, postings: tuple[tuple[int, int], ...], key: str | None, actor: int) -> None:
        draft = self.draft(postings, key, actor)
        self.compare(
            lambda: self.answers([draft], [self.books.post(draft)]),
            lambda: self.model.post_many([draft], self.books.now),
        )

    @rule(many=st.lists(st.tuples(legs(), KEYS), min_size=1, max_size=4))
    def post_many(self, many: list[tuple[tuple[tuple[int, int], ...], str | None]]) -> None:
        drafts = [self.draft(postings, key, ALICE) for postings, key in many]
        self.compare(
            lambda: self.answers(drafts, self.books.post_many(drafts)),
            lambda: self.model.post_many(drafts, self.books.now),
        )

    @rule(postings=legs(), hours=st.integers(-1, 100))
    def post_history(self, postings: tuple[tuple[int, int], ...], hours: int) -> None:
        draft = self.books.draft(
            *postings, kind="history", booked_at=self.books.now - timedelta(hours=hours)
        )
        self.compare(
            lambda: self.answers([draft], [self.books.post(draft)]),
            lambda: self.model.post_many([draft], self.books.now),
        )

    @precondition(lambda self: self.model.requests)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        draft = self.recorded(data)
        self.compare(
            lambda: self.answers([draft], [self.asked_again(draft)]),
            lambda: self.model.post_many([draft], self.books.now),
        )

    @precondition(lambda self: self.reversible())
    @rule(data=st.data(), key=KEYS)
    def reverse(self, data: st.DataObject, key: str | None) -> None:
        first = data.draw(st.sampled_from(self.reversible()))
        entry = self.entries[first.actor, first.request_key]
        opposite = tuple((account, -amount) for account, amount in first.postings)
        draft = self.draft(opposite, key, ALICE, kind="reversal", reverses=entry)
        self.compare(
            lambda: self.answers([draft], [self.books.reverse(entry, key=draft.request_key)]),
            lambda: self.model.post_many([draft], self.books.now),
        )

    @precondition(lambda self: self.model.accounts)
    @rule(data=st.data(), status=st.sampled_from(["open", "frozen", "frozen", "open", "closed"]))
    def set_status(self, data: st.DataObject, status: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.accounts)))
        self.compare(
            lambda: self.books.mark(number, status),
            lambda: self.model.set_status(number, status),
        )

    @precondition(lambda self: self.model.accounts)
    @rule(data=st.data(), floor=FLOORS, ceiling=CEILINGS, stale=st.integers(0, 5))
    def set_bounds(self, data: st.DataObject, floor: int, ceiling: int | None, stale: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.accounts)))
        version = self.model.accounts[number].version - (stale == 0)
        self.compare(
            lambda: self.books.limit(number, floor, ceiling, version=version),
            lambda: self.model.set_bounds(number, floor, ceiling, version),
        )

    @rule(byte=st.integers(0, 255))
    def attest(self, byte: int) -> None:
        self.books.attest(bytes([byte]) * 32)
        self.model.unsealed += 1

    @rule()
    def seal(self) -> None:
        made = self.books.seal()
        assert (made.leaves if made else None) == self.model.seal()

    @rule(minutes=st.integers(-120, 3000))
    def jump_the_clock(self, minutes: int) -> None:
        self.books.later(minutes=minutes)

    @invariant()
    def accounts_agree(self) -> None:
        found = in_unit_of_work(
            self.books.engine,
            lambda session: queries.accounts(session, self.books.community),
            write=False,
        )
        assert {account.number: self.facts(account) for account in found} == {
            number: (
                account.balance,
                account.floor,
                account.ceiling,
                len(account.lines),
                account.version,
                account.status,
            )
            for number, account in self.model.accounts.items()
        }

    def teardown(self) -> None:
        if not self.model.accounts:
            return
        for number, account in self.model.accounts.items():
            movements = self.books.movements(number, limit=10_000)
            assert [(each.amount, each.balance) for each in reversed(movements)] == account.lines
        self.seal()
        assert self.books.seal() is None
        with snapshot(self.books.engine) as connection:
            report = prove(connection, None, only=Community(self.books.community, None))
        assert report.wrong is None, str(report.wrong)
        assert report.proven[0].waiting == 0

    @staticmethod
    def facts(account: queries.Account) -> tuple[Any, ...]:
        return (
            account.balance,
            account.floor,
            account.ceiling,
            account.last_seq,
            account.limit_version,
            account.status,
        )

    def draft(
        self, postings: tuple[tuple[int, int], ...], key: str | None, actor: int, **more: Any
    ) -> Draft:
        key = key or self.books.new_key()
        day: date = TODAY
        return self.books.draft(*postings, actor=actor, request_key=key, occurred_on=day, **more)

    def recorded(self, data: st.DataObject) -> Draft:
        requests = [draft for draft, _ in self.model.requests.values()]
        return data.draw(st.sampled_from(requests))

    def asked_again(self, draft: Draft) -> Posted:
        if draft.reverses is not None:
            return self.books.reverse(draft.reverses, actor=draft.actor, key=draft.request_key)
        return self.books.post(draft)

    def reversible(self) -> list[Draft]:
        return [draft for draft, _ in self.model.requests.values() if draft.kind != "reversal"]

    def answers(self, drafts: list[Draft], posted: list[Posted]) -> list[Answer]:
        """The journal's answers in the model's words; an entry keeps its id for ever."""
        for draft, answer in zip(drafts, posted, strict=True):
            known = self.entries.setdefault((draft.actor, draft.request_key), answer.entry_id)
            assert known == answer.entry_id
        return [
            Answer(
                each.booked_at,
                tuple((line.account, line.seq, line.amount, line.balance) for line in each.lines),
                each.replayed,
            )
            for each in posted
        ]

    @staticmethod
    def compare(act: Callable[[], Any], expect: Callable[[], Any]) -> None:
        assert outcome(act) == outcome(expect)


def outcome(act: Callable[[], Any]) -> Any:
    """What `act` returns, or the kind of its refusal."""
    try:
        return act()
    except LedgerError as refusal:
        return type(refusal)


@pytest.mark.soak
def test_the_journal_and_the_model_agree(engine: Engine, soaking: bool) -> None:
    run_state_machine_as_test(
        lambda: SideBySide(engine),
        settings=settings(
            max_examples=1000 if soaking else 60,
            stateful_step_count=60 if soaking else 40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
