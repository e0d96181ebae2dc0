"""Books of before for tests: written to files, taken in, and what is left behind by bad ones."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import Engine, MetaData, Table, func, inspect, select

from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import LAYOUTS
from ledger.trades.service import importing
from ledger.trades.service.importing import Files, ImportReport, Outlook, Way
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


def taken(community: ACommunity, way: Way, given: Files) -> ImportReport:
    """Take the files in, in one unit of work."""
    layout = LAYOUTS[way.layout]
    reading = importing.reading_of(way, community.view, community.now)
    with importing.staged(layout, reading, given) as stage:
        return in_unit_of_work(
            community.engine,
            lambda s: importing.take(s, community.view, layout, stage, community.now),
        )


def outlook(community: ACommunity, way: Way, given: Files) -> Outlook:
    """What taking them in would do."""
    layout = LAYOUTS[way.layout]
    reading = importing.reading_of(way, community.view, community.now)
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
