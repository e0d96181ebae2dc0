"""What people meet while somebody writes for long, as when earlier books are taken in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url, update

from ledger.identity.model import LoginSession
from ledger.kernel import clock
from ledger.kernel.errors import Busy
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.persistence.engine import pool_of
from ledger.persistence.queue import WriterQueue, patient_for
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import patience
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Databases
from tests.pages import an_app, browser
from tests.turns import held

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
CONFIRM = "/c/SB/SB001/got/confirm"


@dataclass
class Stall:
    """Siti's browser, and the line in which a process beside the server stands."""

    home: ACommunity
    siti: Acting
    client: FlaskClient
    beside: WriterQueue

    def payment(self) -> dict[str, str]:
        day = self.home.now.date().isoformat()
        return {"other": "SB002", "amount": "25.50", "what": "Beras & \"gula\"",
                "occurred_on": day, "request_key": new_request_key()}  # fmt: skip


@pytest.fixture
def stall(databases: Databases, tmp_path: Path) -> Iterator[Stall]:
    with databases.fresh("sqlite") as database, an_app(database, tmp_path) as app:
        engine = app.extensions[EXTENSION].engine
        home = a_community(engine, clock.now())
        siti, _yem = home.enrol(a_cell("Warung Siti")), home.enrol(a_cell("Jamu Yem"))
        beside = WriterQueue(f"{make_url(database.url).database}.lock")
        yield Stall(home, siti, browser(app, home, siti), beside)


def test_to_read_a_page_nobody_waits_for_a_turn(stall: Stall) -> None:
    """Not even for the note that somebody was here, which is due every ten minutes."""
    long_ago = stall.home.now - timedelta(hours=1)
    in_unit_of_work(
        stall.home.engine,
        lambda db: db.execute(update(LoginSession).values(last_seen_at=long_ago)),
    )
    with held(stall.beside):
        assert stall.client.get("/c/SB/SB001/history").status_code == 200
        with pytest.raises(Busy), patient_for(0), stall.beside:
            raise AssertionError("the page has waited")
    stall.client.get("/c/SB/SB001/history")
    seen = in_unit_of_work(stall.home.engine, lambda db: db.query(LoginSession).one().last_seen_at)
    assert seen > long_ago, "it is noted with the next page"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Nothing of what you sent is recorded"), ("id", "Yang Anda kirim belum tercatat")],
)
def test_whoever_gives_up_is_told_and_sends_the_same_again_with_one_button(
    stall: Stall, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.01)
    sent, headers = stall.payment(), {"Accept-Language": language}
    turn = pool_of(stall.home.engine).queue
    assert turn is not None
    with held(turn):
        busy = stall.client.post(CONFIRM, data=sent, headers=headers)
        asked = {**headers, "Accept": "application/json"}
        told = stall.client.post(CONFIRM, data=sent, headers=asked)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "15")
    assert said in busy.text
    assert stall.home.balance(stall.siti) == 0
    form = busy.text.partition('data-keep="send"')[2].partition("</form>")[0]
    again = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    assert again.pop("csrf_token")
    assert again == sent
    for _ in range(2):
        assert stall.client.post(CONFIRM, data=again).status_code == 303
    assert stall.home.balance(stall.siti) == -2550
    assert (told.status_code, told.headers["Retry-After"]) == (503, "15")
    assert told.json is not None
    assert told.json["code"] == "busy"


def test_a_password_is_not_sent_back(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.01)
    turn = pool_of(stall.home.engine).queue
    assert turn is not None
    stranger = stall.client.application.test_client()
    with held(turn):
        form = {"identifier": "SB001", "password": "kucing hitam", "next": ""}
        busy = stranger.post("/sign-in", data=form)
    assert busy.status_code == 503
    assert "kucing" not in busy.text
    assert "Send again" not in busy.text
