"""Pages that say how something ended, whom the lot drew, and the long list of lots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ledger.governance import service
from ledger.governance.pages.wording import STATES
from ledger.journal import service as journal
from tests.communities import a_cell
from tests.databases import Databases
from tests.governance.councils import Council
from tests.governance.drawings import draw
from tests.governance.halls import Hall, a_hall


@pytest.fixture
def hall(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Iterator[Hall]:
    """A cell that asks for things, and five stewards."""
    with (
        databases.fresh("sqlite") as database,
        a_hall(database, tmp_path, monkeypatch, now) as hall,
    ):
        yield hall


def request_of(page: str) -> str:
    """The panel at the top of a proposal's page."""
    return page.split('class="panel request"')[1].split("</section>", maxsplit=1)[0]


def close_account(council: Council) -> None:
    """The subject leaves: what is about their account ends when somebody looks."""
    home, number = council.community.view.id, council.subject.account
    council.do(
        lambda s: journal.set_status(
            s, home, number, status="closed", authority="leaving", now=council.now
        )
    )
    council.pass_time(hours=48)
    council.run_jobs()


def timeline_of(page: str) -> str:
    return page.split('<ol class="timeline">')[1].split("</ol>", maxsplit=1)[0]


def test_an_expired_decision_says_when_and_what_now(hall: Hall) -> None:
    number = hall.council.decided([150] * 5)
    hall.council.pass_time(days=17)
    # Who signs in now: a browser of 25 days ago is signed out.
    hall.council.community = replace(hall.council.community, now=hall.now)
    page = hall.get(hall.council.subject, f"/proposals/{number}")
    assert "This changed no limit. It can be asked for again." in request_of(page)
    is_now = timeline_of(page).split('aria-current="step"')[1]
    assert "not put into effect in time" in is_now
    assert re.search(r"\d{4}, \d\d:\d\d", is_now)


def test_a_proposal_whose_account_was_closed_was_not_withdrawn(hall: Hall) -> None:
    number = hall.council.decided([150] * 5)
    close_account(hall.council)
    for page in (
        request_of(hall.get(hall.council.stewards[0], f"/proposals/{number}")),
        hall.get(hall.council.stewards[0], "/proposals"),
    ):
        assert "Ended: the account was closed" in page
        assert STATES["canceled"] not in page


def test_the_oldest_lot_is_reached_page_by_page(hall: Hall) -> None:
    council = hall.council
    people = {one.account: (one.account, one.person_id) for one in council.stewards}
    for _ in range(51):
        council.do(
            lambda s: service.call_lot(s, council.community.view, "alternates", people, 3, hall.now)
        )
    seen: list[str] = []
    address: str | None = "/lots"
    while address is not None:
        page = hall.get(council.subject, address)
        seen += re.findall(r"SB/L(\d+)</span>", page)
        older = re.search(r'rel="next" href="/c/SB(/lots\?before=\d+)"', page)
        address = older[1] if older else None
    assert [int(one) for one in seen] == list(range(51, 0, -1))
    assert 'href="/c/SB/lots"' in page


def test_who_was_drawn_reads_why_they_are_asked(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    with (
        databases.fresh("sqlite") as database,
        a_hall(database, tmp_path, monkeypatch, now, stewards=2) as hall,
    ):
        council, steward = hall.council, hall.council.stewards[0]
        drawn = council.community.enrol(a_cell())
        number = council.propose(150)
        council.run_jobs()
        waiting = hall.get(steward, "/lots/1")
        assert "Promise it until" in waiting
        assert "the lot is drawn without your part" in waiting
        draw(council, 1)
        council.pass_time(days=3)
        council.run_jobs()
        page = hall.get(drawn, f"/proposals/{number}")
        assert "You were drawn by lot" in page
        assert "drawn by lot</span>" in page.split('aria-labelledby="voters"')[1]
        assert "You were drawn by lot" not in hall.get(steward, f"/proposals/{number}")
