"""Books of before for tests: written to files, taken in, and what is left behind by bad ones."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import Engine, MetaData, Table, func, inspect, select
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import LAYOUTS, Reading
from ledger.trades.service import importing, intake_work, intakes
from ledger.trades.service.importing import Files, ImportReport, Outlook, Way
from ledger.trades.service.intakes import Upload
from tests.communities import ACommunity

SIMPUL_MEMBERS = (
    "number,name,elements,activity,line_of_business,locality,province,latitude,longitude,"
    "email,phone,joined_on,credit_limit,balance_cap\n"
)
SIMPUL_TRADES = "reference,date,from,to,amount,description,activity\n"
CYCLOS = "name,username,password,email,creationdate,balance,creditlimit,uppercreditlimit\n"


def files(cells: str | bytes, trades: str | bytes | None = None) -> Files:
    """Two files, or one."""
    first = BytesIO(cells.encode() if isinstance(cells, str) else cells)
    if trades is None:
        return Files(first, "members.csv")
    second = BytesIO(trades.encode() if isinstance(trades, str) else trades)
    return Files(first, "members.csv", second, "trades.csv")


def reading_of(community: ACommunity, way: Way) -> Reading:
    """How files are read into the community."""
    limit = Limit(community.view.founding_floor, community.view.founding_ceiling, "founding")
    return importing.reading_of(way, community.view, limit, community.now)


def taken(community: ACommunity, way: Way, given: Files) -> ImportReport:
    """Take the files in, in one unit of work."""
    layout = LAYOUTS[way.layout]
    reading = reading_of(community, way)
    with importing.staged(layout, reading, given) as stage:
        return in_unit_of_work(
            community.engine,
            lambda s: importing.take(s, community.view, layout, stage, community.now),
        )


def outlook(community: ACommunity, way: Way, given: Files) -> Outlook:
    """What taking them in would do."""
    layout = LAYOUTS[way.layout]
    reading = reading_of(community, way)
    with importing.staged(layout, reading, given) as stage:
        return in_unit_of_work(
            community.engine,
            lambda s: importing.judge(s, community.view, layout, stage, community.now),
            write=False,
        )


def bad(community: ACommunity, way: Way, given: Files) -> list[tuple[str, int, str]]:
    """File, line and English reason of each bad line; nothing at all was left behind."""
    before = rows(community.engine)
    try:
        taken(community, way, given)
    except ImportRefused as refused:
        lines = refused.facts["lines"]
    else:
        raise AssertionError("it was taken")
    assert rows(community.engine) == before
    assert isinstance(lines, tuple)
    return [(line.file, line.number, Speaker("en").gettext(line.reason)) for line in lines]


def rows(engine: Engine) -> dict[str, int]:
    """How many rows every table has."""
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(Table(name, MetaData()))) or 0
            for name in inspect(engine).get_table_names()
            if name != "alembic_version"
        }


def upload(cells: str, trades: str = "", way: Way | None = None) -> Upload:
    """Files as a browser sends them."""
    return Upload(
        way or Way(),
        BytesIO(cells.encode()),
        "members.csv",
        BytesIO(trades.encode()),
        "trades.csv" if trades else "",
    )


def received(community: ACommunity, person: int, given: Upload) -> int:
    """Have a person who serves upload something; return its number."""

    def work(session: Session) -> int:
        standing = members.find_standing(session, person, community.view.code, community.now)
        assert standing is not None
        return intakes.receive(session, standing, given, community.now)

    return in_unit_of_work(community.engine, work)


def an_intake(community: ACommunity, person: int) -> int:
    """An upload that was looked at and could be taken in."""
    cells = SIMPUL_MEMBERS + "SB009,Dari Dulu,,,,,,,,,,2025-11-01,10,\n"
    number = received(community, person, upload(cells, SIMPUL_TRADES))
    intake_work.look(community.engine, number, community.now)
    return number
