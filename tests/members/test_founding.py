"""A community is founded by command or on the first-run page, with its stewards."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal.queries import Account
from ledger.kernel import clock
from ledger.members import queries
from ledger.members.service import EnrolCell, enrol_cell, newcomers_limit
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import invited
from tests.identity.conftest import a_browser, app

__all__ = ["app"]

GOOD = {
    "code": "KB", "name": "Kebun Bersama", "place": "Sragen", "unit_name": "jam",
    "unit_symbol": "jam", "unit_scale": "2", "unit_export_code": "XJM",
    "time_zone": "Asia/Jakarta", "language": "id", "amount": "20,50",
    "steward_1": "Ana", "contact_1": "ana@example.org",
    "steward_2": "Budi", "contact_2": "budi@example.org",
    "steward_3": "Citra", "contact_3": "citra@example.org",
    "ceiling": "", "transparency": "own",
}  # fmt: skip


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return a_browser(app)


def address(app: Flask) -> str:
    return f"/first-run/{invited.sign(app.secret_key, 'first-run')}"


def test_the_first_page_founds_once_and_lets_its_stewards_in(
    app: Flask, browser: FlaskClient, engine: Engine
) -> None:
    there = address(app)
    assert browser.get(there).status_code == 200
    founded = browser.post(there, data=GOOD)
    assert founded.status_code == 200
    links = re.findall(r'href="[^"]*(/reset/[\w-]+)"', founded.text)
    assert len(links) == 3
    assert browser.post(links[0], data={"password": "angin sore di sawah"}).status_code == 303
    form = {"identifier": "ana@example.org", "password": "angin sore di sawah"}
    assert browser.post("/sign-in", data=form).status_code == 303
    assert browser.get("/c/KB/desk").status_code == 200

    view = in_unit_of_work(engine, lambda s: queries.community_by_code(s, "KB"), write=False)
    assert view is not None
    assert (view.founding_floor, view.founding_ceiling) == (-2050, None)
    sight = in_unit_of_work(engine, lambda s: queries.transparency(s, view.id), write=False)
    assert (sight.level, sight.authority, sight.version) == ("own", "founding", 1)
    serving = in_unit_of_work(engine, lambda s: queries.who_serves(s, view.id, clock.now()))
    assert {(one.name, one.role, one.authority) for one in serving} == {
        ("Ana", "steward", "founding"),
        ("Budi", "steward", "founding"),
        ("Citra", "steward", "founding"),
    }
    assert browser.get(there).status_code == 404
    assert browser.post(there, data=GOOD | {"code": "XY"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "k3bun"),
        ("unit_name", "Rupiah"),
        ("unit_symbol", "Rp"),
        ("unit_export_code", "IDR"),
        ("unit_export_code", "XAU"),
        ("time_zone", "Mars/Olympus"),
        ("amount", "banyak"),
        ("ceiling", "banyak"),
        ("ceiling", "0"),
        ("transparency", "nobody"),
        ("contact_3", ""),
        ("contact_2", "ana@example.org"),
        ("steward_2", ""),
        ("steward_5", "Eko"),
        ("contact_4", "dewi@example.org"),
        ("contact_1", "bukan surel"),
    ],
)
def test_what_is_refused_founds_nothing_and_keeps_what_was_typed(
    app: Flask, browser: FlaskClient, engine: Engine, field: str, value: str
) -> None:
    answer = browser.post(address(app), data=GOOD | {field: value})
    assert answer.status_code in {409, 422}
    assert "Kebun Bersama" in answer.text
    assert in_unit_of_work(engine, queries.communities, write=False) == []


def test_all_that_is_wrong_is_said_at_once_each_at_its_field(
    app: Flask, browser: FlaskClient
) -> None:
    wrong = {
        "code": "K", "unit_name": "Rupiah", "unit_symbol": "Rp", "unit_export_code": "XAU",
        "time_zone": "Mars/Olympus", "amount": "1.5,0", "ceiling": "banyak", "contact_2": "12",
    }  # fmt: skip
    answer = browser.post(address(app), data=GOOD | wrong)
    assert answer.status_code == 422
    assert set(re.findall(r'id="(\w+)-error"', answer.text)) == wrong.keys()


def test_figures_are_read_as_people_write_them_and_the_rest_is_made(
    app: Flask, browser: FlaskClient, engine: Engine
) -> None:
    few = {"code": "kb", "unit_symbol": "", "unit_export_code": "", "amount": "1.000"}
    founded = browser.post(address(app), data=GOOD | few | {"contact_3": "0812 3456 789"})
    assert founded.status_code == 200
    view = in_unit_of_work(engine, lambda s: queries.community_by_code(s, "KB"), write=False)
    assert view is not None
    assert (view.founding_floor, view.unit.symbol) == (-100_000, "jam")
    assert re.fullmatch("X[A-Z]{2}", view.unit.export_code)
    links = re.findall(r'href="[^"]*(/reset/[\w-]+)"', founded.text)
    assert "+628123456789" in browser.get(links[2]).text
    entered = browser.post(links[2], data={"password": "angin sore di sawah"})
    assert (entered.status_code, entered.location) == (303, "/")
    assert browser.get("/c/KB/desk").status_code == 200


@pytest.mark.parametrize("written", ["0", "0,00"])
def test_a_limit_may_be_zero_then_nobody_begins_below_it(
    app: Flask, browser: FlaskClient, engine: Engine, written: str
) -> None:
    founded = browser.post(address(app), data=GOOD | {"amount": written})
    assert founded.status_code == 200, "a balance may not go below zero: that is a limit"
    home = in_unit_of_work(engine, lambda s: queries.community_by_code(s, "KB"), write=False)
    assert home is not None
    assert home.founding_floor == 0
    links = re.findall(r'href="[^"]*(/reset/[\w-]+)"', founded.text)
    browser.post(links[0], data={"password": "angin sore di sawah"})
    for page in ("", "settings", "proposals", "proposals/new", "constitution"):
        assert browser.get(f"/c/KB/{page}").status_code == 200, page

    def enrol(db: Session) -> Account | None:
        limit = newcomers_limit(db, home)
        enrol_cell(db, home.id, EnrolCell(1, "Warung", date(2026, 1, 1)), limit, clock.now())
        return books.account(db, home.id, 1)

    account = in_unit_of_work(engine, enrol)
    assert account is not None
    assert (account.floor, account.left) == (0, 0)


def test_strangers_do_not_found(app: Flask, browser: FlaskClient) -> None:
    other = invited.sign("another-secret-key", "first-run")
    for token in ("", "x", other, invited.sign(app.secret_key, "second-run")):
        assert browser.get(f"/first-run/{token}").status_code == 404


def test_the_command_founds_and_says_how_stewards_enter(app: Flask, engine: Engine) -> None:
    command = [
        "communities", "create", "--code", "KB", "--name", "Kebun", "--place", "Sragen",
        "--unit-name", "jam", "--unit-symbol", "jam", "--unit-scale", "0", "--export-code", "XJM",
        "--zone", "Asia/Makassar", "--limit", "20", "--steward", "Ana, ana@example.org",
    ]  # fmt: skip
    runner = app.test_cli_runner()
    for few in (command, [*command, "--steward", "Budi, 08123456789"]):
        assert runner.invoke(args=few).exit_code == 1
    assert in_unit_of_work(engine, queries.communities, write=False) == []
    command += ["--steward", "Budi, 08123456789", "--steward", "Citra, citra@example.org"]
    done = runner.invoke(args=command)
    assert done.exit_code == 0, done.output
    assert len(re.findall(r"/reset/[\w-]+", done.output)) == 3
    assert "KB\tKebun\t0 cells" in runner.invoke(args=["communities", "list"]).output
    none = [{"KB": "KC", "20": "0"}.get(word, word) for word in command]
    assert runner.invoke(args=none).exit_code == 0, "nobody may go below zero"
    again = runner.invoke(args=command)
    assert again.exit_code == 1
    assert "code" in again.output
