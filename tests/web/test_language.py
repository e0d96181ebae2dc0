"""Which language a visitor is spoken to in."""

from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import CHOSEN


def test_the_language_chosen_is_remembered_and_leads_back(stranger: FlaskClient) -> None:
    answer = stranger.post("/language", data={"language": "en", "next": "/no-such-page?x=1"})
    assert (answer.status_code, answer.location) == (303, "/no-such-page?x=1")
    assert "There is nothing here" in stranger.get("/no-such-page").text


def test_a_language_we_do_not_speak_changes_nothing(stranger: FlaskClient) -> None:
    answer = stranger.post("/language", data={"language": "../x", "next": "//evil.example"})
    assert answer.location == "/"
    assert "Set-Cookie" not in answer.headers


def test_a_signed_in_persons_choice_is_kept_for_good(siti: FlaskClient) -> None:
    CHOSEN.clear()
    siti.post("/language", data={"language": "en"})
    assert CHOSEN == []
    siti.post("/language", data={"language": "id"})
    assert CHOSEN == [(1, "id")]


def test_public_pages_need_no_session(app: Flask, stranger: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert "Set-Cookie" not in stranger.get("/no-such-page").headers


def test_health_says_that_the_database_answers(stranger: FlaskClient) -> None:
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
