"""What the people of a cell wrote goes with them when they want it; the books stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from ledger.jobs.model import Job
from ledger.jobs.service import run_due, schedule
from ledger.members import queries as members
from ledger.members.queries import Acting
from ledger.members.service import let_act_for
from ledger.persistence.migrations import migrate, unwind
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.model import Plan, Trade, TradeEvent
from ledger.trades.queries import receipt
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import Event
from ledger.trades.service import job_handlers, leave
from tests.bookkeeping import proven
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import MIGRATIONS, Database, connected
from tests.trades.paper import a_coordinator, a_line, type_in
from tests.trades.test_importing import files, taken

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


LINE = "SB00{0},Sel {0},production,,,,,,,,,2025-11-01,100,\n"
BEFORE = """\
R1,2026-01-05,SB001,SB002,5,Jamu kunyit,
R2,2026-01-06,SB002,SB001,5,Gula,
R3,2026-01-07,SB003,SB002,1,Madu hutan,
"""


@pytest.mark.parametrize("erase", [True, False])
def test_words_of_earlier_books_and_of_slips_go_with_either_side(
    home: ACommunity, tmp_path: Path, *, erase: bool
) -> None:
    cells = "".join(LINE.format(number) for number in (1, 2, 3))
    taken(home, *files(tmp_path, cells, BEFORE))
    wulan, tri = held(home, 1), held(home, 3)
    type_in(
        home,
        a_coordinator(home),
        a_line("A", 1, "1", "2", 5, "Jahe"),
        a_line("A", 2, "2", "3", 5, "Kencur"),
    )
    home.pay(wulan, tri, 3, "Ojek")
    home.pay(tri, wulan, 8, "Beras")
    in_unit_of_work(home.engine, lambda s: leave(s, wulan, erase=erase, now=home.now))
    run_due(home.engine, HANDLERS, home.now)

    def read(session):
        trades = list(session.scalars(select(Trade)))
        return (
            {one.what for one in trades if one.what},
            {one.search_what for one in trades if one.search_what},
            [receipt(session, one.token, home.now) for one in trades],
        )

    words, sought, shown = in_unit_of_work(home.engine, read, write=False)
    rest = {"Madu hutan", "Kencur", "Beras"}
    assert words == (rest if erase else rest | {"Jamu kunyit", "Gula", "Jahe", "Ojek"})
    assert sought == {one.lower() for one in words}
    assert all(one.booked and one.booked.is_genuine for one in shown)
    proven(home.engine)


def test_words_of_cells_that_left_before_go_with_the_migration(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    """As it was: the work is done and keeps what it was told, and the words are still there."""
    cells = "".join(LINE.format(number) for number in (1, 2, 3, 4))
    with connected(database.url) as engine:
        home = a_community(engine, now)
        taken(home, *files(tmp_path, cells, f"{BEFORE}R4,2026-01-08,SB003,SB004,1,Teh,\n"))
        home.pay(held(home, 2), held(home, 3), 1, "Jahe")
        home.pay(held(home, 3), held(home, 4), 1, "Kunci")

        def before(session) -> None:
            for number, erase in ((1, True), (4, False)):
                left = {"community": home.view.id, "cell": number, "erase": erase}
                schedule(session, "cell_left", left, now)
            session.execute(update(Job).values(done_at=now))

        in_unit_of_work(engine, before)
        unwind(database.owner_url, MIGRATIONS, "20261128_1056_acceptance_stays")
        migrate(database.owner_url, MIGRATIONS)

        def read(session):
            trades = list(session.scalars(select(Trade)))
            shown = [receipt(session, one.token, now) for one in trades]
            return {one.what for one in trades}, shown, set(session.scalars(select(Job.payload)))

        words, shown, payloads = in_unit_of_work(engine, read, write=False)
        assert words == {"", "Madu hutan", "Teh", "Jahe", "Kunci"}
        assert all(one.booked and one.booked.is_genuine for one in shown)
        assert payloads == {"{}"}


def held(home: ACommunity, number: int) -> Acting:
    """Somebody who holds a cell that was taken in."""
    person = home.a_person()

    def work(session) -> Acting | None:
        let_act_for(session, home.view.id, number, person, "holder", home.now)
        return members.find_acting(session, person, "SB", number, home.now)

    acting = in_unit_of_work(home.engine, work)
    assert acting is not None
    return acting
