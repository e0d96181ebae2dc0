"""Whoever joins agrees to who sees balances: kept by its version, and asked anew when it rises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ledger.identity.rules.sessions import SessionLife
from ledger.identity.service import Register, register
from ledger.kernel import clock
from ledger.members import queries
from ledger.members.errors import TransparencyMoved
from ledger.members.model import Transparency
from ledger.members.queries import Acting
from ledger.members.service import inviting
from ledger.members.service.accepting import accept_transparency
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.communities import ACommunity, a_cell, a_community
from tests.identity.conftest import app
from tests.pages import browser

__all__ = ["app"]

Do = Callable[..., Any]


def rise(home: ACommunity, do: Do, level: str = "everyone") -> None:
    """A vote of all members changes who sees balances."""
    row = Transparency(
        community_id=home.view.id, version=2, level=level, authority="decision:M1", since=home.now
    )
    do(lambda s: s.add(row))


def joined(home: ACommunity, do: Do, holder: Acting, version: int | None = None) -> int:
    """Somebody new who took up an invitation of the holder."""
    token = do(lambda s: inviting.invite(s, holder, "clerk", home.now))
    person: int = do(lambda s: register(s, Register("Baru", email="baru@example.org"), home.now))
    do(lambda s: inviting.accept(s, token, person, home.now, version))
    return person


def test_what_was_agreed_to_on_joining_is_kept(home: ACommunity, do: Do) -> None:
    person = joined(home, do, home.enrol(a_cell(), 1), 1)
    (found,) = do(lambda s: queries.agreed(s, person, home.now))
    assert (found.accepted, found.accepted_at, found.is_current) == (1, home.now, True)
    data = do(lambda s: queries.own_data(s, person, home.now, SessionLife()))
    assert data["agreed_to"] == [
        {
            "community": "SB",
            "version": 1,
            "balances_seen_by": found.level,
            "at": home.now.isoformat(),
        }
    ]


def test_nobody_agrees_to_what_they_were_not_shown(home: ACommunity, do: Do) -> None:
    holder = home.enrol(a_cell(), 1)
    rise(home, do)
    with pytest.raises(TransparencyMoved):
        joined(home, do, holder, 1)
    for wrong in (None, 1, 3):
        with pytest.raises(TransparencyMoved):
            do(
                lambda s, v=wrong: accept_transparency(
                    s, home.view.id, holder.person_id, v, home.now
                )
            )


def test_a_new_version_is_asked_anew_once(home: ACommunity, do: Do) -> None:
    person = joined(home, do, home.enrol(a_cell(), 1))

    def asked() -> queries.Agreed | None:
        found: queries.Agreed | None = do(lambda s: queries.to_agree_again(s, home.view, person))
        return found

    assert asked() is None
    rise(home, do)
    again = asked()
    assert again
    assert (again.version, again.level, again.accepted) == (2, "everyone", 1)
    for _ in range(2):
        do(lambda s: accept_transparency(s, home.view.id, person, 2, home.now))
    assert asked() is None
    agreed = do(lambda s: queries.accepted_by(s, person))
    assert [one[1] for one in agreed] == [1, 2]


def test_the_home_page_asks_and_my_account_shows(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    home = a_community(app.extensions[EXTENSION].engine, clock.now())
    siti = home.enrol(a_cell(), 1)

    def do(work: Callable[..., Any]) -> Any:
        return in_unit_of_work(home.engine, work)

    client, question = browser(app, home, siti), "I have read this and agree"
    assert question not in client.get("/c/SB/SB001/").text
    rise(home, do)
    assert question in client.get("/c/SB/SB001/").text
    assert question in client.get("/me").text
    assert client.post("/c/SB/agree", data={"version": "1"}).status_code == 409
    went = client.post("/c/SB/agree", data={"version": "2", "next": "/c/SB/SB001/"})
    assert (went.status_code, went.location) == (303, "/c/SB/SB001/")
    assert question not in client.get("/c/SB/SB001/").text
    mine = client.get("/me").text
    assert question not in mine
    assert "version 2, agreed on" in mine
