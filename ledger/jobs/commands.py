"""Due work from the command line: once, or for as long as the server runs."""

from __future__ import annotations

import logging
import signal
import threading

import click
from flask import current_app
from flask.cli import AppGroup

from ledger.jobs import queries
from ledger.jobs.service import Ran, Rounds, run_due
from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work

_log = logging.getLogger(__name__)

jobs = AppGroup("jobs", help="Do what is due: send mail, execute decisions.")


@jobs.command("run-due")
@click.option("--watch", type=click.FloatRange(min=0.1), metavar="SECONDS",
              help="Look again every so many seconds, until ended.")  # fmt: skip
def run_due_command(watch: float | None) -> None:
    """Do everything that is due now."""
    rounds = Rounds(current_app.extensions["simpul"].regular)
    if watch is None:
        _tell(_round(rounds))
        return
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ended.set())
    while not ended.is_set():
        try:
            ran = _round(rounds)
        except Exception:  # noqa: BLE001 - a database that is away for a while comes back
            _log.warning("this round of due work failed", exc_info=True)
        else:
            if ran.done or ran.failed:
                _tell(ran)
        ended.wait(watch)


@jobs.command("failed")
def failed_command() -> None:
    """List what failed: given up, or to be tried again, each with the last reason."""
    now, engine = clock.now(), current_app.extensions["simpul"].engine
    found = in_unit_of_work(engine, lambda db: queries.failed(db, now), write=False)
    for job in found:
        then = "given up" if job.is_given_up else f"again at {job.due_at:%Y-%m-%d %H:%M} UTC"
        why = job.trouble or "the runner died at it"
        click.echo(f"{job.id}  {job.kind}  {job.tries} tries, {then}: {why}")
    if not found:
        click.echo("Nothing has failed.")


def _round(rounds: Rounds) -> Ran:
    """Regular work, then jobs, a few at a time by a fresh clock, until nothing is due."""
    parts = current_app.extensions["simpul"]
    rounds.run(clock.now())
    done = failed = 0
    while True:
        ran = run_due(parts.engine, parts.job_handlers, clock.now())
        if not (ran.done or ran.failed):
            return Ran(done, failed)
        done, failed = done + ran.done, failed + ran.failed


def _tell(ran: Ran) -> None:
    click.echo(f"{ran.done} done, {ran.failed} failed and put off.")
