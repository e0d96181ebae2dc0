"""What every test stands on: fresh databases, a fixed clock, a printed seed, no network."""

from __future__ import annotations

import gc
import os
import random
import secrets
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from ledger.text.speaker import Speaker, speaking
from tests.compiled import Compiled
from tests.databases import Database, Databases, connected, swift_folder
from tests.postgres import PostgresMissing

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

_SEED = "SIMPUL_TEST_SEED"
_HOME = "SIMPUL_TEST_HOME"


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen: ten in the morning in Jakarta."""
    return datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def default_speaker() -> Iterator[None]:
    """Whoever speaks in one test does not speak in the next."""
    before = speaking.set(Speaker())
    yield
    speaking.reset(before)


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """The applications of a session's tests share what their pages were compiled to."""
    before = Flask.jinja_options
    Flask.jinja_options = {**before, "bytecode_cache": Compiled()}
    yield
    Flask.jinja_options = before


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Chance that comes again: it follows from the session's seed and the test's name."""
    return random.Random(f"{os.environ[_SEED]} {request.node.nodeid}")


@pytest.fixture
def soaking(request: pytest.FixtureRequest) -> bool:
    """Whether to take the long way (`make soak`) where a test has one."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Where fresh databases come from, on demand and of either kind."""
    return Databases(Path(os.environ[_HOME]))


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """A fresh, migrated database; the test runs once on each kind."""
    yield from _fresh(databases, request.param)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The service's engine on `database`: on PostgreSQL with the restricted role."""
    with connected(database.url) as engine:
        yield engine


@pytest.fixture
def owner_engine(database: Database) -> Iterator[Engine]:
    """The owner's engine on the same database as `engine`."""
    with connected(database.owner_url) as engine:
        yield engine


@pytest.fixture
def sqlite_engine(databases: Databases) -> Iterator[Engine]:
    """An engine on a fresh SQLite database, for what concerns SQLite alone."""
    for database in _fresh(databases, "sqlite"):
        with connected(database.url) as engine:
            yield engine


@pytest.fixture
def postgres_engine(databases: Databases) -> Iterator[Engine]:
    """The service's engine on a fresh PostgreSQL database."""
    for database in _fresh(databases, "postgresql"):
        with connected(database.url) as engine:
            yield engine


def _fresh(databases: Databases, kind: str) -> Iterator[Database]:
    try:
        with databases.fresh(kind) as database:
            yield database
    except PostgresMissing as missing:
        pytest.skip(f"no PostgreSQL: {missing}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--soak`."""
    parser.addoption("--soak", action="store_true", help="run the long loops")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed and the session's folder; workers inherit both."""
    if not hasattr(config, "workerinput"):
        os.environ.setdefault(_SEED, str(secrets.randbelow(2**32)))
        # Short, because the path of PostgreSQL's socket may have 107 bytes at most.
        os.environ[_HOME] = tempfile.mkdtemp(prefix="simpul-", dir=swift_folder())
        Path(os.environ[_HOME]).chmod(0o755)
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = os.environ[_SEED]


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among what was collected to be tested.

    As Python does it by itself, it took up to a fifth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_report_header() -> str:
    """Say how to repeat this run."""
    return f"chance: repeat with {_SEED}={os.environ[_SEED]}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the session started, and say last what was skipped and why."""
    if hasattr(config, "workerinput"):
        return
    home = Path(os.environ[_HOME])
    if home.exists():
        Databases(home).stop()
    shutil.rmtree(home, ignore_errors=True)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in (reporter.stats.get("skipped", []) if reporter else [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, count in reasons.items():
        sys.stdout.write(f"Skipped {count} test{'s' * (count != 1)}: {reason}\n")


def _stay_at_home(name: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection that would leave this machine (an audit hook)."""
    if name == "socket.connect":
        address = arguments[1]
    elif name == "socket.getaddrinfo":
        address = arguments
    else:
        return
    if isinstance(address, tuple) and address[0] not in {
        None, "", "127.0.0.1", "::1", "localhost", b"127.0.0.1", b"localhost",
    }:  # fmt: skip
        raise ConnectionRefusedError(f"Tests stay on this machine; {address[0]} is elsewhere.")


sys.addaudithook(_stay_at_home)
