"""Signing in and out in the browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from werkzeug.test import TestResponse

from app import create_app
from config import Settings
from ledger.identity.model import LoginSession
from ledger.identity.rules.throttle import PER_ORIGIN
from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.databases import Database
from tests.identity.conftest import a_browser
from tests.identity.people import PASSWORD, a_person

HOSTILE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "/\\/evil.example", "\\/evil.example", "https://evil.example", "http:evil.example",
    "https:/evil.example", "HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x",
    "//evil.example/%2f..", "/%0d%0aLocation:%20https://evil.example\r\n", "/\r\nSet-Cookie: a=b",
    "/\n/evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example",
    "\x00//evil.example", "/\x00/evil.example", "evil.example", "@evil.example",
    "//evil.example@own.example", "/\u2044evil.example", "\uff0f\uff0fevil.example",
    "/\uff0fevil.example", "//evil\u3002example", "//evil\uff0eexample", "/\u2028/evil.example",
    "?next=//evil.example", "#//evil.example", "", "   ", ".", "..//evil.example",
    "//[::1]", "//127.0.0.1:80", "//user:password@evil.example", "https:///evil.example",
    "/\u202e//evil.example", "/" + "a" * 3000, "blob:https://evil.example", "ftp://evil.example",
    "//\tevil.example", "/\x0b/evil.example", "/\x0c/evil.example", "\x0c//evil.example",
    "\ufeff//evil.example", "/\u00a0/evil.example", "//evil.example\\@own.example",
    "mailto:a@evil.example", "https:evil.example", "//0x7f000001", "//evil.example:443/a",
    "/\x7f/evil.example", "/\x85/evil.example", "//xn--evil-example", "https://own.example.evil.example",
]  # fmt: skip


@pytest.fixture(autouse=True)
def siti(engine: Engine) -> int:
    now = clock.now()
    return a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()


def token_in(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def sign_in(client: FlaskClient, password: str = PASSWORD, next_: str = "/") -> TestResponse:
    token = token_in(client.get("/sign-in"))
    data = {
        "csrf_token": token,
        "identifier": "siti@example.org",
        "password": password,
        "next": next_,
    }
    return client.post("/sign-in", data=data)


def test_a_person_signs_in_and_goes_where_they_wanted_to_go(client: FlaskClient) -> None:
    refused = client.get("/me/sessions")
    assert refused.status_code == 303
    assert refused.location == "/sign-in?next=%2Fme%2Fsessions"
    form = client.get(refused.location)
    assert 'name="next" value="/me/sessions"' in form.text
    answer = sign_in(client, next_="/me/sessions")
    assert (answer.status_code, answer.location) == (303, "/me/sessions")
    assert client.get("/me/sessions").status_code == 200
    assert client.get("/sign-in?next=/me/sessions").location == "/me/sessions"


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_signing_in_never_leads_to_another_host(client: FlaskClient, address: str) -> None:
    assert sign_in(client, next_=address).location == "/"
    assert client.get("/sign-in", query_string={"next": address}).location == "/"


def test_a_failure_says_little_and_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = sign_in(client, "tebakan yang salah")
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text
    assert 'value="siti@example.org"' in answer.text
    assert "tebakan" not in answer.text
    assert client.get("/me/sessions").status_code == 303


def test_after_too_many_failures_the_page_says_how_long_to_wait(client: FlaskClient) -> None:
    for _ in range(PER_ORIGIN.tries):
        sign_in(client, "tebakan yang salah")
    assert "Coba lagi dalam 15 menit." in sign_in(client).text


def test_nothing_is_taken_without_the_forms_token(client: FlaskClient) -> None:
    for address in ("/sign-in", "/sign-out", "/me/sessions", "/me/sessions/others"):
        assert client.post(address, data={}).status_code == 400


def test_the_session_gets_a_new_name_when_somebody_signs_in(client: FlaskClient) -> None:
    client.get("/sign-in")
    before = client.get_cookie("simpul")
    sign_in(client)
    after = client.get_cookie("simpul")
    assert before
    assert after
    assert before.value != after.value
    assert after.http_only
    assert after.same_site == "Lax"
    device = client.get_cookie("device")
    assert device
    assert device.http_only


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(app: Flask) -> None:
    mine, thief = a_browser(app), a_browser(app)
    sign_in(mine)
    stolen = mine.get_cookie("simpul")
    assert stolen
    token = token_in(mine.get("/me/sessions"))
    answer = mine.post("/sign-out", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    thief.set_cookie("simpul", stolen.value)
    assert thief.get("/me/sessions").status_code == 303


def test_people_end_a_session_from_another_browser(app: Flask) -> None:
    phone, computer = a_browser(app), a_browser(app)
    sign_in(phone)
    sign_in(computer)
    page = computer.get("/me/sessions")
    (session,) = re.findall(r'name="session" value="(\d+)"', page.text)
    data = {"csrf_token": token_in(page), "session": session}
    assert computer.post("/me/sessions", data=data).status_code == 303
    assert phone.get("/me/sessions").status_code == 303
    assert computer.get("/me/sessions").status_code == 200
    for unknown in (session, "0", "9" * 30, "9" * 5000, "x", ""):
        answer = computer.post("/me/sessions", data={**data, "session": unknown})
        assert answer.status_code == 404


def test_people_sign_out_everywhere_else(app: Flask) -> None:
    here, *others = [a_browser(app) for _ in range(3)]
    for browser in (here, *others):
        sign_in(browser)
    token = token_in(here.get("/me/sessions"))
    assert here.post("/me/sessions/others", data={"csrf_token": token}).status_code == 303
    answers = [browser.get("/me/sessions").status_code for browser in (here, *others)]
    assert answers == [200, 303, 303]


def test_the_language_chosen_before_signing_in_is_kept(client: FlaskClient) -> None:
    assert "Kata sandi" in client.get("/sign-in").text
    client.post("/language", data={"language": "en", "next": "/sign-in"})
    assert "Password" in client.get("/sign-in").text
    sign_in(client)
    assert "Where I am signed in" in client.get("/me/sessions").text


def test_people_are_registered_from_the_command_line(app: Flask, client: FlaskClient) -> None:
    run = app.test_cli_runner().invoke
    typed = "delapan kuda putih\ndelapan kuda putih\n"
    added = run(args=["people", "add", "Budi", "--phone", "0812 9999 999"], input=typed)
    assert added.exit_code == 0, added.output
    again = run(args=["people", "add", "Budi", "--phone", "+628129999999"], input=typed)
    assert again.exit_code == 1
    assert "Somebody else signs in with this phone number." in again.output
    weak = run(args=["people", "password", "08129999999"], input="rahasia123\nrahasia123\n")
    assert weak.exit_code == 1
    changed = run(args=["people", "password", "siti@example.org"], input=typed)
    assert changed.exit_code == 0, changed.output
    assert sign_in(client, "delapan kuda putih").status_code == 303


def test_due_work_is_done_from_the_command_line(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["jobs", "run-due"])
    assert done.output == "0 done, 0 failed and put off.\n"


@pytest.mark.parametrize(("days", "answer"), [("1", 303), ("3", 200)])
def test_sessions_last_as_long_as_the_settings_say(
    engine: Engine, database: Database, days: str, answer: int
) -> None:
    settings = {
        "SIMPUL_ENVIRONMENT": "test",
        "SIMPUL_DATABASE_URL": database.url,
        "SIMPUL_SESSION_IDLE_DAYS": days,
    }
    app = create_app(Settings.from_environment(settings))
    client = a_browser(app)
    sign_in(client)
    two_days_ago = clock.now() - timedelta(days=2)
    in_unit_of_work(
        engine,
        lambda session: session.execute(update(LoginSession).values(last_seen_at=two_days_ago)),
    )
    assert client.get("/me/sessions").status_code == answer
    app.extensions[EXTENSION].engine.dispose()
