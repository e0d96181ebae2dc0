"""Payments through HTTP: signed in, keep-alive, each with its form token and its commit."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path

from ledger.identity import service as identity
from ledger.identity.rules.passwords import hash_password
from ledger.kernel import clock
from ledger.members import service as membership
from ledger.operations import service as sample
from ledger.persistence.engine import make_engine
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.databases import Database

CLIENTS = 16
_PASSWORD = "menghitung-langkah-kuda"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_ROOT = Path(__file__).parent.parent.parent
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Served:
    """What clients were served: payments a second in all, latencies, payments of each."""

    rate: float
    p50: float
    p99: float
    each: list[int]

    def __str__(self) -> str:
        least, middle, most = min(self.each), statistics.median(self.each), max(self.each)
        return (
            f"{self.rate:6,.0f} payments/s, p50 {self.p50 * 1000:5.1f} ms,"
            f" p99 {self.p99 * 1000:6.1f} ms; least, median, most served:"
            f" {least}, {middle:.0f}, {most}"
        )


def load(database: Database) -> None:
    """The sample community, and one person for each of the first cells to act for it."""
    engine = make_engine(database.url)
    passwords = sample.hashed_passwords()
    known = hash_password(_PASSWORD)

    def work(session) -> None:
        now = clock.now()
        sample.load_sample(session, passwords, now, lambda _lines: None)
        for number in range(1, CLIENTS + 1):
            person = identity.Register(f"P{number}", email=_email(number), password_hash=known)
            person_id = identity.register(session, person, now)
            membership.let_act_for(session, 1, number, person_id, "holder", now)

    in_unit_of_work(engine, work)
    engine.dispose()


def serve(database: Database, workers: int, seconds: float) -> Served:
    """Let all clients pay as fast as they are answered, for `seconds`."""
    with _server(database, workers) as port:
        ready, answers = _fork.Barrier(CLIENTS), _fork.SimpleQueue()
        clients = [
            _fork.Process(target=_client, args=(port, number, seconds, ready, answers))
            for number in range(1, CLIENTS + 1)
        ]
        for client in clients:
            client.start()
        found = [answers.get() for _ in clients]
        for client in clients:
            client.join()
    if failed := [each for each in found if isinstance(each, str)]:
        raise RuntimeError(failed[0])
    spent = sorted(latency for each in found for latency in each)
    return Served(
        len(spent) / seconds,
        spent[len(spent) // 2],
        spent[len(spent) * 99 // 100],
        [len(each) for each in found],
    )


class _Browser:
    """A signed-in person's connection: it keeps cookies and the form token."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = SimpleCookie()

    def get(self, path: str) -> str:
        return self._ask("GET", path, None)[1]

    def post(self, path: str, **fields: str) -> int:
        return self._ask("POST", path, urllib.parse.urlencode(fields))[0]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in self._cookies.values())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        for header in response.headers.get_all("Set-Cookie") or []:
            self._cookies.load(header)
        return response.status, response.read().decode()


def _client(port: int, number: int, seconds: float, ready, answers) -> None:
    try:
        browser, cell = _Browser(port), f"/c/SB/SB{number:03}"
        token = _TOKEN.search(browser.get("/sign-in"))[1]
        signed_in = browser.post(
            "/sign-in", csrf_token=token, identifier=_email(number), password=_PASSWORD
        )
        if signed_in != 303:
            raise RuntimeError(f"signing in gave {signed_in}")
        token = _TOKEN.search(browser.get(f"{cell}/got"))[1]
        ready.wait(60)
        answers.put(_pay_for(browser, cell, token, number, seconds))
    except Exception as error:  # noqa: BLE001 - the parent process tells it
        ready.abort()
        answers.put(f"client {number}: {type(error).__name__}: {error}")


def _pay_for(browser: _Browser, cell: str, token: str, number: int, seconds: float) -> list[float]:
    """Pay 0.01 to the next cell again and again; the latency of each payment."""
    day = clock.day_of(clock.now(), "Asia/Jakarta").isoformat()
    payee = f"SB{number % CLIENTS + 1:03}"
    spent: list[float] = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        key = f"{os.urandom(8).hex()}{len(spent):08}"
        status = browser.post(
            f"{cell}/got/confirm", csrf_token=token, other=payee, amount="0.01",
            what="x", occurred_on=day, request_key=key,
        )  # fmt: skip
        if status != 303:
            raise RuntimeError(f"paying gave {status}")
        spent.append(time.perf_counter() - began)
    return spent


@contextmanager
def _server(database: Database, workers: int) -> Iterator[int]:
    """The portal under granian as `flask demo` starts it, on a free port."""
    port = _free_port()
    environment = os.environ | {
        "SIMPUL_DATABASE_URL": database.url,
        "SIMPUL_ENVIRONMENT": "development",
        "SIMPUL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
    }
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "16", "--backpressure", "16", "--log-level", "error"),
        "app:create_app",
    ]
    process = subprocess.Popen(command, cwd=_ROOT, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _email(number: int) -> str:
    return f"bench{number}@example.org"
