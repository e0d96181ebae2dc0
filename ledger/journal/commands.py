"""`flask seal`: seal what waits and write the seals' hashes to the anchor file."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine

from ledger.journal.service import seal_all
from ledger.kernel import clock


def seal_command(engine: Engine, anchor_file: Path) -> click.Command:
    """The command on these books; `app.py` registers it."""

    @click.command("seal")
    def seal() -> None:
        """Seal all that waits in every community; append the seals to the anchor file."""
        made = seal_all(engine, anchor_file, clock.now())
        click.echo(f"{made} seals made; {anchor_file} is up to date.")

    return seal
