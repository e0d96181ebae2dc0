"""Pages about closed months take as many statements for a lot as for a little.

The data package of a month is no page: it is written account by account, so that it needs the
memory of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.kernel import clock
from ledger.kernel.identifiers import new_request_key
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import service
from ledger.statements.rules.months import Month, month_at
from ledger.statements.service import Object, object_to
from ledger.web.runtime import EXTENSION
from tests.access.test_auditor import an_auditor
from tests.communities import ACommunity, a_cell, a_community
from tests.counting import counted
from tests.databases import Databases
from tests.journeys.member import let_sign_in
from tests.pages import an_app, browser
from tests.trades.paper import a_coordinator

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
LITTLE, LOT = ("LI", 2, 1), ("LO", 7, 4)
"""Code, cells and months."""

OWN = ("statements", *(f"statements/2026-10{part}" for part in
                       ("", "/csv", "/xlsx", "/json", "/pdf/drawing", "/object")))  # fmt: skip
CLOSINGS = ("closings", "closings/roots.json", "closings/2026-10", "closings/2026-10/lines",
            "closings/2026-10/lines.csv", "closings/2026-10/lines.json")  # fmt: skip
DESK = ("desk/statements", "desk/statements/2026-10", "desk/objections", "desk/objections/{wrong}")
PAGES = [
    *(("member", f"{{number}}/{path}") for path in OWN),
    *(("member", path) for path in CLOSINGS),
    *(("coordinator", path) for path in DESK),
    *(("auditor", path) for path in (*DESK, *CLOSINGS)),
]
Counts = dict[tuple[str, str], list[str]]


@pytest.fixture(scope="module")
def measured(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Counts, Counts]]:
    """What each page asks the database in a small community, and in a larger and older one."""
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh("sqlite") as database,
        an_app(database, tmp_path_factory.mktemp("var")) as app,
    ):
        patch.setattr(clock, "now", lambda: NOW)
        yield counts(app, *LITTLE), counts(app, *LOT)


def counts(app: Flask, code: str, cells: int, months: int) -> Counts:
    home, browsers, wrong = a_past(app, code, cells, months)
    found: Counts = {}
    for who, path in PAGES:
        address = f"/c/{code}/{path.format(number=f'{code}001', wrong=wrong)}"
        for _ in range(2):  # the first visit notes the session's
            with counted(home.engine) as statements:
                answer = browsers[who].get(address)
            assert answer.status_code == 200, (address, answer.status)
        found[who, path] = statements
    return found


def a_past(
    app: Flask, code: str, cells: int, months: int
) -> tuple[ACommunity, dict[str, FlaskClient], int]:
    """Cells that traded with the first one every month, got mail, and found it wrong."""
    home = a_community(app.extensions[EXTENSION].engine, NOW - timedelta(days=30 * months), code)
    people = [home.enrol(a_cell().with_limit(1000)) for _ in range(cells)]
    for one in people:
        let_sign_in(home.engine, one.person_id, f"{one.person_id}@example.org")
    for _ in range(months):
        for one in people[1:]:
            home.pay(people[0], one, 1)
        home = home.later(days=30)
    home = replace(home, now=NOW)
    service.close_due(home.engine, NOW)
    october = Month(2026, 10)
    assert month_at(NOW, home.view.zone).previous == october
    in_unit_of_work(home.engine, lambda db: service.begin(db, home.view, october, NOW))
    raised = [
        in_unit_of_work(
            home.engine,
            lambda db, one=one: object_to(
                db, one, Object(october, None, "Keliru", new_request_key()), NOW
            ),
        )
        for one in people
    ]
    clients = {
        "member": browser(app, home, people[0]),
        "coordinator": browser(app, home, a_coordinator(home).person_id),
        "auditor": browser(app, home, an_auditor(home)),
    }
    return home, clients, raised[0]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_takes_as_many_for_a_lot(
    measured: tuple[Counts, Counts], who: str, path: str
) -> None:
    little, lot = (one[who, path] for one in measured)
    assert little
    assert len(lot) == len(little), Counter(lot) - Counter(little)
