"""Communities and their cells from the command line."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.amounts import parse_amount, parse_limit
from ledger.kernel.errors import LedgerError
from ledger.kernel.units import Unit
from ledger.members import queries
from ledger.members.service import FoundCommunity
from ledger.members.service.founding import Steward, found_with_stewards, read_steward
from ledger.members.service.transparency import LEVELS
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.prose import explain
from ledger.text.speaker import LANGUAGES, Speaker
from ledger.web import invited
from ledger.web.runtime import engine, runtime

communities = AppGroup("communities", help="Found communities and list them.")
cells = AppGroup("cells", help="List the cells of a community.")


@cells.command("list")
@click.argument("code")
@click.option("--unheld", is_flag=True, help="Only those that nobody holds yet.")
def list_cells(code: str, *, unheld: bool) -> None:
    """Name the cells of the community CODE: number, name, people, voter or none."""
    for line in in_unit_of_work(engine(), lambda db: _cells(db, code, unheld), write=False):
        click.echo(line)


def _cells(db: Session, code: str, unheld: bool) -> list[str]:
    where = queries.community_by_code(db, code.upper())
    if where is None:
        raise click.ClickException(f"There is no community {code}.")
    voters = queries.voters(db, where.id, clock.now())
    lines = []
    for number, cell in sorted(queries.cells_by_number(db, where).items()):
        people = queries.people_of_cell(db, where.id, number)
        if unheld and any(one.kind == "holder" for one in people):
            continue
        voter = "has a voter" if number in voters else "no voter"
        lines.append(f"{cell.shown}\t{cell.name}\t{len(people)} people\t{voter}")
    return lines


@communities.command("list")
def list_all() -> None:
    """Name every community, with its code and how many cells it has."""
    found = in_unit_of_work(
        engine(),
        lambda db: [(one, queries.count_cells(db, one.id)) for one in queries.communities(db)],
        write=False,
    )
    for one, cells in found:
        click.echo(f"{one.code}\t{one.name}\t{cells} cells")


@communities.command("first-run")
def first_run() -> None:
    """Print the address of the page that founds the first community; good for an hour."""
    token = invited.sign(current_app.secret_key, "first-run")
    click.echo(f"{runtime().public_url}/first-run/{token}")


@communities.command("create")
@click.option("--code", prompt=True, help="Two to six capitals, such as SB.")
@click.option("--name", prompt=True)
@click.option("--place", prompt=True)
@click.option("--unit-name", prompt="Name of the unit", help="Such as poin; no state's money.")
@click.option("--unit-symbol", prompt="Symbol of the unit")
@click.option("--unit-scale", prompt="Decimals of the unit", type=click.IntRange(0, 3))
@click.option("--export-code", prompt="Export code (X and two capitals)")
@click.option("--zone", prompt="Time zone", default="Asia/Jakarta")
@click.option("--language", type=click.Choice(sorted(LANGUAGES)), default="id")
@click.option(
    "--limit",
    prompt="Credit limit of each new cell",
    help="Such as 200.00; 0 is not below zero at all.",
)
@click.option("--ceiling", help="Highest balance of each new cell; none if left out.")
@click.option("--transparency", type=click.Choice(LEVELS), default="members")
@click.option("--steward", multiple=True, required=True, help="'Name, e-mail or phone'; repeat it.")
def create(
    code: str,
    name: str,
    place: str,
    unit_name: str,
    unit_symbol: str,
    unit_scale: int,
    export_code: str,
    zone: str,
    language: str,
    limit: str,
    ceiling: str | None,
    transparency: str,
    steward: tuple[str, ...],
) -> None:
    """Found a community with three stewards or more; prints the link each enters by."""
    unit = Unit(unit_name, unit_symbol, unit_scale, export_code.upper())
    try:
        command = FoundCommunity(
            code.upper(), name, place, unit, zone, language,
            -parse_limit(limit, unit_scale),
            parse_amount(ceiling, unit_scale) if ceiling else None,
            transparency,
        )  # fmt: skip
        stewards = [_steward(text) for text in steward]
        _, welcomed = in_unit_of_work(
            engine(), lambda db: found_with_stewards(db, command, stewards, clock.now())
        )
    except LedgerError as error:
        raise click.ClickException(explain(error, Speaker("en"))) from error
    click.echo(f"{name} ({code.upper()}) is founded.")
    for one in welcomed:
        way = f"{runtime().public_url}/reset/{one.token}" if one.token else "known here already"
        click.echo(f"  {one.name}: {way}")


def _steward(text: str) -> Steward:
    name, _, contact = (part.strip() for part in text.rpartition(","))
    if not name or not contact:
        raise click.BadParameter(f"write 'Name, e-mail or phone', not {text!r}")
    return read_steward(name, contact)
