"""What the people of a cell wrote goes with them when they want it; the books stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from ledger.jobs.service import run_due
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.model import Plan, Trade, TradeEvent
from ledger.trades.queries import receipt
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import Event
from ledger.trades.service import job_handlers, leave
from tests.communities import ACommunity, a_cell, a_community

HANDLERS = job_handlers("https://simpul.example.org")


@pytest.fixture
def home(engine: Engine, now: datetime) -> ACommunity:
    return a_community(engine, now)


@pytest.mark.parametrize("erase", [True, False])
def test_words_go_with_who_wrote_them(home: ACommunity, *, erase: bool) -> None:
    wulan, yem = home.enrol(a_cell("Kebun Wulan")), home.enrol(a_cell("Jamu Ibu Yem"))
    own = home.pay(wulan, yem, 5, "Beras dari Bu Yem")
    theirs = home.pay(yem, wulan, 5, "Jahit baju")
    asked = home.ask(yem, wulan, 3, "Ojek")
    home.answer(wulan, asked.token, Event.DECLINE, "Saya sakit waktu itu")
    home.plan(wulan, yem, 1, Rhythm.WEEKLY, home.now.date() + timedelta(days=7), "Iuran")

    def work(session):
        leave(session, wulan, erase=erase, now=home.now)

    in_unit_of_work(home.engine, work)
    for _ in range(2):  # due work may be done again
        run_due(home.engine, HANDLERS, home.now)

    def read(session):
        words = {row.token: row.what for row in session.execute(select(Trade.token, Trade.what))}
        reasons = set(session.scalars(select(TradeEvent.reason)))
        plan = session.scalars(select(Plan)).one()
        shown = [receipt(session, token, home.now) for token in (own.token, theirs.token)]
        return words, reasons, (plan.state, plan.next_on, plan.what), shown

    words, reasons, plan, shown = in_unit_of_work(home.engine, read, write=False)
    assert words[own.token] == ("" if erase else "Beras dari Bu Yem")
    assert words[theirs.token] == "Jahit baju"
    assert words[asked.token] == "Ojek"
    assert ("Saya sakit waktu itu" in reasons) is not erase
    assert plan == ("ended", None, "" if erase else "Iuran")
    assert all(one.booked and one.booked.is_genuine for one in shown)
    assert [one.amount for one in shown] == [500, 500]


def test_words_that_are_merely_emptied_are_noticed(home: ACommunity) -> None:
    wulan, yem = home.enrol(a_cell()), home.enrol(a_cell())
    token = home.pay(wulan, yem, 5, "Beras").token

    def tamper(session):
        trade = session.scalars(select(Trade)).one()
        trade.what = ""

    in_unit_of_work(home.engine, tamper)
    seen = in_unit_of_work(home.engine, lambda s: receipt(s, token, home.now), write=False)
    assert seen.booked is not None
    assert not seen.booked.is_genuine
