"""`flask serve`, and what stops it and the demo before they begin."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup

from app import create_app
from config import PROJECT
from tests.databases import Databases


def refused(command: str, monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    """What `flask` says to a command that must not begin."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(FlaskGroup(create_app=create_app), command.split())
    assert result.exit_code == 1
    return result.output


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """A port of this machine that is taken until it is closed."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


@contextmanager
def serving(port: int, var: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """`flask serve` in a process of its own, ended with the block."""
    settings = {"SIMPUL_DATABASE_URL": url, "SIMPUL_VAR": str(var), "PORT": str(port)}
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server
        finally:
            server.terminate()


def test_serving_answers_and_does_due_work_until_it_is_ended(
    databases: Databases, port: socket.socket, tmp_path: Path
) -> None:
    number = port.getsockname()[1]
    port.close()
    address = f"http://127.0.0.1:{number}/healthz"
    with (
        databases.fresh("sqlite") as database,
        serving(number, tmp_path, database.url) as server,
    ):
        assert server.stdout
        assert server.stdout.readline() == f"Simpul is running at http://127.0.0.1:{number}\n"
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200
        deadline = time.monotonic() + 30
        while not (tmp_path / "anchors").exists():  # due work seals the books
            assert time.monotonic() < deadline
            time.sleep(0.05)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=10)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_named_before_anything_is_done(
    command: str, port: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = port.getsockname()[1]
    var = tmp_path / "var"
    said = refused(command, monkeypatch, SIMPUL_VAR=str(var), PORT=str(number))
    assert said.startswith(f"Error: Port {number} can't be had: Address already in use.")
    assert not var.exists()


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    said = refused("db upgrade", monkeypatch, SIMPUL_VAR=str(blocked / "var"))
    assert f"Error: Nothing can be written into {blocked}/var (Not a directory)." in said
