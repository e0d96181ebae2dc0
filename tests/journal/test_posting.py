"""What may be booked and what may not: the one rule, status, history, keys."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import pytest

from ledger.journal.errors import (
    AccountClosed,
    AccountFrozen,
    AlreadyReversed,
    BeyondCeiling,
    BeyondFloor,
    HistoryOutOfOrder,
    KeyReused,
    MalformedEntry,
    NotAtZero,
    NotReversible,
    StaleLimit,
    UnknownAccount,
    UnknownEntry,
)
from ledger.journal.rules.entries import fingerprint
from ledger.kernel.amounts import LARGEST
from ledger.kernel.errors import LedgerError
from tests.bookkeeping import ALICE, BUDI, MORNING, TODAY, Bookkeeper, proven


def test_a_trade_moves_both_accounts_and_is_counted_on_each(books: Bookkeeper) -> None:
    books.pay(1, 2, 40)
    posted = books.pay(2, 3, 15)

    assert [(line.account, line.seq, line.amount, line.balance) for line in posted.lines] == [
        (2, 2, -15, 25),
        (3, 1, 15, 15),
    ]
    assert [books.balance(number) for number in (1, 2, 3)] == [-40, 25, 15]
    assert [movement.seq for movement in books.movements(2)] == [2, 1]
    proven(books.engine)


def test_one_entry_may_have_many_postings(books: Bookkeeper) -> None:
    books.post(books.draft((1, -60), (2, 25), (3, 35)))
    assert books.movements(1)[0].others == ((2, 25), (3, 35))


@pytest.mark.parametrize(
    "postings",
    [
        (),
        ((1, 0), (2, 0)),
        ((1, -5),),
        ((1, -5), (2, 4)),
        ((1, -5), (1, 5)),
        ((1, -5), (2, 5), (3, 0)),
        ((1, -LARGEST - 1), (2, LARGEST + 1)),
        ((1, -5.0), (2, 5.0)),
        ((1, True), (2, -1)),
    ],
)
def test_postings_that_are_no_entry_are_refused(
    books: Bookkeeper, postings: tuple[tuple[int, int], ...]
) -> None:
    with pytest.raises(MalformedEntry):
        books.post(books.draft(*postings))


def test_a_limit_may_be_reached_but_not_passed(books: Bookkeeper) -> None:
    books.pay(1, 2, 99)
    with pytest.raises(BeyondFloor) as refusal:
        books.pay(1, 2, 2)
    assert refusal.value.facts["left"] == 1
    books.pay(1, 2, 1)
    assert books.balance(1) == -100


def test_a_ceiling_may_be_reached_but_not_passed(books: Bookkeeper) -> None:
    books.limit(2, -100, 50)
    books.pay(1, 2, 50)
    with pytest.raises(BeyondCeiling) as refusal:
        books.pay(1, 2, 1)
    assert refusal.value.facts["left"] == 0


def test_a_floor_voted_above_a_debt_blocks_only_the_way_down(books: Bookkeeper) -> None:
    books.pay(1, 2, 80)
    books.limit(1, -10)

    with pytest.raises(BeyondFloor) as refusal:
        books.pay(1, 2, 1)
    assert refusal.value.facts["left"] == 0
    books.pay(2, 1, 5)  # received while below the floor
    assert books.balance(1) == -75
    proven(books.engine)


def test_a_ceiling_voted_below_a_balance_blocks_only_the_way_up(books: Bookkeeper) -> None:
    books.pay(1, 2, 80)
    books.limit(2, -100, 10)

    with pytest.raises(BeyondCeiling):
        books.pay(1, 2, 1)
    books.pay(2, 1, 5)
    assert books.balance(2) == 75
    proven(books.engine)


def test_a_frozen_account_receives_and_does_not_send(books: Bookkeeper) -> None:
    books.mark(1, "frozen")
    books.pay(2, 1, 5)
    with pytest.raises(AccountFrozen):
        books.pay(1, 2, 1)
    books.mark(1, "open")
    books.pay(1, 2, 5)
    proven(books.engine)


def test_a_closed_account_does_neither_and_stays_closed(books: Bookkeeper) -> None:
    books.pay(1, 2, 5)
    with pytest.raises(NotAtZero):
        books.mark(1, "closed")
    books.pay(2, 1, 5)
    books.mark(1, "closed")
    books.mark(1, "closed")

    for giver, receiver in [(1, 2), (2, 1)]:
        with pytest.raises(AccountClosed):
            books.pay(giver, receiver, 1)
    with pytest.raises(AccountClosed):
        books.mark(1, "open")
    with pytest.raises(AccountClosed):
        books.limit(1, -5)
    proven(books.engine)


def test_a_limit_is_set_only_by_who_saw_the_last_one(books: Bookkeeper) -> None:
    assert books.limit(1, -50, version=1) == 2
    with pytest.raises(StaleLimit):
        books.limit(1, -20, version=1)
    assert books.account(1).floor == -50


def test_unknown_accounts_and_entries_are_named(books: Bookkeeper) -> None:
    with pytest.raises(UnknownAccount) as unknown:
        books.pay(1, 99, 5)
    assert unknown.value.facts["account"] == 99
    with pytest.raises(UnknownEntry):
        books.reverse(12345)


def test_communities_do_not_see_each_other(books: Bookkeeper) -> None:
    other = Bookkeeper(books.engine, community=2).with_accounts(1, 2)
    entry = books.pay(1, 2, 30).entry_id
    with pytest.raises(UnknownEntry):
        other.reverse(entry + 1)
    assert other.balance(1) == 0


def test_a_reversal_is_the_opposite_and_comes_once(books: Bookkeeper) -> None:
    trade = books.post(books.draft((1, -60), (2, 25), (3, 35)))
    books.reverse(trade.entry_id)

    assert [books.balance(number) for number in (1, 2, 3)] == [0, 0, 0]
    assert books.movements(1)[0].reverses == trade.entry_id
    with pytest.raises(AlreadyReversed):
        books.reverse(trade.entry_id)
    proven(books.engine)


def test_a_reversal_obeys_limits_and_is_not_reversed(books: Bookkeeper) -> None:
    trade = books.pay(1, 2, 100)
    books.pay(2, 3, 150)
    with pytest.raises(BeyondFloor):
        books.reverse(trade.entry_id)
    books.pay(3, 2, 60)
    reversal = books.reverse(trade.entry_id)
    with pytest.raises(NotReversible):
        books.reverse(reversal.entry_id)


def test_the_same_request_again_is_the_same_answer(books: Bookkeeper) -> None:
    draft = books.draft((1, -40), (2, 40))
    first = books.post(draft)
    books.pay(1, 2, 60)  # nothing is left now, and the replay does not need it
    again = books.later(days=3).post(draft)

    assert (again.entry_id, again.booked_at, again.lines) == (
        first.entry_id,
        first.booked_at,
        first.lines,
    )
    assert (first.replayed, again.replayed) == (False, True)
    assert books.balance(1) == -100


def test_the_same_reversal_again_is_the_same_answer(books: Bookkeeper) -> None:
    trade = books.pay(1, 2, 40)
    first = books.reverse(trade.entry_id, key="reversal-key-0001")
    again = books.reverse(trade.entry_id, key="reversal-key-0001")
    assert again.replayed
    assert again.entry_id == first.entry_id


@pytest.mark.parametrize(
    "change",
    [
        {"postings": ((1, -41), (2, 41))},
        {"postings": ((1, -40), (3, 40))},
        {"occurred_on": date(2026, 11, 22)},
        {"kind": "history", "booked_at": MORNING},
    ],
)
def test_the_same_key_for_something_else_is_a_conflict(
    books: Bookkeeper, change: dict[str, object]
) -> None:
    key = books.new_key()
    books.post(books.draft((1, -40), (2, 40), request_key=key))
    fields: dict[str, object] = {"postings": ((1, -40), (2, 40)), "request_key": key} | change
    postings = fields.pop("postings")
    with pytest.raises(KeyReused):
        books.post(books.draft(*postings, **fields))
    assert books.balance(1) == -40


def test_keys_of_different_people_are_different_keys(books: Bookkeeper) -> None:
    books.pay(1, 2, 40, actor=ALICE, request_key="the-same-key-0001")
    books.pay(1, 2, 30, actor=BUDI, request_key="the-same-key-0001")
    assert books.balance(1) == -70


def test_a_refusal_uses_up_no_key(books: Bookkeeper) -> None:
    draft = books.draft((1, -101), (2, 101))
    with pytest.raises(BeyondFloor):
        books.post(draft)
    books.limit(1, -200)
    assert not books.post(draft).replayed


def test_the_clock_may_jump_back_and_the_books_do_not(books: Bookkeeper) -> None:
    first = books.pay(1, 2, 1)
    second = books.later(hours=-1).pay(2, 3, 1)
    elsewhere = books.pay(1, 3, 1)
    assert second.booked_at == first.booked_at == elsewhere.booked_at
    third = books.later(hours=3).pay(2, 3, 1)
    assert third.booked_at == books.now
    proven(books.engine)


def test_history_is_booked_in_the_past_without_limits(books: Bookkeeper) -> None:
    then = MORNING - timedelta(days=100)
    posted = books.post(books.draft((1, -5000), (2, 5000), kind="history", booked_at=then))
    assert posted.booked_at == then
    assert books.balance(1) == -5000
    proven(books.engine)


def test_history_comes_after_all_that_its_accounts_hold(books: Bookkeeper) -> None:
    then = MORNING - timedelta(days=100)
    books.post(books.draft((1, -5), (2, 5), kind="history", booked_at=then))
    for when in [then - timedelta(microseconds=1), MORNING + timedelta(seconds=1)]:
        with pytest.raises(HistoryOutOfOrder):
            books.post(books.draft((2, -5), (3, 5), kind="history", booked_at=when))
    books.post(books.draft((2, -5), (3, 5), kind="history", booked_at=then))


def test_many_are_booked_in_order_each_on_what_those_before_left(books: Bookkeeper) -> None:
    again = books.draft((1, -100), (2, 100))
    answers = books.post_many([again, books.draft((2, -200), (3, 200)), again])
    assert [answer.replayed for answer in answers] == [False, False, True]
    assert answers[2].lines == answers[0].lines
    assert [books.balance(number) for number in (1, 2, 3)] == [-100, -100, 200]
    proven(books.engine)


def test_many_are_booked_all_or_none(books: Bookkeeper) -> None:
    drafts = [books.draft((1, -60), (2, 60)), books.draft((1, -60), (3, 60))]
    with pytest.raises(BeyondFloor) as refusal:
        books.post_many(drafts)
    assert refusal.value.facts["index"] == 1
    assert books.balance(2) == 0
    assert not books.post(drafts[0]).replayed


def test_many_answer_a_request_that_stands_there_already(books: Bookkeeper) -> None:
    draft = books.draft((1, -40), (2, 40))
    first = books.post(draft)
    replayed, fresh = books.post_many([draft, books.draft((2, -40), (1, 40))])
    assert (replayed.entry_id, replayed.replayed) == (first.entry_id, True)
    assert fresh.entry_id > first.entry_id


@pytest.mark.parametrize("amount", [10, 7])
def test_a_reversal_is_made_of_what_it_reverses_and_not_of_a_draft(
    books: Bookkeeper, amount: int
) -> None:
    """Else it could be the opposite of nothing, and no audit would pass again."""
    trade = books.pay(1, 2, 10)
    draft = books.draft((1, amount), (2, -amount), kind="reversal", reverses=trade.entry_id)
    for ask in (books.post, lambda draft: books.post_many([draft])):
        with pytest.raises(MalformedEntry):
            ask(draft)
    assert books.reverse(trade.entry_id).lines[0].amount == 10
    proven(books.engine)


def test_an_account_holds_no_more_than_the_largest_balance(books: Bookkeeper) -> None:
    books.limit(1, -LARGEST)
    books.limit(3, -LARGEST)
    books.pay(1, 2, LARGEST)
    with pytest.raises(LedgerError):
        books.pay(3, 2, 1)
    proven(books.engine)


def test_seals_cover_everything_once(books: Bookkeeper) -> None:
    books.pay(1, 2, 10)
    books.attest(b"\x07" * 32)
    first = books.seal()
    assert first is not None
    assert first.leaves == 3 + 1 + 1
    assert books.seal() is None
    books.limit(1, -50)
    books.mark(2, "frozen")
    books.post(books.draft((1, -1), (3, 1), occurred_on=TODAY))
    second = books.later(hours=-5).seal()
    assert second is not None
    assert (second.number, second.previous, second.leaves) == (2, first.hash, 3)
    assert second.sealed_at == first.sealed_at
    (totals,) = proven(books.engine)
    assert (totals.seals, totals.waiting, totals.head) == (2, 0, second.hash)


@pytest.mark.parametrize("reverses", [None, 4])
def test_a_fingerprint_is_that_of_compact_json(books: Bookkeeper, reverses: int | None) -> None:
    """Those on record were made so, and are compared for ever."""
    kind = "trade" if reverses is None else "reversal"
    draft = books.draft((2, 40), (1, -40), kind=kind, reverses=reverses)
    content = [kind, "2026-11-23", reverses, [[1, -40], [2, 40]]]
    written = json.dumps(content, separators=(",", ":")).encode()
    assert fingerprint(draft) == hashlib.sha256(written).digest()
