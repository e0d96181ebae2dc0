"""A cell's statements over HTTP: listed, shown, and taken away in every form."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import update

from ledger.jobs.model import Job
from ledger.jobs.rules import MOST_ATTEMPTS
from ledger.jobs.service import Outside, run_due
from ledger.kernel import clock
from ledger.members import service as membership
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import service
from ledger.statements.pages.taking import FORMS
from ledger.statements.rules.months import Month
from ledger.statements.service import drawing, later
from ledger.trades.rules.objections import ObjectionEvent
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.counting import counted
from tests.databases import Database
from tests.journeys.member import let_sign_in
from tests.pages import an_app, browser
from tests.statements.closing import closed_all
from tests.trades.paper import a_coordinator, a_line, end, object_to, type_in

BEGINNINGS = {"pdf": b"%PDF", "xlsx": b"PK", "csv": "\ufeffstatement".encode(), "camt": b"<?xml",
          "ofx": b"<?xml", "beancount": b"option", "hledger": b";", "json": b"{"}  # fmt: skip


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    with an_app(database, tmp_path) as app:
        yield app


@pytest.fixture
def community(app: Flask) -> ACommunity:
    """Two cells that traded in October."""
    began = datetime(2026, 10, 10, 3, tzinfo=UTC)
    return a_community(app.extensions[EXTENSION].engine, began)


@pytest.fixture
def siti(community: ACommunity) -> Acting:
    siti, yem = community.enrol(a_cell("Warung Siti")), community.enrol(a_cell("Ibu Yem"))
    community.pay(siti, yem, 30, "Jamu & <b>kunyit</b>")
    closed_all(community.later(days=23))
    return siti


def signed_in(app: Flask, community: ACommunity, person: Acting | int) -> FlaskClient:
    """Their browser today, long after the month."""
    return browser(app, replace(community, now=clock.now()), person)


def test_the_list_leads_to_the_month(app: Flask, community: ACommunity, siti: Acting) -> None:
    client = signed_in(app, community, siti)
    listed = client.get("/c/SB/SB001/statements").text
    assert "October 2026" in listed
    assert "−30.00" in listed
    shown = client.get("/c/SB/SB001/statements/2026-10").text
    for part in ("SB001-2026-10", "Jamu &amp; &lt;b&gt;kunyit&lt;/b&gt;", "70.00 poin"):
        assert part in shown.replace("\u00a0", " ")
    assert "not money" in shown


def test_every_form_is_handed_out_and_no_other(
    app: Flask, community: ACommunity, siti: Acting
) -> None:
    client = signed_in(app, community, siti)
    for form in FORMS:
        if form.name == "pdf" and not drawing.can_draw():
            continue
        answer = client.get(f"/c/SB/SB001/statements/2026-10/{form.name}")
        assert answer.status_code == 200
        assert answer.data.startswith(BEGINNINGS[form.name])
        assert f"SB001-2026-10.{form.suffix}" in answer.headers["Content-Disposition"]
        if form.name == "json":
            assert json.loads(answer.data)["statement"]["closing"] == -3000
    for address in ("2026-11", "2026-13", "oktober", "2026-10/exe"):
        assert client.get(f"/c/SB/SB001/statements/{address}").status_code == 404


def test_where_no_pdf_can_be_drawn_the_button_says_why(
    app: Flask, community: ACommunity, siti: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without Pango: the import fails as it does there."""
    drawing._tools.cache_clear()
    monkeypatch.setattr(drawing, "import_module", lambda name: (_ for _ in ()).throw(OSError(name)))
    client = signed_in(app, community, siti)
    shown = client.get("/c/SB/SB001/statements/2026-10").text
    assert "PDFs cannot be drawn on this machine" in shown
    answer = client.get("/c/SB/SB001/statements/2026-10/pdf")
    assert answer.status_code == 422
    drawing._tools.cache_clear()


@pytest.fixture
def rita(community: ACommunity) -> int:
    """An auditor."""
    person = community.a_person()
    in_unit_of_work(
        community.engine,
        lambda s: membership.grant_role(
            s, community.view.id, person, "auditor", "founding", community.now
        ),
    )
    return person


@pytest.mark.usefixtures("siti")
def test_a_treasurer_gets_everybody_on_paper_and_the_month_as_a_package(
    app: Flask, community: ACommunity, rita: int
) -> None:
    client = signed_in(app, community, rita)
    month = "/c/SB/desk/statements/2026-10"
    if drawing.can_draw():
        assert client.get(f"{month}/print.pdf").status_code == 409
        assert "0 of 2 statements are drawn" in client.get(month).text
        assert client.post(f"{month}/draw").status_code == 303
        parts = app.extensions[EXTENSION]
        run_due(parts.engine, parts.job_handlers, clock.now())
        assert client.get(month).text.count("print.pdf") == 2
        pages = PdfReader(io.BytesIO(client.get(f"{month}/print.pdf").data)).pages
        assert len(pages) % 2 == 0
        said = [page.extract_text() for page in pages]
        assert "SB001-2026-10" in said[0]
        assert any("SB002-2026-10" in one for one in said[1:])
    with zipfile.ZipFile(io.BytesIO(client.get(f"{month}/package.zip").data)) as archive:
        assert set(archive.namelist()) == {
            "datapackage.json", "accounts.csv", "movements.csv", "lines.json", "roots.json",
        }  # fmt: skip
        accounts = archive.read("accounts.csv").decode()
        assert "SB001,Warung Siti,SB001-2026-10,0.00,0.00,30.00,-30.00,100.00," in accounts
        assert archive.read("movements.csv").decode().count("\n") == 3
    assert client.get("/c/SB/desk/statements/2026-11/package.zip").status_code == 404


def test_the_desk_says_what_was_sent_and_sends_it_again(
    app: Flask, community: ACommunity, siti: Acting, rita: int, tmp_path: Path
) -> None:
    let_sign_in(community.engine, siti.person_id, "siti@example.org")
    october = Month(2026, 10)
    in_unit_of_work(
        community.engine, lambda s: service.begin(s, community.view, october, clock.now())
    )
    parts = app.extensions[EXTENSION]
    run_due(parts.engine, parts.job_handlers, clock.now())
    client = signed_in(app, community, rita)
    month = "/c/SB/desk/statements/2026-10"
    assert "1 sent" in client.get("/c/SB/desk/statements").text
    letters = lambda: list((tmp_path / "mail").glob("statement.*.eml"))  # noqa: E731
    assert len(letters()) == 1
    assert client.post(f"{month}/send", data={"person": str(siti.person_id)}).status_code == 303
    again = client.post(f"{month}/send", data={"person": str(siti.person_id)})
    assert again.status_code == 409
    run_due(parts.engine, parts.job_handlers, clock.now())
    assert len(letters()) == 2
    assert "copy 2" in client.get(month).text
    assert client.post(f"{month}/send", data={"person": "77"}).status_code == 422


def test_a_receipt_is_checked_by_its_address(app: Flask, community: ACommunity) -> None:
    siti, yem = community.enrol(a_cell("Warung Siti")), community.enrol(a_cell("Ibu Yem"))
    token, stranger = community.pay(siti, yem, 30).token, app.test_client()
    stranger.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    for typed in (
        token,
        f" https://simpul.example.org/r/{token} ",
        f"simpul.example.org/r/{token}/",
    ):
        led = stranger.get("/verify", query_string={"receipt": typed})
        assert (led.status_code, led.location) == (303, f"/r/{token}"), typed
    unknown = stranger.get("/verify", query_string={"receipt": "x" * 43})
    assert unknown.status_code == 422
    assert "There is no such receipt here" in unknown.text
    for typed in ("", "SB001", "https://simpul.example.org/c/SB/", "r/" + "x" * 80):
        refused = stranger.get("/verify", query_string={"receipt": typed})
        assert refused.status_code == 422, typed
        assert "receipt-error" in refused.text


def test_everybody_finds_where_to_check(app: Flask, community: ACommunity, siti: Acting) -> None:
    stranger = app.test_client()
    token = community.later(days=23).pay(siti, community.enrol(a_cell()), 1).token
    assert stranger.get("/").text.count('href="/verify"') == 2, "the first page says it aloud"
    assert 'href="/verify"' in stranger.get(f"/r/{token}").text
    client = signed_in(app, community, siti)
    assert 'href="/verify"' in client.get("/c/SB/SB001/statements/2026-10").text


def test_a_closing_waits_for_no_objection_and_hides_none(app: Flask, community: ACommunity) -> None:
    siti, yem = community.enrol(a_cell("Warung Siti")), community.enrol(a_cell("Ibu Yem"))
    citra = a_coordinator(community)
    lines = type_in(community, citra, *(a_line("A", number, "1", "2", 5) for number in (1, 2, 3)))
    raised = [object_to(community, siti, line, "Bukan saya") for line in lines[:2]]
    office = signed_in(app, community, citra.person_id)
    member = signed_in(app, community, yem)
    before = office.get("/c/SB/closings").text
    assert all(f"/c/SB/objections/{number}" in before for number in raised)
    assert "/c/SB/objections/" not in member.get("/c/SB/closings").text
    end(community, citra, raised[1], ObjectionEvent.ANSWER)
    later = community.later(days=23)
    assert closed_all(later) == 1
    page = office.get("/c/SB/closings/2026-10").text
    assert "1 paper slip was still objected to when this month was closed." in page
    assert f"/c/SB/objections/{raised[0]}" in page
    assert f"/c/SB/objections/{raised[1]}" not in page
    seen = member.get("/c/SB/closings/2026-10").text
    assert "1 paper slip was still objected to" in seen
    assert "/c/SB/objections/" not in seen
    end(later, citra, raised[0], ObjectionEvent.REVERSE)
    page = office.get("/c/SB/closings/2026-10").text
    assert "1 paper slip was still objected to when" in page, "what was closed stays as it was"
    assert "/c/SB/objections/" not in page
    assert "/c/SB/objections/" not in office.get("/c/SB/closings").text


@pytest.fixture
def long_month(community: ACommunity, monkeypatch: pytest.MonkeyPatch) -> Acting:
    """Who has a statement of three movements where three are many."""
    siti, yem = community.enrol(a_cell("Warung Siti")), community.enrol(a_cell("Ibu Yem"))
    for _ in range(3):
        community.pay(siti, yem, 1)
    closed_all(community.later(days=23))
    monkeypatch.setattr(later, "LONG", 3)
    return siti


DRAWING = "/c/SB/SB001/statements/2026-10/pdf/drawing"


def test_a_long_statement_is_drawn_by_due_work_and_offered_when_ready(
    app: Flask, community: ACommunity, long_month: Acting
) -> None:
    client = signed_in(app, community, long_month)
    taken, at = "/c/SB/SB001/statements/2026-10/pdf", DRAWING
    assert client.get(taken).location == at
    for _ in range(2):
        page = client.get(at).text
        assert "This statement has 3 movements: its PDF is being drawn." in page
        assert "data-again" in page
    parts = app.extensions[EXTENSION]
    ran = run_due(parts.engine, {later.JOB: parts.job_handlers[later.JOB]}, clock.now())
    assert (ran.done, ran.failed) == (1, 0)
    page = client.get(at).text
    assert "The PDF is ready." in page
    assert "data-again" not in page
    assert client.get(taken).data.startswith(b"%PDF")
    assert client.get(at.replace("2026-10", "2026-09")).status_code == 404


def test_a_page_that_waits_for_a_drawing_asks_once_what_is_kept_and_reads_no_pdf(
    app: Flask, community: ACommunity, long_month: Acting
) -> None:
    client = signed_in(app, community, long_month)
    client.get(DRAWING)
    for is_ready in (False, True):
        with counted(app.extensions[EXTENSION].engine) as statements:
            assert ("The PDF is ready." in client.get(DRAWING).text) == is_ready
        asked = [one for one in statements if "FROM statement_pdf" in one]
        assert len(asked) == 1, asked
        assert "statement_pdf.content," not in asked[0]
        assert "statement_pdf.content FROM" not in asked[0]
        draws(app, clock.now())


REFRESH = '<noscript><meta http-equiv="refresh"'


def test_without_scripts_the_page_goes_on_by_itself_until_it_has_an_answer(
    app: Flask, community: ACommunity, long_month: Acting
) -> None:
    client = signed_in(app, community, long_month)
    assert REFRESH in client.get(DRAWING).text
    still = client.get(f"{DRAWING}?still=1").text
    assert REFRESH not in still
    assert f'href="{DRAWING}?still=1">Look again' in still
    assert draws(app, clock.now()) == (1, 0)
    assert REFRESH not in client.get(DRAWING).text


def draws(app: Flask, when: datetime, *, fails: bool = False) -> tuple[int, int]:
    """What a round of due work does of the drawing at `when`: done, failed."""

    def fail(_payload: object, _now: datetime) -> None:
        raise MemoryError("too little of it")

    parts = app.extensions[EXTENSION]
    handler = Outside(fail) if fails else parts.job_handlers[later.JOB]
    ran = run_due(parts.engine, {later.JOB: handler}, when)
    return ran.done, ran.failed


def test_a_drawing_that_was_given_up_says_so_and_can_be_asked_for_again(
    app: Flask, community: ACommunity, long_month: Acting
) -> None:
    client, when = signed_in(app, community, long_month), clock.now() + timedelta(minutes=1)
    client.get(DRAWING)
    assert draws(app, when, fails=True) == (0, 1)
    page = client.get(DRAWING).text
    assert "Drawing this PDF has failed so far. It is tried again by itself" in page
    assert "data-again" in page
    failed = app.test_cli_runner().invoke(args=["jobs", "failed"]).output
    assert "statement_pdf  1 tries, again at" in failed
    for tries in range(1, MOST_ATTEMPTS):
        assert draws(app, when + timedelta(days=tries), fails=True) == (0, 1)
    for _ in range(2):
        page = client.get(DRAWING).text
        assert "This PDF could not be drawn" in page
        assert "being drawn" not in page
        assert "data-again" not in page
        assert REFRESH not in page
    failed = app.test_cli_runner().invoke(args=["jobs", "failed"]).output
    assert "statement_pdf  16 tries, given up: MemoryError: too little of it" in failed
    when += timedelta(days=MOST_ATTEMPTS)
    assert draws(app, when) == (0, 0), "looking at the page asks for nothing"
    for _ in range(2):
        assert client.post(DRAWING).location == DRAWING
    assert "its PDF is being drawn" in client.get(DRAWING).text
    assert draws(app, when) == (1, 0), "asked twice, drawn once"
    assert "The PDF is ready." in client.get(DRAWING).text
    assert client.post(DRAWING).status_code == 303
    assert draws(app, when) == (0, 0)
    assert "given up" in app.test_cli_runner().invoke(args=["jobs", "failed"]).output


def test_a_drawing_that_takes_its_runner_down_each_time_was_given_up_as_well(
    app: Flask, community: ACommunity, long_month: Acting
) -> None:
    """As the system does to whoever needs too much memory: nobody notes the failure."""

    class Killed(BaseException):
        pass

    def die(_payload: object, _now: datetime) -> None:
        raise Killed

    client, now = signed_in(app, community, long_month), clock.now()
    client.get(DRAWING)
    for tries in range(MOST_ATTEMPTS):
        then = now + timedelta(seconds=1) - timedelta(hours=MOST_ATTEMPTS - tries)
        if not tries:
            _due_since(community, then)
        with pytest.raises(Killed):
            run_due(community.engine, {later.JOB: Outside(die)}, then)
    assert "This PDF could not be drawn" in client.get(DRAWING).text
    failed = app.test_cli_runner().invoke(args=["jobs", "failed"]).output
    assert "16 tries, given up: the runner died at it" in failed
    client.post(DRAWING)
    assert "its PDF is being drawn" in client.get(DRAWING).text


def _due_since(community: ACommunity, then: datetime) -> None:
    """As if it had been asked for hours ago."""
    in_unit_of_work(community.engine, lambda s: s.execute(update(Job).values(due_at=then)))
