"""A real browser in front of a real server, for what a person does from page to page."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, Response, expect, sync_playwright
from werkzeug.serving import make_server

from config import Settings
from ledger.kernel import clock
from ledger.text.speaker import Speaker
from ledger.web.runtime import EXTENSION
from tests.communities import a_cell, a_community
from tests.databases import Databases
from tests.journeys.clocks import Clock
from tests.journeys.member import DESK, PHONE, Member, let_sign_in

__all__ = ["DESK", "PHONE"]

_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable",
)  # fmt: skip
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A free port of this machine, held until the test ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def settings(databases: Databases, listener: socket.socket, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a fresh SQLite database and the port the server will have."""
    with databases.fresh("sqlite") as database:
        yield Settings.from_environment(
            {
                "SIMPUL_ENVIRONMENT": "test",
                "SIMPUL_DATABASE_URL": database.url,
                "SIMPUL_VAR": str(tmp_path),
                "PORT": str(listener.getsockname()[1]),
            }
        )


@pytest.fixture
def app(settings: Settings) -> Flask:
    """The whole application, as `flask run` would have it."""
    from app import create_app

    return create_app(settings)


@pytest.fixture
def moving(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of pages and jobs, to be moved forward."""
    moving = Clock(app, clock.now())
    monkeypatch.setattr(clock, "now", lambda: moving.now)
    return moving


@pytest.fixture
def site(app: Flask, settings: Settings, listener: socket.socket) -> Iterator[str]:
    """The address at which `app` is being served."""
    server = make_server(
        settings.host, settings.port, app, threaded=True, fd=os.dup(listener.fileno())
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield settings.public_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium that can reach nothing but this machine."""
    path = chromium(playwright)
    if path is None:
        pytest.skip("no browser: found no Chromium; name one with SIMPUL_CHROMIUM")
    expect.set_options(timeout=30_000)  # as every other wait: five seconds are short in CI
    browser = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
    yield browser
    browser.close()


def chromium(playwright: Playwright) -> str | None:
    """The path of the first Chromium found: named, the system's or Playwright's own."""
    for name in (os.environ.get("SIMPUL_CHROMIUM"), *_NAMES, playwright.chromium.executable_path):
        if name and (path := shutil.which(name)):
            return path
    return None


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A page of a fresh visitor at `site`; an error on either side fails the test.

    `@pytest.mark.parametrize("page", [PHONE], indirect=True)` keeps to one width.
    """
    context = browser.new_context(base_url=site, viewport=request.param, locale="id-ID")
    page = context.new_page()
    wrongs: list[str] = []
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("response", lambda got: wrongs.append(got.url) if is_broken(got) else None)
    page.on("console", lambda said: wrongs.append(said.text) if is_wrong(said.text) else None)
    yield page
    for each in browser.contexts:  # the phones of others too: each keeps a process
        each.close()
    assert wrongs == []


def is_broken(got: Response) -> bool:
    """Whether the server failed; that it is busy now and says so is an answer."""
    return got.status >= 500 and "retry-after" not in got.headers


def is_wrong(said: str) -> bool:
    """Whether the browser's console speaks of a broken policy."""
    return "Content Security Policy" in said


@pytest.fixture
def member(app: Flask, page: Page, request: pytest.FixtureRequest) -> Member:
    """Siti of `Warung Siti` (SB001, limit 100), not yet signed in; three cells beside her.

    Parametrized by language: see `everywhere`.
    """
    engine, now = app.extensions[EXTENSION].engine, clock.now()
    community = a_community(engine, now)
    siti = community.enrol(a_cell("Warung Siti").with_limit(100), 1)
    for name in ("Batik Lestari", "Batik Melati", "Jamu Ibu Yem"):
        community.enrol(a_cell(name))
    let_sign_in(engine, siti.person_id, "siti@example.org")
    return Member(page, Speaker(request.param), community, siti)


@pytest.fixture(scope="session")
def ensure_accessible() -> Callable[[Page], None]:
    """Fail the test if axe finds something on the page as it is shown now.

    A form that is being sent is paler than it may be: its answer is waited for, and to its
    end, because a page that has only begun to arrive has no root yet for axe to walk.
    """
    axe = Axe()

    def check(page: Page) -> None:
        expect(page.locator("form[aria-busy=true]")).to_have_count(0)
        page.wait_for_load_state()
        results = axe.run(page)
        assert results.violations_count == 0, results.generate_report()

    return check
