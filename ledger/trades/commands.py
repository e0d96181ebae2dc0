"""Trades from the command line: taking in the books of before."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session
from tqdm import tqdm

from ledger.kernel import clock
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import Speaker
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import BadLine
from ledger.trades.service import ImportReport, import_history
from ledger.web.runtime import engine

trades = AppGroup("trades", help="Import the trades of other books.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _OnlyTried(Exception):
    """Takes everything back after a dry run, by way of the unit of work."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


@trades.command("import")
@click.option("--community", "code", required=True, help="The community's code, such as SB.")
@click.option("--dry-run", is_flag=True, help="Check every line and write nothing.")
@click.argument("members_file", metavar="MEMBERS.csv", type=_FILE)
@click.argument("trades_file", metavar="TRADES.csv", type=_FILE)
def import_command(code: str, dry_run: bool, members_file: Path, trades_file: Path) -> None:
    """Take in a community's members and past trades: all of them, or none.

    What was imported before is passed over. Limits are taken as they stand in
    MEMBERS.csv and shown as not voted.
    """
    total = lines_in(members_file) + lines_in(trades_file)
    with tqdm(total=total, unit=" lines", delay=0.5) as bar:

        def work(session: Session) -> ImportReport:
            bar.reset()
            community = members.community_by_code(session, code)
            if community is None:
                raise click.ClickException(f"There is no community {code}.")
            report = import_history(
                session, community, members_file, trades_file, clock.now(), bar.update
            )
            if dry_run:
                raise _OnlyTried(report)
            return report

        try:
            report = in_unit_of_work(engine(), work)
        except _OnlyTried as tried:
            report = tried.report
        except ImportRefused as refused:
            bar.close()
            raise _complaint(refused) from refused
    _tell(report, code, dry_run)


def lines_in(file: Path) -> int:
    """How many lines the file has below its header, counted without keeping them."""
    with file.open("rb") as content:
        return max(sum(1 for _ in content) - 1, 0)


def _complaint(refused: ImportRefused) -> click.ClickException:
    speaker = Speaker("en")
    bad: list[BadLine] = list(refused.facts["lines"])  # type: ignore[call-overload]
    told = [f"{line.file}:{line.number}: {speaker.gettext(line.reason)}" for line in bad]
    return click.ClickException("\n".join([*told, f"{len(bad)} bad lines; nothing was written."]))


def _tell(report: ImportReport, code: str, dry_run: bool) -> None:
    done = "would be taken" if dry_run else "taken"
    click.echo(
        f"{report.cells_added} cells and {report.trades_added} trades {done};"
        f" {report.cells_known} cells and {report.trades_known} trades were here already."
    )
    if report.outside:
        numbers = ", ".join(f"{code}{number:03d}" for number in report.outside)
        click.echo(f"Outside their limits now: {numbers}")
