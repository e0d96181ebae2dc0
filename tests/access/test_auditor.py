"""An auditor reads every cell's account and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from ledger.kernel import clock
from ledger.members.model import Role
from ledger.members.queries import Acting
from ledger.members.service import grant_role
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.rules.months import month_at
from ledger.statements.service import close_due
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import Databases
from tests.pages import OWN_WORDS, an_app, browser

OWN = ("history", "history.csv", "statements", "limit")
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
ACTS = re.compile(r'method="post"|/(?:object|ask|gave|got|trades)\b')


@dataclass
class Audited:
    """A community with one trade in a closed month, and the cell that gave for it."""

    app: Flask
    home: ACommunity
    cell: Acting
    month: str

    def auditor(self, of: ACommunity) -> FlaskClient:
        """A browser of an auditor of `of`."""
        return browser(self.app, of, an_auditor(of))


def an_auditor(of: ACommunity) -> int:
    """The id of somebody who audits `of`."""
    person = of.a_person()
    in_unit_of_work(
        of.engine,
        lambda db: grant_role(db, of.view.id, person, "auditor", "founding", of.now),
    )
    return person


@pytest.fixture(scope="module")
def audited(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    var = tmp_path_factory.mktemp("audited")
    with databases.fresh("sqlite") as database, an_app(database, var) as app:
        then = clock.now() - timedelta(days=40)
        home = a_community(app.extensions[EXTENSION].engine, then, "SC")
        cell, other = home.enrol(a_cell("Warung Siti"), 1), home.enrol(a_cell("Jamu Yem"), 2)
        home.pay(other, cell, 7, "Nasi liwet")
        close_due(home.engine, clock.now())
        yield Audited(app, home.later(days=40), cell, str(month_at(then, home.view.zone)))


def test_an_auditor_finds_and_reads_a_cells_account(audited: Audited) -> None:
    client = audited.auditor(audited.home)
    desk = client.get("/c/SC/desk").text
    assert "What you can read here" in desk
    assert "What you can do here" not in desk
    assert 'href="/c/SC/objections"' in desk
    assert 'href="/c/SC/members"' in desk
    assert 'href="/c/SC/to/SC001"' in client.get("/c/SC/members").text
    hub = client.get("/c/SC/to/SC001").text
    for part in ("history", "statements", "limit"):
        assert f'href="/c/SC/SC001/{part}"' in hub
    assert "Nasi liwet" in client.get("/c/SC/SC001/history").text
    assert "Nasi liwet" in client.get("/c/SC/SC001/history.csv").text
    assert audited.month in client.get("/c/SC/SC001/statements").text
    statement = client.get(f"/c/SC/SC001/statements/{audited.month}")
    assert "Nasi liwet" in statement.text
    assert "Nasi liwet" in client.get(f"/c/SC/SC001/statements/{audited.month}/csv").text
    lines = client.get(f"/c/SC/closings/{audited.month}/lines").text
    assert f'href="/c/SC/SC001/statements/{audited.month}"' in lines


def test_nothing_there_acts(audited: Audited) -> None:
    client = audited.auditor(audited.home)
    month = f"statements/{audited.month}"
    for part in ("history", "statements", month, f"{month}/pdf/drawing", "limit"):
        page = client.get(f"/c/SC/SC001/{part}")
        assert page.status_code == 200
        main = MAIN.search(page.text)
        assert main is not None
        assert not ACTS.search(main[0]), part
        assert "Warung Siti" in main[0], "it says whose account it is"
        assert not OWN_WORDS.search(main[0]), part
    for part in ("got", "gave", f"{month}/object", "limit/ask", ""):
        assert client.get(f"/c/SC/SC001/{part}").status_code == 404


SAID = {
    "en": ("What Warung Siti can still use", "Why the limit of Warung Siti is this"),
    "id": ("Sisa yang bisa dipakai Warung Siti", "Mengapa batas Warung Siti sebesar ini"),
}


def test_a_statement_is_said_by_the_name_of_the_cell(audited: Audited) -> None:
    auditor = audited.auditor(audited.home)
    holder = browser(audited.app, audited.home, audited.cell)
    for language, words in SAID.items():
        read, own = (
            MAIN.findall(
                one.get(
                    f"/c/SC/SC001/statements/{audited.month}",
                    headers={"Accept-Language": language},
                ).text
            )[0]
            for one in (auditor, holder)
        )
        assert [one in read for one in words] == [True, True]
        assert [one in own for one in words] == [False, False]
        assert 'href="/c/SC/SC001/limit"' in read
        assert not OWN_WORDS.search(read)
        assert OWN_WORDS.search(own)


def test_another_communitys_auditor_and_the_unknown_find_nothing(audited: Audited) -> None:
    abroad = a_community(audited.home.engine, audited.home.now, "XX")
    abroad.enrol(a_cell("Jauh"), 1)
    stranger, auditor = audited.auditor(abroad), audited.auditor(audited.home)
    for part in (*OWN, f"statements/{audited.month}", f"statements/{audited.month}/csv"):
        assert stranger.get(f"/c/SC/SC001/{part}").status_code == 404
        assert auditor.get(f"/c/XX/XX001/{part}").status_code == 404
        assert auditor.get(f"/c/SC/SC777/{part}").status_code == 404
        assert auditor.get(f"/c/SC/SC1/{part}").status_code == 404


def test_an_auditor_whose_service_ended_finds_nothing(audited: Audited) -> None:
    home, person = audited.home, an_auditor(audited.home)
    client = browser(audited.app, home, person)
    assert client.get("/c/SC/SC001/history").status_code == 200
    ended = update(Role).where(Role.person_id == person).values(until=home.now)
    in_unit_of_work(home.engine, lambda db: db.execute(ended))
    assert client.get("/c/SC/SC001/history").status_code == 404
