"""The end of a month: nothing is booked before it any more, whatever races it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.journal import queries, service
from ledger.journal.errors import CutoffOutOfOrder, HistoryOutOfOrder
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.bookkeeping import MORNING, Bookkeeper, proven

MIDNIGHT = MORNING + timedelta(hours=1)
SECOND = timedelta(seconds=1)


def cut_off(books: Bookkeeper, at: datetime) -> None:
    in_unit_of_work(
        books.engine,
        lambda session: service.cut_off(session, books.community, at, books.now),
    )


@pytest.fixture
def books(engine: Engine) -> Bookkeeper:
    return Bookkeeper(engine).with_accounts(1, 2, 3)


def test_a_clock_that_goes_back_books_into_the_new_month(books: Bookkeeper) -> None:
    books.pay(1, 2, 5)
    books.later(hours=1)
    cut_off(books, MIDNIGHT)
    books.later(hours=-1)

    assert books.pay(1, 2, 5).booked_at == MIDNIGHT
    assert books.pay(2, 3, 5).booked_at == MIDNIGHT
    proven(books.engine)


def test_an_account_opened_after_the_cutoff_begins_behind_it(books: Bookkeeper) -> None:
    books.later(hours=1)
    cut_off(books, MIDNIGHT)
    books.later(hours=-1).with_accounts(4, 5)

    assert books.pay(4, 5, 5).booked_at == MIDNIGHT


def test_history_does_not_reach_into_a_closed_month(books: Bookkeeper) -> None:
    books.later(hours=2)
    cut_off(books, MIDNIGHT)

    with pytest.raises(HistoryOutOfOrder):
        books.pay(1, 2, 5, kind="history", booked_at=MIDNIGHT - SECOND)
    assert books.pay(1, 2, 5, kind="history", booked_at=MIDNIGHT).booked_at == MIDNIGHT


def test_months_end_in_their_order_and_not_before_their_time(books: Bookkeeper) -> None:
    with pytest.raises(CutoffOutOfOrder):
        cut_off(books, MIDNIGHT)
    books.later(hours=2)
    cut_off(books, MIDNIGHT)
    cut_off(books, MIDNIGHT)
    with pytest.raises(CutoffOutOfOrder):
        cut_off(books, MIDNIGHT - SECOND)
    last = in_unit_of_work(
        books.engine,
        lambda session: queries.last_cutoff(session, books.community),
        write=False,
    )
    assert last == MIDNIGHT


def test_payments_go_on_while_a_month_ends_and_none_slips_in(books: Bookkeeper) -> None:
    """Payers with clocks a second before midnight race the cut-off."""
    before, ended = Bookkeeper(books.engine, now=MIDNIGHT - SECOND), threading.Event()
    seen: list[datetime] = []

    def pay(number: int) -> None:
        for turn in range(30):
            giver, receiver = (number, 3) if turn % 2 else (3, number)
            draft = before.draft((giver, -1), (receiver, 1), request_key=f"race-{number}-{turn:06}")
            ended_before = ended.is_set()
            posted = before.post(draft)
            assert posted.booked_at >= MIDNIGHT or not ended_before
            seen.append(posted.booked_at)

    payers = [threading.Thread(target=pay, args=(number,)) for number in (1, 2)]
    for payer in payers:
        payer.start()
    books.later(hours=1)
    cut_off(books, MIDNIGHT)
    ended.set()
    for payer in payers:
        payer.join()
    assert len(seen) == 60
    assert set(seen) <= {MIDNIGHT - SECOND, MIDNIGHT}
    before.pay(1, 2, 1)
    proven(books.engine)
