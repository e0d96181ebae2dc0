"""The list of members: found by what they are, with balances as the community has decided."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from ledger.credit.service import Limit
from ledger.kernel import clock
from ledger.members import queries
from ledger.members.queries import Acting, Standing
from ledger.members.service import EnrolCell, enrol_cell
from ledger.members.service.describing import Describe, describe
from ledger.members.service.transparency import set_transparency
from tests.communities import JOINED, ACommunity, a_cell, a_community
from tests.identity.conftest import app, client
from tests.identity.people import PASSWORD
from tests.journeys.member import let_sign_in
from tests.members.enrolment import serving

__all__ = ["app", "client"]

Do = Callable[..., Any]


def tells(acting: Acting, do: Do, name: str, **told: Any) -> None:
    """Have the cell say of itself what is `told`, and else nothing."""
    nothing = {"line_of_business": "", "activity": "", "locality": "", "province": ""}
    hidden = {"email": "", "is_email_shown": False, "phone": "", "is_phone_shown": False}
    known = Describe(name, told.pop("elements", ()), **{**nothing, **hidden, **told})
    do(lambda s: describe(s, acting, known))


def standing(home: ACommunity, person: int, do: Do) -> Standing:
    return do(lambda s: queries.find_standing(s, person, "SB", home.now))


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("", [1, 2, 3]), ("JAMU", [1]), ("SB002", [2]), ("2", [2]), ("sragen", [1, 3]),
        ("tenun", [2]), ("finance", [3]), ("zz", []), ("%", []), ("_", []),
    ],
)  # fmt: skip
def test_members_are_found_by_what_they_are(
    home: ACommunity, do: Do, wanted: str, numbers: list[int]
) -> None:
    yem, batik, tahu = (home.enrol(a_cell(name)) for name in ("Yem", "Batik", "Tahu"))
    tells(yem, do, "Jamu Yem", locality="Sragen")
    tells(batik, do, "Batik", line_of_business="Kain tenun")
    tells(tahu, do, "Tahu", province="Kabupaten Sragen", elements=("finance",))
    reader = standing(home, yem.person_id, do)
    found = do(lambda s: queries.directory(s, home.view, reader, wanted, 1, home.now))
    assert sorted(one.cell.number for one in found.members) == numbers
    assert found.total == len(numbers)
    assert [
        one.cell.number for one in do(lambda s: queries.all_members(s, reader, wanted, home.now))
    ] == (numbers)


def test_pages_hold_each_member_once(home: ACommunity, do: Do) -> None:
    cells = [home.enrol(a_cell(name)) for name in ("e", "B", "c", "a", "D")]
    reader = standing(home, cells[0].person_id, do)

    def page(number: int) -> queries.Directory:
        return do(
            lambda s: queries.directory(s, home.view, reader, "", number, home.now, per_page=2)
        )

    assert [[one.cell.name for one in page(n).members] for n in (1, 2, 3)] == [
        ["a", "B"],
        ["c", "D"],
        ["e"],
    ]
    assert (page(99).page, page(-5).page, page(1).pages) == (3, 1, 3)


@pytest.mark.parametrize(
    ("level", "as_member", "as_auditor"),
    [
        ("members", [-500, 500], [-500, 500]),
        ("everyone", [-500, 500], [-500, 500]),
        ("own", [-500, None], [-500, 500]),
    ],
)
def test_balances_are_seen_as_the_community_decided(
    home: ACommunity, do: Do, level: str, as_member: list[int], as_auditor: list[int]
) -> None:
    one, two = home.enrol(a_cell("A")), home.enrol(a_cell("B"))
    home.pay(one, two, 5)
    do(lambda s: set_transparency(s, home.view.id, level, "decision:1", home.now))

    def seen(reader: Standing | None) -> list[int | None]:
        found = do(lambda s: queries.directory(s, home.view, reader, "", 1, home.now))
        return [member.balance for member in found.members]

    assert seen(standing(home, one.person_id, do)) == as_member
    assert seen(standing(home, serving(home, "auditor"), do)) == as_auditor
    assert seen(None) == ([-500, 500] if level == "everyone" else [None, None])


def test_contacts_are_shown_and_taken_away_with_consent_alone(
    app: Flask, client: FlaskClient, engine: Engine, do: Do
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    home = a_community(engine, clock.now())
    reader, other = home.enrol(a_cell("A")), home.enrol(a_cell("=B"))
    contacts = {"email": "b@example.org", "phone": "0812 3456 789"}
    tells(other, do, "=B", **contacts, is_phone_shown=True)
    let_sign_in(engine, reader.person_id, "a@example.org")
    client.post("/sign-in", data={"identifier": "a@example.org", "password": PASSWORD})
    page = client.get("/c/SB/members").text
    table = list(csv.DictReader(StringIO(client.get("/c/SB/members.csv").text.lstrip("\ufeff"))))
    assert ("+628123456789" in page, "b@example.org" in page) == (True, False)
    assert [(row["phone"], row["email"]) for row in table] == [("", ""), ("'+628123456789", "")]
    assert table[1]["name"] == "'=B"


def test_an_operator_lists_cells_and_those_nobody_holds(
    app: Flask, engine: Engine, now: datetime, do: Do
) -> None:
    home = a_community(engine, now)
    home.enrol(a_cell("Warung"), 1)
    command = EnrolCell(2, "Buku Lama", JOINED)
    do(lambda s: enrol_cell(s, home.view.id, command, Limit(0, None, "import"), now))
    run = app.test_cli_runner().invoke
    everything = run(args=["cells", "list", "sb"]).output.splitlines()
    assert everything == [
        "SB001\tWarung\t1 people\thas a voter",
        "SB002\tBuku Lama\t0 people\tno voter",
    ]
    assert run(args=["cells", "list", "SB", "--unheld"]).output.splitlines() == everything[1:]
    assert "no community QQ" in run(args=["cells", "list", "QQ"]).output
