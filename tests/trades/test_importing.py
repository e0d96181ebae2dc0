"""Taking in the books of before: all or nothing, each bad line named, twice is once."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import ledger.operations
from ledger.credit import queries as limits
from ledger.journal import queries as books
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from ledger.trades import queries
from ledger.trades.errors import ImportRefused
from ledger.trades.service import ImportReport, import_history
from tests.communities import ACommunity, a_community

SAMPLE = Path(ledger.operations.__file__).parent / "sample"
MEMBERS = (
    "number,name,elements,activity,line_of_business,locality,province,latitude,longitude,"
    "email,phone,joined_on,credit_limit,balance_cap\n"
)
TRADES = "reference,date,from,to,amount,description,activity\n"
TWO = (
    "SB001,Bersama Muda,production,AM60,Jamu,Sragen,Jawa Tengah,-7.4,110.9,,,2025-11-01,300,900\n"
    "SB002,Subur Utama,production,,,,,,,,,2025-11-01,0,\n"
)


@pytest.fixture
def community(engine: Engine, now: datetime) -> ACommunity:
    """A community without cells."""
    return a_community(engine, now)


def taken(community: ACommunity, members_file: Path, trades_file: Path) -> ImportReport:
    """Import both files in one unit of work."""
    return in_unit_of_work(
        community.engine,
        lambda s: import_history(s, community.view, members_file, trades_file, community.now),
    )


def files(folder: Path, cells: str, trades: str) -> tuple[Path, Path]:
    """Write the two files below their headers."""
    paths = folder / "members.csv", folder / "trades.csv"
    paths[0].write_text(MEMBERS + cells, "utf-8")
    paths[1].write_text(TRADES + trades, "utf-8-sig")
    return paths


def reasons(community: ACommunity, paths: tuple[Path, Path]) -> list[tuple[str, int, str]]:
    """File, line and English reason of each bad line."""
    with pytest.raises(ImportRefused) as refused:
        taken(community, *paths)
    with Session(community.engine) as session:
        assert members.count_cells(session, community.view.id) == 0
    lines = refused.value.facts["lines"]
    assert isinstance(lines, tuple)
    return [(line.file, line.number, Speaker("en").gettext(line.reason)) for line in lines]


def test_a_limit_of_zero_is_a_limit(community: ACommunity, tmp_path: Path) -> None:
    taken(community, *files(tmp_path, TWO, ""))
    with Session(community.engine) as session:
        account = books.account(session, community.view.id, 2)
    assert account is not None
    assert account.floor == 0


def test_the_sample_is_taken_once_however_often(community: ACommunity) -> None:
    files = SAMPLE / "members.csv", SAMPLE / "trades.csv"
    assert taken(community, *files) == ImportReport(120, 0, 2711, 0, (), 120, 0, 12042800)
    assert taken(community, *files) == ImportReport(0, 120, 0, 2711, ())
    with Session(community.engine) as session:
        accounts = books.accounts(session, community.view.id)
        limit = limits.history(session, community.view.id, 1)[0]
        page = queries.history(session, community.view, 1, limit=1)
    assert sum(account.balance for account in accounts) == 0
    assert (limit.limit, limit.ceiling, limit.authority) == (30000, 90000, "import")
    assert (page.lines[0].what, page.lines[0].balance) == ("Beras kencur bubuk", -28500)


def test_history_may_pass_a_limit_and_the_report_says_so(
    community: ACommunity, tmp_path: Path
) -> None:
    paths = files(tmp_path, TWO, "T1,2026-01-01,SB002,SB001,10.00,Beras,\n")
    assert taken(community, *paths).outside == (2,)


def test_every_bad_line_is_named_and_nothing_stays(community: ACommunity, tmp_path: Path) -> None:
    good = "T{0},2026-01-02,SB001,SB002,1.00,Beras,\n"
    trades = (
        good.format(1)
        + "T2,2026-01-02,SB001,SB009,1.00,Beras,\n"
        + "T3,2026-01-02,SB001,SB001,1.00,Beras,\n"
        + 'T4,2026-01-02,SB001,SB002,"1,00",Beras,\n'
        + "T5,02/01/2026,SB001,SB002,1.00,Beras,\n"
        + "T1,2026-01-02,SB001,SB002,1.00,Beras,\n"
        + "T8,2026-01-02,SB001,SB002,1.00\n"
        + ",2026-01-02,SB001,SB002,1.00,Beras,\n"
        + "T9,2027-01-02,SB001,SB002,1.00,Beras,\n"
        + good.format(10)
    )
    assert reasons(community, files(tmp_path, TWO, trades)) == [
        ("trades.csv", 3, "There is no account SB009."),
        ("trades.csv", 4, "Both sides are the same account."),
        ("trades.csv", 5, "1,00 is no amount with at most 2 decimals after a point."),
        ("trades.csv", 6, "02/01/2026 is no day like 2026-11-03."),
        ("trades.csv", 7, "The reference T1 stands here twice."),
        ("trades.csv", 8, "It has 5 values instead of 7."),
        ("trades.csv", 9, "It has no reference, or one of more than 64 characters."),
        ("trades.csv", 10, "The day 2027-01-02 lies ahead."),
    ]


def test_bad_members_are_named_too(community: ACommunity, tmp_path: Path) -> None:
    cells = (
        "SB001,,production,,,,,,,,,2025-11-01,0,\n"
        "XY002,Satu,production,,,,,,,,,2025-11-01,0,\n"
        "SB003,Dua,magic,,,,,,,,,2025-11-01,0,\n"
        "SB004,Tiga,production,,,,,95,0,,,2025-11-01,0,\n"
        "SB005,Empat,production,,,,,,,,,2025-11-01,0,\n"
        "SB005,Lima,production,,,,,,,,,2025-11-01,0,\n"
    )
    assert reasons(community, files(tmp_path, cells, "")) == [
        ("members.csv", 2, "The name is empty, too long, or has characters that hide."),
        ("members.csv", 3, "XY002 is no account number of this community."),
        ("members.csv", 4, "magic is not one of the five elements."),
        ("members.csv", 5, "95 is no place on the map."),
        ("members.csv", 7, "5 stands here twice."),
    ]


def test_a_reference_with_other_content_is_bad(community: ACommunity, tmp_path: Path) -> None:
    taken(community, *files(tmp_path, TWO, "T1,2026-01-01,SB001,SB002,1.00,Beras,\n"))
    changed = files(tmp_path, TWO, "T1,2026-01-01,SB001,SB002,2.00,Beras,\n")
    with pytest.raises(ImportRefused) as refused:
        taken(community, *changed)
    (line,) = refused.value.facts["lines"]  # type: ignore[misc]
    assert "T1" in Speaker("en").gettext(line.reason)


def test_a_file_of_another_layout_is_said_to_be_so(community: ACommunity, tmp_path: Path) -> None:
    paths = files(tmp_path, TWO, "")
    paths[1].write_bytes(b"a;b\n\xff")
    assert [line[:2] for line in reasons(community, paths)] == [("trades.csv", 1)]
    paths[1].write_bytes(TRADES.encode() + b"T1,\xff\n")
    assert [line[2] for line in reasons(community, paths)] == ["It is not written in UTF-8."]
