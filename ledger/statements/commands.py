"""`flask statements`: close months, draw and mail statements, check files, write out roots."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session
from tqdm import tqdm

from ledger.identity import queries as people
from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service, verify
from ledger.statements.rules.months import Month, read_month
from ledger.text.prose import explain
from ledger.text.speaker import Speaker
from ledger.web.runtime import engine, runtime

statements = AppGroup("statements", help="Close months, and prove what was closed.")

Result = TypeVar("Result")

_CODE = click.option("--community", "code", required=True, help="The community's code.")


class _MonthType(click.ParamType[Month]):
    name = "month"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        found = value if isinstance(value, Month) else read_month(str(value))
        if found is None:
            self.fail("A month is written as 2026-10.", param, ctx)
        return found


@statements.command("close")
@click.option("--community", "code", help="Close one community's months, by its code.")
@click.option("--progress", is_flag=True, help="Show how far it is.")
def close_command(code: str | None, progress: bool) -> None:
    """Close every month that is over and not closed yet. Doing it again does nothing."""
    now, decided = clock.now(), runtime().lookups.find_decisions
    with tqdm(unit=" postings", unit_scale=True, disable=not progress) as bar:
        if code is None:
            made = service.close_due(engine(), now, bar.update, decided)
        else:
            community = _read(_community(code))
            made = service.close_community(engine(), community, now, bar.update, decided)
    click.echo(f"{made} months closed.")


@statements.command("prove")
@_CODE
@click.option("--month", type=_MonthType(), help="One month, such as 2026-10; else all.")
@click.option("--progress", is_flag=True, help="Show how far it is.")
def prove_command(code: str, month: Month | None, progress: bool) -> None:
    """Compose every statement again from the books; each must come to its digest.

    Exits with 1 at the first that does not.
    """
    community = _read(_community(code))
    closed = _read(partial(queries.closings, community=community))
    count = 0
    for one in [month] if month else sorted(each.month for each in closed):
        lines = _read(partial(queries.statements_in, community_id=community.id, month=one))
        for line in tqdm(lines, desc=str(one), unit=" statements", disable=not progress):
            found = _read(
                partial(queries.statement, community=community, account=line.account, month=one)
            )
            if found is None or not found.is_genuine:
                click.echo(f"WRONG  {code} {one}, account {line.account}", err=True)
                sys.exit(1)
            count += 1
    click.echo(f"{count} statements say what the books say.")


@statements.command("roots")
@_CODE
def roots_command(code: str) -> None:
    """Write out the public file of roots."""
    community = _read(_community(code))
    click.echo(_read(partial(queries.roots_file, community=community)))


@statements.command("file")
@_CODE
@click.option("--account", type=int, required=True, help="The number of the account.")
@click.option("--month", type=_MonthType(), required=True, help="Such as 2026-10.")
def file_command(code: str, account: int, month: Month) -> None:
    """Write out a statement with its proof, as its holder downloads it."""
    community = _read(_community(code))

    def work(session: Session) -> bytes:
        found = queries.statement(session, community, account, month)
        proof = queries.proof(session, community, account, month)
        if found is None or proof is None:
            raise click.ClickException("There is no statement of this account and month.")
        return queries.statement_file(found, proof)

    click.echo(_read(work))


@statements.command("verify")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--roots", metavar="ROOTS.json", type=click.Path(), help="The public file of roots.")
def verify_command(file: str, roots: str | None) -> None:
    """Prove a statement (JSON or PDF) or a list of lines, as `verify.py` does alone."""
    sys.exit(verify.check(file, roots))


@statements.command("render")
@_CODE
@click.option("--month", type=_MonthType(), required=True, help="Such as 2026-10.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; as many as processors.")
def render_command(code: str, month: Month, workers: int | None) -> None:
    """Draw the PDFs of a month ahead of time, each in the languages it will be wanted in."""
    community = _read(_community(code))
    total = len(_read(partial(service.wanted_pdfs, community=community, month=month)))
    parts = runtime()
    with tqdm(total=total, unit=" PDFs") as bar:
        count = service.draw_all(
            parts.engine,
            community,
            month,
            parts.public_url,
            clock.now(),
            workers=workers or os.cpu_count() or 1,
            progress=bar.update,
        )
    click.echo(f"{count} statements drawn.")


@statements.command("send")
@_CODE
@click.option("--month", type=_MonthType(), required=True, help="Such as 2026-10.")
@click.option("--again", is_flag=True, help="Send again to all whose mail came back.")
@click.option("--to", metavar="E-MAIL", help="Send another copy to one person, by their address.")
def send_command(code: str, month: Month, again: bool, to: str | None) -> None:
    """Mail a month's statements to everybody who wants them. Doing it again sends nothing.

    The mail leaves with due work: `flask jobs run-due`.
    """
    community, now = _read(_community(code)), clock.now()

    def work(session: Session) -> int:
        if to is not None:
            person = people.person_by_contact(session, to)
            if person is None:
                raise click.ClickException(f"Nobody has the address {to}.")
            service.send_again(session, community, month, person, None, now)
            return 1
        if again:
            return service.send_wrong_again(session, community, month, None, now)
        return service.begin(session, community, month, now)

    try:
        count = in_unit_of_work(engine(), work)
    except LedgerError as refusal:
        said = explain(refusal, Speaker("en"), community.unit, code)
        raise click.ClickException(said) from refusal
    click.echo(f"{count} mails are on their way.")


@statements.command("bounce")
@click.argument("file", type=click.File("rb"), default="-")
def bounce_command(file: BinaryIO) -> None:
    """Write down a mail that came back, from FILE or standard input.

    For the mail server: have it hand what comes to the sender's address to this command.
    """
    bounce = service.read_bounce(file.read())
    if bounce is None:
        click.echo("This is no report that a statement did not arrive.")
        return
    known = in_unit_of_work(engine(), lambda db: service.note_bounce(db, bounce, clock.now()))
    click.echo(f"{bounce.stamp}: {bounce.reason}" if known else "No such mail was sent from here.")


def _community(code: str) -> Callable[[Session], CommunityView]:
    def work(session: Session) -> CommunityView:
        found = members.community_by_code(session, code)
        if found is None:
            raise click.ClickException(f"There is no community {code}.")
        return found

    return work


def _read(work: Callable[[Session], Result]) -> Result:
    return in_unit_of_work(engine(), work, write=False)
