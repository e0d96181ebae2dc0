"""Errors as pages and as problem+json."""

import logging

import pytest
from flask.testing import FlaskClient

from ledger.kernel.errors import Conflict, Forbidden, LedgerError, NotFound, Refused
from ledger.web.guard import SignInNeeded
from ledger.web.problems import status_of


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Tidak ada apa-apa di sini"), ("en", "There is nothing here")]
)
def test_the_error_page_speaks_the_visitors_language(
    stranger: FlaskClient, language: str, said: str
) -> None:
    answer = stranger.get("/no-such-page", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert f'<html lang="{language}"' in answer.text
    assert said in answer.text


def test_a_broken_page_tells_the_log_and_not_the_visitor(
    siti: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = siti.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/no-such-page", 404, "http.404"),
        ("/c/SB/SB002/stand", 404, "not_found"),
        ("/c/SB/paper", 403, "forbidden"),
        ("/broken", 500, "http.500"),
    ],
)
def test_programs_get_a_stable_code(
    siti: FlaskClient, address: str, status: int, code: str
) -> None:
    answer = siti.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["status"] == status


def test_programs_that_are_not_signed_in_are_told_so(stranger: FlaskClient) -> None:
    answer = stranger.get("/mine", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (401, "web.sign_in_needed")


def test_a_method_that_is_not_taken_says_which_are(stranger: FlaskClient) -> None:
    answer = stranger.put("/open")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_too_large_a_request_is_refused_before_it_is_read(siti: FlaskClient) -> None:
    answer = siti.post("/c/SB/SB001/take", data={"what": "x" * 3 * 1024 * 1024})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NotFound, 404),
        (SignInNeeded, 401),
        (Forbidden, 403),
        (Conflict, 409),
        (Refused, 422),
        (LedgerError, 422),
    ],
)
def test_kinds_of_error_have_one_status_each(kind: type[LedgerError], status: int) -> None:
    class Concrete(kind):  # type: ignore[valid-type,misc]
        pass

    Concrete.__module__ = "tests"
    assert status_of(Concrete()) == status
