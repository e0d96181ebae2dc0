"""`flask db upgrade`, `flask serve` and `flask demo`."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

import click
from flask.cli import AppGroup
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from tqdm import tqdm

from ledger.journal.service import seal_all
from ledger.kernel import clock
from ledger.kernel.units import shown_number
from ledger.operations import service
from ledger.operations.service import COMMUNITY, DEMO_PEOPLE, MEMBERS_FILE, TRADES_FILE
from ledger.persistence.migrations import migrate
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.service import close_due
from ledger.trades.service import ImportReport
from ledger.web.runtime import engine

_SECONDS_BETWEEN_ROUNDS = "5"
_THREADS = "16"
"""As many as the engine keeps connections to PostgreSQL."""

_SECONDS_TO_START = 60
_SECONDS_TO_END = 10


class Settings(Protocol):
    """What these commands need to know of the settings."""

    @property
    def owner_url(self) -> str: ...
    @property
    def var(self) -> Path: ...
    @property
    def anchor_file(self) -> Path: ...
    @property
    def mail_directory(self) -> Path: ...
    @property
    def smtp(self) -> object | None: ...
    @property
    def public_url(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def workers(self) -> int: ...


def database_commands(settings: Settings, migrations: Path) -> AppGroup:
    """The group `flask db`."""
    group = AppGroup("db", help="Bring the database up to date.")

    @group.command("upgrade")
    def upgrade() -> None:
        """Make the tables of an empty database, or bring older ones up to date."""
        _upgrade(settings, migrations)
        click.echo("The database is up to date.")

    return group


def serve_command(settings: Settings, root: Path) -> click.Command:
    """The command `flask serve`; `root` is the folder of `app.py`."""

    @click.command("serve")
    def serve() -> None:
        """Serve pages and do due work, until it is ended or one of the two ends."""
        _ensure_port_is_free(settings.host, settings.port)
        with _running(settings, root) as children:
            _wait_until_served(settings, children[0])
            click.echo(f"Simpul is running at {settings.public_url}")
            _wait(children)

    return serve


def demo_command(
    settings: Settings, migrations: Path, root: Path, audit: click.Command
) -> click.Command:
    """The command `flask demo`; `root` is the folder of `app.py`, `audit` proves the books."""

    @click.command("demo")
    @click.pass_context
    def demo(context: click.Context) -> None:
        """Run the sample community in this machine's browser until Ctrl-C.

        The database is made at the first start and kept afterwards.
        """
        _ensure_port_is_free(settings.host, settings.port)
        click.echo("Database: bringing it up to date …")
        _upgrade(settings, migrations)
        _fill(engine())
        seal_all(engine(), settings.anchor_file, clock.now())
        context.invoke(audit)
        with _running(settings, root) as children:
            _wait_until_served(settings, children[0])
            _tell(settings)
            _wait(children)

    return demo


def _upgrade(settings: Settings, migrations: Path) -> None:
    _ensure_writable(settings.var)
    migrate(settings.owner_url, migrations)


def _ensure_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.ClickException(
            f"Nothing can be written into {folder} ({error.strerror}). Choose another: SIMPUL_VAR"
        ) from error


def _fill(books: Engine) -> None:
    """Load the sample community into an empty database."""
    if in_unit_of_work(books, service.has_communities, write=False):
        click.echo("Sample community: here already, kept as it is.")
        return
    click.echo("Sample community: loading a year of trades …")
    passwords = service.hashed_passwords()
    lines = sum(file.read_bytes().count(b"\n") - 1 for file in (MEMBERS_FILE, TRADES_FILE))
    with tqdm(total=lines, unit=" lines") as bar:

        def work(session: Session) -> ImportReport:
            bar.reset()
            return service.load_sample(session, passwords, clock.now(), bar.update)

        report = in_unit_of_work(books, work)
    click.echo(f"{report.cells_added} cells and {report.trades_added} trades are in the books.")
    closed = close_due(books, clock.now())
    click.echo(f"{closed} months are closed, each with a statement for every cell.")


@contextmanager
def _running(settings: Settings, root: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The server and the runner of due work, both ended with the block."""
    server = [
        *("granian", "--interface", "wsgi", "--factory", "app:create_app", "--no-ws"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.workers), "--log-level", "error"),
        *("--blocking-threads", _THREADS),
    ]
    runner = ["flask", "--app", "app", "jobs", "run-due", "--watch", _SECONDS_BETWEEN_ROUNDS]
    # Ctrl-C in a terminal reaches every process of it: the children are told by us
    # instead, once, so that each ends what it is doing.
    children = [
        subprocess.Popen(  # noqa: S603 - nothing of it comes from outside but our settings
            [sys.executable, "-m", *command], cwd=root, start_new_session=True
        )
        for command in (server, runner)
    ]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield children
    except KeyboardInterrupt:
        click.echo("\nEnding …")
    finally:
        _end(children)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()


def _wait_until_served(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    address = f"http://{settings.host}:{settings.port}/healthz"
    deadline = time.monotonic() + _SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise click.ClickException(f"The server does not answer at {address}.")


def _wait(children: list[subprocess.Popen[bytes]]) -> None:
    """Until one of the children ends by itself. Raises `ClickException`."""
    while all(child.poll() is None for child in children):
        time.sleep(0.5)
    raise click.ClickException("The server or the runner of due work ended by itself.")


def _tell(settings: Settings) -> None:
    """The address, and whom one can sign in as."""
    click.echo(f"\nSimpul is running at {click.style(settings.public_url, bold=True)}\n")
    width = max(len(person.email) for person in DEMO_PEOPLE)
    for person in DEMO_PEOPLE:
        cell = f"for {shown_number(COMMUNITY.code, person.cell)}" if person.cell else ""
        kind = person.role or "member"
        click.echo(f"  {kind:<12} {person.email:<{width}}  {person.password:<22} {cell}".rstrip())
    mail = "to the SMTP server" if settings.smtp else f"into {settings.mail_directory}"
    click.echo(f"\nMail goes {mail}. Ctrl-C ends it; the data stays in {settings.var}.")


def _ensure_port_is_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = f"Port {port} can't be had: {error.strerror}. Choose another: PORT={port + 1}"
            raise click.ClickException(why) from error


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
