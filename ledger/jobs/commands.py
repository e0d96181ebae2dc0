"""Due work from the command line: once, or for as long as the server runs."""

from __future__ import annotations

import signal
import threading

import click
from flask import current_app
from flask.cli import AppGroup

from ledger.jobs.service import Ran, run_due
from ledger.kernel import clock

jobs = AppGroup("jobs", help="Do what is due: send mail, execute decisions.")


@jobs.command("run-due")
@click.option("--watch", type=click.FloatRange(min=0.1), metavar="SECONDS",
              help="Look again every so many seconds, until ended.")  # fmt: skip
def run_due_command(watch: float | None) -> None:
    """Do everything that is due now."""
    if watch is None:
        _tell(_round())
        return
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ended.set())
    while not ended.is_set():
        ran = _round()
        if ran.done or ran.failed:
            _tell(ran)
        ended.wait(watch)


def _round() -> Ran:
    """Rounds of a few jobs each, with a fresh reading of the clock, until nothing is due."""
    parts = current_app.extensions["simpul"]
    done = failed = 0
    while True:
        ran = run_due(parts.engine, parts.job_handlers, clock.now())
        if not (ran.done or ran.failed):
            return Ran(done, failed)
        done, failed = done + ran.done, failed + ran.failed


def _tell(ran: Ran) -> None:
    click.echo(f"{ran.done} done, {ran.failed} failed and put off.")
