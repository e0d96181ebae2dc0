"""Books of TimeOverflow and of Cyclos 3, and what broken files leave behind: nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.credit import queries as limits
from ledger.journal import queries as books
from ledger.journal.service import cut_off
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.portal import queries as portal
from ledger.trades import queries
from ledger.trades.service.importing import FundLine, ImportReport, Way
from tests.communities import ACommunity, a_cell, a_community
from tests.trades.moving import (
    CYCLOS,
    SIMPUL_MEMBERS,
    SIMPUL_TRADES,
    bad,
    files,
    outlook,
    rows,
    taken,
)

HOURS = Way("timeoverflow")
CYCLOS_3 = Way("cyclos3")
SIMPUL = Way()

USERS = (
    "1,2014-03-05,Ana,Puig,Serra,2,1960-02-29,600111222,,ana@example.org\n"
    "7,2015-10-01,Bernat,Soler,,1,,,+34 93 555 01 02,\n"
    "12,2016-01-01,Carme,Vidal,Roca,2,1971-12-01,,,carme@example.org\n"
)
TRANSFERS = (
    "1,Member,7,Member,3600,2016-02-01 09:30:00 UTC,Anglès,44\n"
    "7,Account,12,member,5400,2016-01-15,Jardí,\n"
    "0,Organization,1,Member,900,2016-03-01,,\n"
    "0,Organization,1,Member,900,2016-03-01,,\n"
)
CELLS = (
    "SB001,Bersama Muda,production,AM60,Jamu,Sragen,Jawa Tengah,-7.4,110.9,,,2025-11-01,300,900\n"
    "SB002,Subur Utama,production,,,,,,,,,2025-11-01,0,\n"
)


@pytest.fixture
def home(sqlite_engine: Engine, now: datetime) -> ACommunity:
    """A community without cells; `both` is it on either database."""
    return a_community(sqlite_engine, now)


@pytest.fixture
def both(engine: Engine, now: datetime) -> ACommunity:
    return a_community(engine, now)


def balances(home: ACommunity) -> dict[int, int]:
    with Session(home.engine) as session:
        return {one.number: one.balance for one in books.accounts(session, home.view.id)}


class TestTimeOverflow:
    def test_seconds_become_units_and_the_organisation_a_fund(self, both: ACommunity) -> None:
        report = taken(both, HOURS, files(USERS, TRANSFERS))
        assert report == ImportReport(
            3, 0, 4, 0, (), volume=300, funds=(FundLine(900001, "Kas komunitas", -50),)
        )
        assert balances(both) == {1: -50, 7: -50, 12: 150, 900001: -50}

    def test_nothing_is_kept_of_sexes_and_birthdays(self, home: ACommunity) -> None:
        taken(home, HOURS, files(USERS, TRANSFERS))
        with Session(home.engine) as session:
            cell = members.cell(session, home.view, 1)
            limit = limits.history(session, home.view.id, 1)[0]
            page = queries.history(session, home.view, 1)
        assert cell is not None
        assert cell.name == "Ana Puig Serra"
        assert cell.email is None, "no consent came with it"
        assert (limit.limit, limit.authority) == (10000, "founding")
        assert [(line.others[0].name, line.what) for line in page.lines] == [
            ("Kas komunitas", ""),
            ("Kas komunitas", ""),
            ("Bernat Soler", "Anglès"),
        ]

    def test_again_adds_nothing_and_more_adds_the_rest(self, home: ACommunity) -> None:
        taken(home, HOURS, files(USERS, TRANSFERS))
        before = rows(home.engine)
        report = taken(home, HOURS, files(USERS, TRANSFERS))
        assert (report.cells_added, report.cells_known) == (0, 3)
        assert (report.trades_added, report.trades_known) == (0, 4)
        assert rows(home.engine) == before
        third = TRANSFERS + "0,Organization,1,Member,900,2016-03-01,,\n"
        assert taken(home, HOURS, files(USERS, third)).trades_added == 1

    def test_the_same_seconds_in_a_unit_of_minutes(self, home: ACommunity) -> None:
        minutes = Way("timeoverflow", seconds=60)
        assert taken(home, minutes, files(USERS, TRANSFERS)).volume == 18000

    def test_days_as_people_write_them_and_semicolons(self, home: ACommunity) -> None:
        users = USERS.replace(",", ";").replace("2014-03-05", "5/3/2014")
        users = users.replace("2015-10-01", "1-10-2015").replace("2016-01-01", "01.01.2016")
        transfers = "1;Member;7;Member;3600;1/2/2016 9:30:00 UTC;A, B;\n"
        way = Way("timeoverflow", days="dmy")
        assert taken(home, way, files(b"\xef\xbb\xbf" + users.encode(), transfers)).trades_added
        with Session(home.engine) as session:
            (line,) = queries.history(session, home.view, 1).lines
        assert (str(line.occurred_on), line.what) == ("2016-02-01", "A, B")

    def test_each_bad_line_is_named(self, home: ACommunity) -> None:
        transfers = (
            "1,Member,7,Member,1000,2016-02-01,Tretze,\n"
            "1,Member,7,Member,-3600,2016-02-01,Menys,\n"
            "1,Member,8,Member,3600,2016-02-01,Qui,\n"
            "1,Group,7,Member,3600,2016-02-01,Grup,\n"
            "0,Organization,0,Organization,3600,2016-02-01,Res,\n"
            "1,Member,7,Member,3600,2027-02-01,Demà,\n"
            "1,Member,7,Member,3600,01/02/2016,Dia,\n"
            "1,Member,7,Member,3600\n"
        )
        assert bad(home, HOURS, files(USERS + "x,,Nin,,,,,,,\n", transfers)) == [
            ("members.csv", 4, "x is no account number of this community."),
            ("trades.csv", 1, "1000 seconds do not come out even in a unit with 2 decimals."),
            ("trades.csv", 2, "-3600 is no whole number of seconds above zero."),
            ("trades.csv", 3, "There is no account SB008."),
            ("trades.csv", 4, "Group is neither Member nor Account nor Organization."),
            ("trades.csv", 5, "Both sides are the same account."),
            ("trades.csv", 6, "The day 2027-02-01 lies ahead."),
            ("trades.csv", 7, "01/02/2016 is no day like 2026-11-03."),
            ("trades.csv", 8, "It has 5 values instead of 8."),
        ]


class TestCyclos:
    MEMBERS = CYCLOS + (
        "Warung Bu Sri,busri,geheim,sri@example.org,2012-05-01,150.50,200,1000\n"
        "Kebun Pak Jo,2,geheim,,2012-05-02,-40,-100,\n"
        "Tani Makmur,tani,,,,0,,\n"
    )

    def test_balances_stand_against_a_visible_opening_fund(self, both: ACommunity) -> None:
        report = taken(both, CYCLOS_3, files(self.MEMBERS))
        fund = FundLine(900001, "Kas saldo awal", -11050)
        assert report == ImportReport(
            3, 0, 2, 0, (), limits_added=2, numbered=2, volume=19050, funds=(fund,)
        )
        assert balances(both) == {2: -4000, 3: 15050, 4: 0, 900001: -11050}
        with Session(both.engine) as session:
            origins = members.cells_by_origin(session, both.view.id, "cyclos3:")
            found = [limits.history(session, both.view.id, one)[0] for one in (2, 3, 4)]
            page = queries.history(session, both.view, 3)
            (shown,) = portal.community_facts(session, both.view, both.now).funds
        assert (shown.number, shown.name, shown.balance) == (900001, "Kas saldo awal", -11050)
        assert origins == {"2": 2, "busri": 3, "tani": 4}
        assert [(one.limit, one.ceiling, one.authority) for one in found] == [
            (10000, None, "import"),
            (20000, 100000, "import"),
            (10000, None, "founding"),
        ]
        assert [(line.others[0].name, line.what) for line in page.lines] == [
            ("Kas saldo awal", "Saldo awal")
        ]

    def test_again_adds_nothing_and_another_balance_is_refused(self, both: ACommunity) -> None:
        taken(both, CYCLOS_3, files(self.MEMBERS))
        before = rows(both.engine)
        later = both.later(days=3)
        report = taken(later, CYCLOS_3, files(self.MEMBERS))
        assert (report.cells_known, report.trades_known) == (3, 2)
        assert rows(both.engine) == before
        changed = self.MEMBERS.replace("150.50", "151")
        assert bad(later, CYCLOS_3, files(changed)) == [
            (
                "members.csv",
                2,
                "The reference busri was imported before with other content.",
            )
        ]

    def test_limits_come_before_the_first_trade_of_ones_own(self, home: ACommunity) -> None:
        first, second = home.enrol(a_cell(), 1), home.enrol(a_cell(), 2)
        home.pay(first, second, 1)
        reason = "Limits can be taken over from earlier books only before the first trade here."
        found = bad(home, CYCLOS_3, files(self.MEMBERS))
        assert {line[2] for line in found} == {reason}
        assert {line[1] for line in found} == {2, 3}

    def test_numbers_that_are_taken_are_given_anew(self, home: ACommunity) -> None:
        home.enrol(a_cell("Sudah Ada"), 2)
        taken(home, CYCLOS_3, files(self.MEMBERS))
        with Session(home.engine) as session:
            origins = members.cells_by_origin(session, home.view.id, "cyclos3:")
        assert origins == {"busri": 3, "2": 4, "tani": 5}

    def test_decimal_commas_groups_any_order_and_columns_of_their_own(
        self, home: ACommunity
    ) -> None:
        text = (
            "Username;Name;Balance;zona;creationDate\nsri;Warung Bu Sri;1.150,5;utara;01/05/2012\n"
        )
        way = Way("cyclos3", days="dmy", decimal=",")
        assert taken(home, way, files(text)).volume == 115050
        assert bad(home, Way("cyclos3", days="dmy"), files(text)) == [
            ("members.csv", 2, "1.150,5 is no amount with at most 2 decimals after a point.")
        ]

    def test_balances_beyond_limits_are_facts_and_named(self, home: ACommunity) -> None:
        text = CYCLOS + "Warung,w,,,,-500,100,\nKebun,k,,,,900,,800\n"
        assert taken(home, CYCLOS_3, files(text)).outside == (1, 2)

    def test_what_is_bad_is_named(self, home: ACommunity) -> None:
        text = CYCLOS + (
            "Satu,a,,,,1.234,,\n"
            "Dua,a,,,,1,,\n"
            "Tiga,A,,,,1,,\n"
            "Empat,,,,,1,,\n"
            ",e,,,,1,,\n"
            "Enam,f,,,2030-01-01,1,,\n"
            "Tujuh,g,,,,1,,-5\n"
            "Delapan,h,,,,1e3,,\n"
        )
        assert [line[1:] for line in bad(home, CYCLOS_3, files(text))] == [
            (2, "1.234 is no amount with at most 2 decimals after a point."),
            (4, "a stands here twice."),
            (5, "It has no user name, or one of more than 64 characters."),
            (6, "The name is empty, too long, or has characters that hide."),
            (7, "The day 2030-01-01 lies ahead."),
            (8, "The amount -5 is zero or less, or too large."),
            (9, "1e3 is no amount with at most 2 decimals after a point."),
        ]


GOOD = "T1,2026-01-01,SB002,SB001,10.00,Beras,\n"
HEAD = SIMPUL_TRADES.encode()
ONE = HEAD + GOOD.encode()
START = b"T2,2026-01-01,SB002,SB001,"
BROKEN: dict[str, tuple[bytes, int]] = {
    "no columns": (b"", 1),
    "other columns": (b"a,b,c\n1,2,3\n", 1),
    "UTF-16": (SIMPUL_TRADES.encode("utf-16"), 1),
    "a NUL byte": (ONE + START + b"1,Be\0ras,\n", 3),
    "latin-1": (ONE + START + b"1,Caf\xe9,\n", 3),
    "an open quote": (ONE + START + b'1,"B,\n', 3),
    "a quote in the middle": (ONE + START + b'1,"B"x,\n', 3),
    "a huge value": (ONE + START + b"1," + b"B" * 5000 + b",\n", 3),
    "a line without end": (ONE + b"B" * 2_000_000, 3),
    "an unknown cell": (ONE + b"T2,2026-01-01,SB002,SB099,1,B,\n", 3),
    "a day ahead": (ONE + b"T2,2026-12-01,SB002,SB001,1,B,\n", 3),
    "too many decimals": (ONE + START + b"1.001,B,\n", 3),
    "another decimal sign": (ONE + START + b'"1,5",B,\n', 3),
    "nothing": (ONE + START + b"0,B,\n", 3),
    "more than a ledger holds": (ONE + START + b"9" * 16 + b",B,\n", 3),
    "a reference twice": (ONE + GOOD.encode(), 3),
    "no such day": (ONE + b"T2,2026-02-30,SB002,SB001,1,B,\n", 3),
}


def test_broken_files_of_every_kind_leave_nothing_behind(both: ACommunity) -> None:
    for kind, (content, line) in BROKEN.items():
        found = bad(both, SIMPUL, files(SIMPUL_MEMBERS + CELLS, content))
        assert [one[:2] for one in found] == [("trades.csv", line)], kind


def test_after_a_broken_one_the_mended_file_is_taken(home: ACommunity) -> None:
    bad(home, SIMPUL, files(SIMPUL_MEMBERS + CELLS, SIMPUL_TRADES + GOOD + "T2\n"))
    mended = b"\xef\xbb\xbf" + (SIMPUL_TRADES + GOOD).replace(",", ";").encode()
    assert taken(home, SIMPUL, files(SIMPUL_MEMBERS + CELLS, mended)).trades_added == 1


def test_history_is_booked_day_by_day_however_it_is_written(home: ACommunity) -> None:
    trades = "T2,2026-02-01,SB001,SB002,2,Kedua,\nT1,2026-01-01,SB001,SB002,1,Pertama,\n"
    taken(home, SIMPUL, files(SIMPUL_MEMBERS + CELLS, SIMPUL_TRADES + trades))
    with Session(home.engine) as session:
        page = queries.history(session, home.view, 1)
    assert [(line.what, line.balance) for line in page.lines] == [
        ("Kedua", -300),
        ("Pertama", -100),
    ]


def test_older_history_than_the_accounts_hold_is_named_line_by_line(home: ACommunity) -> None:
    taken(home, SIMPUL, files(SIMPUL_MEMBERS + CELLS, SIMPUL_TRADES + GOOD))
    older = "T2,2025-12-01,SB001,SB002,1,B,\nT3,2025-12-02,SB001,SB002,1,B,\n"
    found = bad(home, SIMPUL, files(SIMPUL_MEMBERS + CELLS, SIMPUL_TRADES + older))
    assert [line[1] for line in found] == [2, 3]


def test_nothing_is_booked_into_a_closed_month(home: ACommunity) -> None:
    before_november = datetime(2026, 10, 31, 17, tzinfo=UTC)
    in_unit_of_work(home.engine, lambda s: cut_off(s, home.view.id, before_november, home.now))
    trades = GOOD + "T2,2026-11-02,SB001,SB002,1,Gula,\n"
    given = files(SIMPUL_MEMBERS + CELLS, SIMPUL_TRADES + trades)
    reason = "The day 2026-01-01 lies in a month that is closed: nothing more is booked in it."
    assert bad(home, SIMPUL, given) == [("trades.csv", 2, reason)]


def test_what_is_foreseen_is_what_happens_and_nothing_before(both: ACommunity) -> None:
    for way, given in (
        (HOURS, lambda: files(USERS, TRANSFERS)),
        (CYCLOS_3, lambda: files(TestCyclos.MEMBERS.replace(",2,", ",dua,"))),
    ):
        before = rows(both.engine)
        foreseen = outlook(both, way, given()).report()
        assert rows(both.engine) == before
        done = taken(both, way, given())
        assert [fund.balance for fund in foreseen.funds] == [fund.balance for fund in done.funds]
        assert (foreseen.outside, foreseen.volume) == (done.outside, done.volume)
        assert foreseen.cells_added == done.cells_added > 0


def test_an_import_keeps_the_books_provable(home: ACommunity) -> None:
    taken(home, HOURS, files(USERS, TRANSFERS))
    assert sum(balances(home).values()) == 0


def test_so_many_bad_lines_are_named_and_the_rest_counted(home: ACommunity) -> None:
    text = SIMPUL_TRADES + "T,x\n" * 10_003
    found = outlook(home, SIMPUL, files(SIMPUL_MEMBERS + CELLS, text))
    assert (len(found.bad_lines), found.problems.count) == (10_000, 10_003)
