"""Ways back in: by mail, by a code on paper, and by knowing the present password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from ledger.identity import service
from ledger.identity.errors import CodeWrong, PassOver
from ledger.identity.model import Pass
from ledger.identity.rules.codes import ALPHABET, LENGTH, new_code, read, shown
from ledger.jobs.model import Job
from ledger.jobs.service import run_due
from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.identity.conftest import a_browser
from tests.identity.people import PASSWORD, a_person

NEW = "angin sore di sawah"


@pytest.fixture(autouse=True)
def siti(engine: Engine) -> int:
    now = clock.now()
    return a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return a_browser(app)


def signs_in(app: Flask, password: str) -> bool:
    form = {"identifier": "siti@example.org", "password": password}
    return a_browser(app).post("/sign-in", data=form).status_code == 303


def run_jobs(app: Flask) -> None:
    parts = app.extensions[EXTENSION]
    handlers = {kind: act for kind, act in parts.job_handlers.items() if kind != "mail"}
    run_due(parts.engine, handlers, clock.now())


def mails(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(Job.payload).where(Job.kind == "mail")))


def mailed_link(app: Flask, engine: Engine) -> str:
    run_jobs(app)
    (found,) = (re.search(r"/reset/([\w-]+)", mail) for mail in mails(engine)[-1:])
    assert found
    return f"/reset/{found[1]}"


def test_a_mailed_link_sets_a_new_password_once(
    app: Flask, browser: FlaskClient, engine: Engine
) -> None:
    assert "siti@" not in browser.post("/reset", data={"identifier": "siti@example.org"}).text
    link = mailed_link(app, engine)
    for _ in range(2):  # as a mail scanner would
        assert browser.get(link).status_code == 200
    assert browser.post(link, data={"password": "short"}).status_code == 422
    answer = browser.post(link, data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in?changed=1")
    assert not signs_in(app, PASSWORD)
    assert signs_in(app, NEW)
    assert browser.post(link, data={"password": PASSWORD}).status_code == 422
    assert browser.get(link).status_code == 422
    assert any("Kata sandi Anda diganti" in mail for mail in mails(engine))


def test_a_link_lasts_ten_minutes(engine: Engine, siti: int) -> None:
    now = clock.now()

    def issue(session):
        return service.issue_link(session, siti, "reset", timedelta(minutes=10), now)

    def redeem(at):
        return lambda session: service.redeem_link(session, token, "reset", at)

    token = in_unit_of_work(engine, issue)
    with pytest.raises(PassOver):
        in_unit_of_work(engine, redeem(now + timedelta(minutes=10)))
    late = now + timedelta(minutes=10, microseconds=-1)
    assert in_unit_of_work(engine, redeem(late)) == siti
    with pytest.raises(PassOver):
        in_unit_of_work(engine, redeem(now))
    token = in_unit_of_work(engine, issue)
    in_unit_of_work(engine, issue)
    with pytest.raises(PassOver):  # a newer link ends it
        in_unit_of_work(engine, redeem(now))


def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    app: Flask, browser: FlaskClient, engine: Engine
) -> None:
    known = browser.post("/reset", data={"identifier": "siti@example.org"})
    unknown = browser.post("/reset", data={"identifier": "nobody@example.org"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    run_jobs(app)
    assert len(mails(engine)) == 1


def test_asking_again_and_again_is_refused_and_mails_once(
    app: Flask, browser: FlaskClient, engine: Engine
) -> None:
    answers = {
        browser.post("/reset", data={"identifier": "siti@example.org"}).status_code
        for _ in range(8)
    }
    assert answers == {200, 403}
    run_jobs(app)
    assert len(mails(engine)) <= 2


def test_a_code_on_paper_sets_a_new_password_once(
    app: Flask, browser: FlaskClient, engine: Engine, siti: int
) -> None:
    code = in_unit_of_work(engine, lambda s: service.issue_code(s, siti, clock.now()))
    form = {"identifier": "siti@example.org", "code": shown(code).lower(), "password": NEW}
    assert browser.post("/code", data=form | {"code": "22222-22222"}).status_code == 422
    other = form | {"identifier": "nobody@example.org"}
    assert browser.post("/code", data=other).status_code == 422
    assert browser.post("/code", data=form).status_code == 303
    assert signs_in(app, NEW)
    assert browser.post("/code", data=form).status_code == 422


def test_a_code_is_one_persons_and_lasts_a_day(engine: Engine, siti: int) -> None:
    now = clock.now()
    code = in_unit_of_work(engine, lambda s: service.issue_code(s, siti, now))
    for person, at in ((siti + 1, now), (None, now), (siti, now + timedelta(hours=24))):
        with pytest.raises(CodeWrong):
            in_unit_of_work(engine, lambda s, p=person, a=at: service.redeem_code(s, p, code, a))
    kept = in_unit_of_work(engine, lambda s: s.scalars(select(Pass.digest)).all(), write=False)
    assert all(code.encode() not in one for one in kept)


def test_a_password_tells_nobody_without_the_code_who_is_known(browser: FlaskClient) -> None:
    for known in ("siti@example.org", "nobody@example.org"):
        form = {"identifier": known, "code": "22222-22222", "password": "siti rahayu 1"}
        answer = browser.post("/code", data=form)
        assert answer.status_code == 422
        assert 'id="password-error"' not in answer.text


def test_who_has_the_code_chooses_no_word_of_their_own(
    browser: FlaskClient, engine: Engine, siti: int
) -> None:
    code = in_unit_of_work(engine, lambda s: service.issue_code(s, siti, clock.now()))
    form = {"identifier": "siti@example.org", "code": code, "password": "siti rahayu 1"}
    assert 'id="password-error"' in browser.post("/code", data=form).text
    assert browser.post("/code", data=form | {"password": NEW}).status_code == 303


def test_codes_cannot_be_guessed_at_leisure(browser: FlaskClient) -> None:
    form = {"identifier": "siti@example.org", "code": "22222-22222", "password": NEW}
    answers = [browser.post("/code", data=form).status_code for _ in range(8)]
    assert answers[0] == 422
    assert answers[-1] == 403


def test_people_see_what_was_made_for_them(browser: FlaskClient, engine: Engine, siti: int) -> None:
    code = in_unit_of_work(engine, lambda s: service.issue_code(s, siti, clock.now()))
    form = {"identifier": "siti@example.org", "code": code, "password": NEW}
    browser.post("/sign-in", data={"identifier": "siti@example.org", "password": PASSWORD})
    open_page = browser.get("/me/sessions").text
    assert "Kode di kertas" in open_page
    assert "masih dapat dipakai" in open_page
    assert browser.post("/code", data=form).status_code == 303
    browser.post("/sign-in", data={"identifier": "siti@example.org", "password": NEW})
    assert "masih dapat dipakai" not in browser.get("/me/sessions").text


def test_codes_are_read_as_they_are_misread() -> None:
    for _ in range(200):
        code = new_code()
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert read(f" {shown(code).lower()} ") == code
    assert read("0oil1-u") == "QQJJJV"


def test_a_password_is_changed_by_who_knows_it(
    app: Flask, browser: FlaskClient, engine: Engine
) -> None:
    form = {"identifier": "siti@example.org", "password": PASSWORD}
    other = a_browser(app)
    for one in (browser, other):
        one.post("/sign-in", data=form)
    wrong = browser.post("/me/password", data={"present": NEW, "password": NEW})
    assert wrong.status_code == 422
    own = browser.post("/me/password", data={"present": PASSWORD, "password": "siti rahayu 1"})
    assert own.status_code == 422
    done = browser.post("/me/password", data={"present": PASSWORD, "password": NEW})
    assert done.status_code == 303
    assert browser.get("/me").status_code == 200
    assert other.get("/me").status_code == 303
    assert any("Kata sandi Anda diganti" in mail for mail in mails(engine))
