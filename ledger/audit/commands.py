"""`flask audit`: prove the books, or name the first thing that is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlalchemy import Connection, Engine
from tqdm import tqdm

from ledger.audit.service import Community, Proven, communities, prove, rows_to_read, snapshot
from ledger.kernel import clock


def audit_command(engine: Engine, anchor_file: Path) -> click.Command:
    """The command on these books; `app.py` registers it."""

    @click.command("audit")
    @click.option("--community", "code", help="Prove one community's books, by code or id.")
    @click.option("--progress", is_flag=True, help="Show how far it is.")
    def audit(code: str | None, progress: bool) -> None:
        """Recompute everything that the books say, from the first posting to the last seal.

        Exits with 0 and the totals, or with 1 and the first thing that is wrong.
        """
        with snapshot(engine) as connection:
            only = _find(connection, code) if code else None
            total = rows_to_read(connection, only) if progress else None
        with (
            snapshot(engine) as connection,
            tqdm(total=total, unit=" rows", unit_scale=True, disable=not progress) as bar,
        ):
            report = prove(connection, anchor_file, only=only, advance=bar.update, now=clock.now())
        for proven in report.proven:
            click.echo(_totals(proven))
        if report.wrong:
            click.echo(f"WRONG  {report.wrong}", err=True)
            sys.exit(1)
        click.echo(f"The books of {len(report.proven)} communities prove themselves.")

    return audit


def _find(connection: Connection, code: str) -> Community:
    for community in communities(connection):
        if code in {community.code, str(community.id)}:
            return community
    raise click.BadParameter(f"no books of a community {code!r}", param_hint="--community")


def _totals(proven: Proven) -> str:
    name = proven.community.code or f"community {proven.community.id}"
    text = (
        f"{name}: {proven.accounts} accounts, {proven.entries} entries, {proven.postings} postings,"
        f" sum {proven.sum}, {proven.seals} seals, {proven.waiting} waiting for one,"
        f" {proven.closings} closed months"
    )
    if proven.unanchored:
        text += f", {proven.unanchored} seals not in the anchor file"
    return f"{text}\n  head {proven.head.hex() if proven.head else 'none'}"
