"""I got: booked at once, once, and within what both accounts allow."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.journal.errors import AccountFrozen, BeyondFloor, KeyReused
from ledger.kernel.amounts import Amount
from ledger.kernel.errors import LedgerError
from ledger.kernel.identifiers import new_request_key
from ledger.persistence.engine import begin_writing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import errors, queries
from ledger.trades.service import Paid, Pay, preview
from tests.communities import a_cell, a_community


def test_what_i_got_is_booked_at_once(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell("Pembeli")), community.enrol(a_cell("Penjual"))
    paid = community.pay(buyer, seller, 25, "Beras 2 kg")
    assert (community.balance(buyer), community.balance(seller)) == (-2500, 2500)
    with Session(engine) as session:
        receipt = queries.receipt(session, paid.token, now)
    assert (receipt.payer.name, receipt.payee.name) == ("Pembeli", "Penjual")
    assert (receipt.amount, receipt.what) == (2500, "Beras 2 kg")
    assert receipt.booked is not None
    assert receipt.booked.entry_id == paid.entry_id
    assert receipt.booked.is_genuine
    assert receipt.booked.seal is None
    assert receipt.booked.month == now.date().replace(day=1)


def test_a_receipt_names_the_seal_it_is_under(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    paid = community.pay(community.enrol(a_cell()), community.enrol(a_cell()), 1)
    sealed = in_unit_of_work(engine, lambda s: journal.seal(s, community.view.id, now))
    with Session(engine) as session:
        assert queries.receipt(session, paid.token, now).booked.seal == sealed  # type: ignore[union-attr]
        with pytest.raises(errors.NoSuchReceipt):
            queries.receipt(session, paid.token[:-1], now)


def test_words_that_were_changed_are_not_genuine(
    engine: Engine, owner_engine: Engine, now: datetime
) -> None:
    community = a_community(engine, now)
    paid = community.pay(community.enrol(a_cell()), community.enrol(a_cell()), 1)
    with begin_writing(owner_engine) as connection:
        connection.exec_driver_sql("UPDATE trade SET what = 'Emas'")
    with Session(engine) as session:
        assert not queries.receipt(session, paid.token, now).booked.is_genuine  # type: ignore[union-attr]


def test_sent_twice_it_is_booked_once(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell())
    key = new_request_key()
    first = community.pay(buyer, seller, 25, key=key)
    second = community.pay(buyer, seller, 25, key=key)
    assert second == replace(first, replayed=True)
    assert community.balance(buyer) == -2500
    for other in ({"amount": 26}, {"amount": 25, "what": "Gula"}):
        with pytest.raises(KeyReused):
            community.pay(buyer, seller, key=key, **other)  # type: ignore[arg-type]


def test_taps_at_the_same_moment_get_one_answer(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell())
    key = new_request_key()

    def tap(_: int) -> Paid:
        return community.pay(buyer, seller, 25, key=key)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tap, range(16)))
    assert {answer.token for answer in answers} == {answers[0].token}
    assert [answer.replayed for answer in answers].count(False) == 1
    assert community.balance(buyer) == -2500


@pytest.mark.parametrize(
    ("transparency", "told"),
    [("own", {}), ("members", {"left": 5000}), ("everyone", {"left": 5000})],
)
def test_a_refusal_names_the_others_figures_only_where_members_see_them(
    engine: Engine, now: datetime, transparency: str, told: dict[str, int]
) -> None:
    community = a_community(engine, now, transparency=transparency)
    buyer = community.enrol(a_cell().with_limit(100))
    seller = community.enrol(a_cell().with_ceiling(50))
    with pytest.raises(BeyondFloor) as own:
        community.pay(buyer, seller, 101)
    assert own.value.facts["left"] == 10000
    with pytest.raises(errors.TheirLimit) as theirs:
        community.pay(buyer, seller, 51)
    assert theirs.value.facts == told
    assert community.balance(buyer) == 0


def test_who_is_no_other_cell_is_refused_at_the_payee(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell())

    def refusal(payee: int) -> LedgerError:
        with pytest.raises(LedgerError) as refused:
            community.pay(buyer, replace(seller, account=payee), 1)
        return refused.value

    assert isinstance(refusal(buyer.account), errors.WithOneself)
    assert isinstance(refusal(99), errors.UnknownOther)
    _set_status(community.engine, community.view.id, seller.account, "closed", now)
    closed = refusal(seller.account)
    assert isinstance(closed, errors.OtherClosed)
    assert closed.field == "other"


def test_a_frozen_cell_receives_and_does_not_send(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    frozen, other = community.enrol(a_cell()), community.enrol(a_cell())
    _set_status(engine, community.view.id, frozen.account, "frozen", now)
    community.pay(other, frozen, 5)
    with pytest.raises(AccountFrozen):
        community.pay(frozen, other, 1)


def test_the_day_is_at_most_31_days_back_and_never_ahead(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell())
    today = now.date()
    community.pay(buyer, seller, 1, on=today - timedelta(days=31))
    with pytest.raises(errors.DayTooOld):
        community.pay(buyer, seller, 1, on=today - timedelta(days=32))
    with pytest.raises(errors.DayAhead):
        community.pay(buyer, seller, 1, on=today + timedelta(days=1))


def test_today_is_the_day_in_the_communitys_zone(engine: Engine, now: datetime) -> None:
    late = now.replace(hour=18)  # one in the morning of the next day in Jakarta
    community = a_community(engine, late)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell())
    community.pay(buyer, seller, 1, on=late.date() + timedelta(days=1))


def test_who_only_looks_records_nothing(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell())
    with pytest.raises(errors.OnlyLooking):
        community.pay(replace(buyer, kind="viewer"), seller, 1)


def test_the_confirm_screen_says_what_is_left_after_it(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell().with_limit(100)), community.enrol(a_cell("Warung"))

    def shown(amount: int) -> tuple[str, int, int, bool]:
        command = Pay(seller.account, Amount(amount), "Jamu", now.date(), new_request_key())
        with Session(engine) as session:
            seen = preview(session, buyer, command, now)
        return seen.other.name, seen.balance_after, seen.left_after, seen.is_near_limit

    assert shown(7999) == ("Warung", -7999, 2001, False)
    assert shown(8000) == ("Warung", -8000, 2000, True)
    with pytest.raises(BeyondFloor):
        shown(10001)


def test_history_reads_backwards_page_by_page(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    buyer, seller = community.enrol(a_cell()), community.enrol(a_cell("Warung"))
    for amount in range(1, 8):
        community.pay(buyer, seller, amount, f"Barang {amount}")
    pages, before = [], None
    with Session(engine) as session:
        while True:
            page = queries.history(
                session, community.view, buyer.account, before_seq=before, limit=3
            )
            pages.append([(line.what, line.amount, line.balance) for line in page.lines])
            if (before := page.older) is None:
                break
    assert [len(page) for page in pages] == [3, 3, 1]
    assert pages[0][0] == ("Barang 7", -700, -2800)
    assert pages[2] == [("Barang 1", -100, -100)]
    assert page.lines[0].others[0].name == "Warung"


def _set_status(engine: Engine, community: int, number: int, status: str, now: datetime) -> None:
    in_unit_of_work(
        engine,
        lambda s: journal.set_status(
            s, community, number, status=status, authority="test", now=now
        ),
    )
