"""Trades from the command line: taking in the books of before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session
from tqdm import tqdm

from ledger.kernel import amounts, clock
from ledger.kernel.units import shown_number
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import LAYOUTS, BadLine, Layout
from ledger.trades.schemas import DECIMAL_SIGNS, SECONDS
from ledger.trades.service import importing
from ledger.trades.service.importing import Files, ImportReport, Stage, Way
from ledger.web.runtime import engine

trades = AppGroup("trades", help="Import the trades of other books.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@trades.command("import")
@click.option("--community", "code", required=True, help="The community's code, such as SB.")
@click.option("--layout", "name", type=click.Choice(list(LAYOUTS)), default="simpul",
              show_default=True, help="Whose books they are.")  # fmt: skip
@click.option("--days", type=click.Choice(["iso", "dmy"]), default="iso", show_default=True,
              help="2026-11-03, or 03/11/2026.")  # fmt: skip
@click.option("--decimal", type=click.Choice(list(DECIMAL_SIGNS)), default="point",
              show_default=True, help="What stands before decimals.")  # fmt: skip
@click.option("--unit", type=click.Choice(list(SECONDS)), default="hour", show_default=True,
              help="What one unit is in books that count seconds.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Check every line and write nothing.")
@click.argument("members_file", metavar="MEMBERS.csv", type=_FILE)
@click.argument("trades_file", metavar="[TRADES.csv]", type=_FILE, required=False)
def import_command(
    code: str,
    name: str,
    days: str,
    decimal: str,
    unit: str,
    dry_run: bool,
    members_file: Path,
    trades_file: Path | None,
) -> None:
    """Take in a community's members and past trades: all of them, or none.

    What was imported before is passed over. Limits are taken as they stand in
    MEMBERS.csv and shown as not voted. Cyclos has no TRADES.csv: its balances become
    opening entries.
    """
    layout = LAYOUTS[name]
    if (trades_file is not None) != (layout.trades is not None):
        raise click.UsageError(f"{name} has {'a' if layout.trades else 'no'} file of trades.")
    community = in_unit_of_work(
        engine(), lambda db: members.community_by_code(db, code), write=False
    )
    if community is None:
        raise click.ClickException(f"There is no community {code}.")
    way = Way(name, days, DECIMAL_SIGNS[decimal], SECONDS[unit])
    try:
        with _opened(members_file, trades_file) as files:
            report = _import(community, layout, way, files, dry_run)
    except ImportRefused as refused:
        raise _complaint(refused) from refused
    _tell(report, community, layout, dry_run)
    if report.numbered and not dry_run:
        _tell_numbers(community, layout)


@contextmanager
def _opened(members_file: Path, trades_file: Path | None) -> Iterator[Files]:
    with members_file.open("rb") as cells:
        if trades_file is None:
            yield Files(cells, members_file.name)
        else:
            with trades_file.open("rb") as history:
                yield Files(cells, members_file.name, history, trades_file.name)


def _import(
    community: members.CommunityView, layout: Layout, way: Way, files: Files, dry_run: bool
) -> ImportReport:
    now = clock.now()
    newcomers = in_unit_of_work(
        engine(), lambda db: membership.newcomers_limit(db, community), write=False
    )
    reading = importing.reading_of(way, community, newcomers, now)
    total = sum(lines_in(Path(file.name)) for file in (files.members, files.trades) if file)
    with (
        tqdm(total=total, unit=" lines read", delay=0.5) as bar,
        importing.staged(layout, reading, files, bar.update) as stage,
    ):
        if dry_run:
            return in_unit_of_work(
                engine(), lambda db: _judge(db, community, layout, stage, now), write=False
            )
        bar.close()
        return _take(community, layout, stage, now)


def _judge(
    db: Session, community: members.CommunityView, layout: Layout, stage: Stage, now: datetime
) -> ImportReport:
    outlook = importing.judge(db, community, layout, stage, now)
    if outlook.problems.count:
        raise ImportRefused(count=outlook.problems.count, lines=outlook.bad_lines)
    return outlook.report()


def _take(
    community: members.CommunityView, layout: Layout, stage: Stage, now: datetime
) -> ImportReport:
    with tqdm(total=stage.count(), unit=" booked", delay=0.5) as bar:

        def work(db: Session) -> ImportReport:
            if bar.n:  # it is done again; to reset at once would show a bar for three lines
                bar.reset()
            return importing.take(db, community, layout, stage, now, progress=bar.update)

        return in_unit_of_work(engine(), work)


def lines_in(file: Path) -> int:
    """How many lines the file has, counted without keeping them."""
    with file.open("rb") as content:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: content.read(1 << 16), b""))


def _complaint(refused: ImportRefused) -> click.ClickException:
    speaker = Speaker("en")
    bad: list[BadLine] = list(refused.facts["lines"])  # type: ignore[call-overload]
    told = [f"{line.file}:{line.number}: {speaker.gettext(line.reason)}" for line in bad]
    count = refused.facts["count"]
    if count != len(bad):
        told.append(f"… only the first {len(bad)} of them are named.")
    told.append(f"{_counted(count, 'bad line')}; nothing was written.")
    return click.ClickException("\n".join(told))


def _counted(count: object, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _tell(
    report: ImportReport, community: members.CommunityView, layout: Layout, dry_run: bool
) -> None:
    code = community.code
    done = "would be taken" if dry_run else "taken"
    click.echo(
        f"{_counted(report.cells_added, 'cell')} and"
        f" {_counted(report.trades_added, 'trade')} {done};"
        f" {_counted(report.cells_known, 'cell')} and"
        f" {_counted(report.trades_known, 'trade')} were here already."
    )
    if report.limits_added:
        limited = _counted(report.limits_added, "cell")
        click.echo(f"{limited} with limits that nobody here has voted.")
    if layout.left_out:
        click.echo(f"Not kept: {', '.join(layout.left_out)}.")
    for fund in report.funds:
        shown = shown_number(code, fund.number)
        click.echo(f"{fund.name} ({shown}): {amounts.wire(fund.balance, community.unit.scale)}")
    if report.outside:
        numbers = ", ".join(shown_number(code, number) for number in report.outside)
        click.echo(f"Outside their limits: {numbers}")


def _tell_numbers(community: members.CommunityView, layout: Layout) -> None:
    """Under which number everybody is known now, where it is another than before."""
    origins = in_unit_of_work(
        engine(),
        lambda db: members.cells_by_origin(db, community.id, f"{layout.source}:"),
        write=False,
    )
    for key, number in origins.items():
        click.echo(f"{key}: {shown_number(community.code, number)}")
