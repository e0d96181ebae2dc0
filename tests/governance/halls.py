"""A council before its browsers: pages are opened at the council's instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.kernel import clock
from ledger.members import service as members
from ledger.members.queries import Acting
from ledger.web.runtime import EXTENSION
from tests.databases import Database
from tests.governance.councils import Council, a_council
from tests.pages import an_app, browser


@dataclass
class Hall:
    """The application over a council's community, and who sits before which browser."""

    app: Flask
    council: Council
    browsers: dict[int, FlaskClient] = field(default_factory=dict)

    def of(self, person: Acting | int) -> FlaskClient:
        """The browser of a person, signed in."""
        person_id = person if isinstance(person, int) else person.person_id
        if person_id not in self.browsers:
            self.browsers[person_id] = browser(self.app, self.council.community, person_id)
        return self.browsers[person_id]

    def get(self, person: Acting | int, path: str, status: int = 200) -> str:
        """The page at `/c/SB` + `path`, as the person sees it."""
        response = self.of(person).get(f"/c/SB{path}")
        assert response.status_code == status, response.text
        return response.text

    def post(self, person: Acting | int, path: str, status: int = 303, **form: Any) -> str:
        """Send a form; where it leads to, or the page when it is refused."""
        response = self.of(person).post(f"/c/SB{path}", data={"request_key": KEY, **form})
        assert response.status_code == status, response.text
        return response.location if status == 303 else response.text

    def serving(self, role: str) -> int:
        """Somebody who serves without a cell."""
        community = self.council.community
        person = community.a_person()
        self.council.do(
            lambda s: members.grant_role(s, community.view.id, person, role, "founding", self.now)
        )
        return person

    def outside(self) -> FlaskClient:
        """A browser in which nobody is signed in."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    @property
    def now(self) -> Any:
        return self.council.now


KEY = "k" * 22


@contextmanager
def a_hall(
    database: Database,
    var: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: Any,
    *,
    transparency: str = "members",
    stewards: int = 5,
) -> Iterator[Hall]:
    """Stewards and a subject; the clock of the pages is the council's."""
    with an_app(database, var) as app:
        engine = app.extensions[EXTENSION].engine
        council = a_council(engine, now, stewards, transparency=transparency)
        monkeypatch.setattr(clock, "now", lambda: council.now)
        yield Hall(app, council)
