"""Many at once: real threads, each act in a unit of work of its own, on both databases."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.journal.errors import AlreadyReversed, BeyondFloor, KeyReused
from ledger.kernel.errors import LedgerError
from tests.bookkeeping import ALICE, MORNING, Bookkeeper, proven


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run each of `works` in a thread, started together; what they returned or raised."""
    start = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
            answers[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def kinds(answers: list[Any]) -> Counter[str]:
    """How often each kind of answer came."""
    return Counter(type(answer).__name__ for answer in answers)


def test_of_a_hundred_payments_the_limit_allows_one(books: Bookkeeper) -> None:
    answers = at_once([lambda: books.pay(1, 2, 100)] * 100)
    assert kinds(answers) == {"Posted": 1, "BeyondFloor": 99}
    assert books.balance(1) == -100
    assert all(answer.facts["left"] == 0 for answer in answers if isinstance(answer, BeyondFloor))
    proven(books.engine)


def test_a_thousand_posts_with_one_key_are_one_entry(books: Bookkeeper) -> None:
    draft = books.draft((1, -5), (2, 5))
    answers = at_once([lambda: [books.post(draft) for _ in range(25)]] * 40)
    posted = [each for some in answers for each in some]
    assert len(posted) == 1000
    assert len({(each.entry_id, each.booked_at, each.lines) for each in posted}) == 1
    assert Counter(each.replayed for each in posted) == {True: 999, False: 1}
    assert books.balance(1) == -5
    proven(books.engine)


def test_a_key_for_several_things_at_once_stands_for_one(books: Bookkeeper) -> None:
    """Each on accounts of its own, so that no lock but the key's keeps them apart."""
    books.with_accounts(4, 5, 6, 7, 8)
    pairs = [(1, 2), (3, 4), (5, 6), (7, 8)]
    for round_ in range(10):
        drafts = [
            books.draft((one, -1), (two, 1), request_key=f"one-key-{round_:010}")
            for one, two in pairs
        ]
        acts = [lambda draft=draft: books.post(draft) for draft in drafts]
        acts += [lambda draft=draft: books.post_many([draft]) for draft in drafts]
        answers = at_once(acts)
        wrong = [each for each in answers if isinstance(each, Exception)]
        assert kinds(wrong) == {"KeyReused": 6}, wrong
        assert all(isinstance(each, KeyReused) for each in wrong)
    (totals,) = proven(books.engine)
    assert totals.entries == 10


def test_one_reversal_at_once_from_two_people_is_booked_once(books: Bookkeeper) -> None:
    for _ in range(20):
        trade = books.pay(1, 2, 10)
        answers = at_once([lambda entry=trade.entry_id: books.reverse(entry)] * 2)
        assert kinds(answers) == {"Posted": 1, "AlreadyReversed": 1}, answers
        assert any(isinstance(each, AlreadyReversed) for each in answers)
    assert books.balance(1) == 0
    (totals,) = proven(books.engine)
    assert totals.entries == 40


def test_one_reversal_sent_twice_at_once_is_answered_twice(books: Bookkeeper) -> None:
    for _ in range(20):
        trade, key = books.pay(1, 2, 10), books.new_key()
        answers = at_once([lambda t=trade, k=key: books.reverse(t.entry_id, key=k)] * 2)
        assert kinds(answers) == {"Posted": 2}, answers
        assert Counter(each.replayed for each in answers) == {True: 1, False: 1}
    proven(books.engine)


def test_clocks_that_jump_by_an_hour_leave_the_books_in_order(
    books: Bookkeeper, rng: random.Random
) -> None:
    def trade(actor: int, chance: random.Random) -> None:
        mine = Bookkeeper(books.engine)
        for _ in range(20):
            mine.now = MORNING + timedelta(minutes=chance.uniform(-60, 60))
            giver, receiver = chance.sample([1, 2, 3], 2)
            try:
                mine.pay(giver, receiver, 1, actor=actor)
            except BeyondFloor:
                continue

    answers = at_once([partial(trade, actor, random.Random(rng.random())) for actor in range(8)])
    assert kinds(answers) == {"NoneType": 8}, answers
    for number in (1, 2, 3):
        times = [each.booked_at for each in books.movements(number, limit=1000)]
        assert times == sorted(times, reverse=True)
    proven(books.engine)


@pytest.mark.soak
def test_a_storm_of_opposite_pairs_meets_no_deadlock(
    engine: Engine, rng: random.Random, soaking: bool, tmp_path: Path
) -> None:
    """Eight hot accounts, pairs in both directions, rings of five, and a sealer among them."""
    books = Bookkeeper(engine).with_accounts(*range(1, 9), floor=-1000)
    end = time.monotonic() + (60 if soaking else 5)

    def trade(actor: int, chance: random.Random) -> Counter[str]:
        """Trade until the end; whatever is no refusal of the ledger ends the test."""
        outcomes: Counter[str] = Counter()
        while time.monotonic() < end:
            numbers = chance.sample(range(1, 9), chance.choice([2, 2, 2, 5]))
            amounts = [chance.randint(1, 5) for _ in numbers[1:]]
            legs = zip(numbers, [-sum(amounts), *amounts], strict=True)
            try:
                books.post(books.draft(*legs, actor=actor))
                outcomes["posted"] += 1
            except LedgerError as refusal:
                outcomes[refusal.code] += 1
        return outcomes

    def seal() -> int:
        made = 0
        while time.monotonic() < end:
            made += books.anchor(tmp_path / "anchors")
            time.sleep(0.05)
        return made

    traders = [partial(trade, ALICE + place, random.Random(rng.random())) for place in range(15)]
    *outcomes, seals = at_once([*traders, seal])
    assert all(isinstance(each, Counter) for each in outcomes), outcomes
    assert isinstance(seals, int), seals
    assert seals > 3
    books.anchor(tmp_path / "anchors")
    (totals,) = proven(engine, tmp_path / "anchors")
    assert totals.entries == sum(each["posted"] for each in outcomes) > 100
    assert (totals.waiting, totals.unanchored) == (0, 0)
