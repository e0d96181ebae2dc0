"""Invitations: by whom, for which cells, and how people sign in who have no contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from ledger.credit.service import Limit
from ledger.identity.service import Register, register
from ledger.jobs.model import Job
from ledger.kernel import clock
from ledger.members import queries
from ledger.members.errors import (
    AboutOneself,
    ContactNeeded,
    HasAHolder,
    SecondSignature,
    SignsInByNumber,
    VotesElsewhere,
)
from ledger.members.model import ActsFor
from ledger.members.queries import Acting
from ledger.members.service import EnrolCell, enrol_cell, household, inviting
from tests.communities import JOINED, ACommunity, a_cell, a_community
from tests.identity.conftest import a_browser, app, client
from tests.members.enrolment import ask, asked, held_by, newest, serving, sign

__all__ = ["app", "client"]

Do = Callable[..., Any]
PASSWORD = "empat kambing di bukit"


def first(home: ACommunity, coordinator: int, number: int, do: Do) -> str:
    return do(
        lambda s: inviting.invite_first(
            s, queries.find_standing(s, coordinator, "SB", home.now), number, home.now
        )
    )


def imported(home: ACommunity, do: Do, number: int = 7) -> None:
    """A cell that came with the books of before."""
    limit = Limit(-10000, None, "import")
    made = EnrolCell(number, "Dari Buku Lama", JOINED)
    do(lambda s: enrol_cell(s, home.view.id, made, limit, home.now))


def known(home: ACommunity, do: Do, **contact: str) -> int:
    return do(lambda s: register(s, Register("Baru", **contact), home.now))


def test_a_cell_of_earlier_books_gets_its_holder_by_two_signatures(
    home: ACommunity, do: Do
) -> None:
    one, two = serving(home, "coordinator"), serving(home, "coordinator")
    imported(home, do)
    with pytest.raises(SecondSignature):
        first(home, one, 7, do)
    act = ask(home, one, "invite", {"cell": 7})
    with pytest.raises(SecondSignature):
        first(home, one, 7, do)
    sign(home, two, act)
    token = first(home, one, 7, do)
    with pytest.raises(SecondSignature):
        first(home.later(days=15), one, 7, do)
    person = known(home, do, phone="0812 3456 789")
    do(lambda s: inviting.accept(s, token, person, home.now))
    with pytest.raises(HasAHolder):
        ask(home, one, "invite", {"cell": 7})


def test_a_cell_that_was_held_before_takes_two_signatures_again(home: ACommunity, do: Do) -> None:
    one, two = serving(home, "coordinator"), serving(home, "coordinator")
    sign(home, two, asked(home, one))
    cell = newest(home)
    first(home, one, cell.number, do)
    holder = held_by(home, cell, home.a_person())
    gone = home.later(hours=1)
    other = held_by(gone, cell, home.a_person(), "clerk")
    assert other
    do(lambda s: s.execute(ended(holder, gone.now)))
    with pytest.raises(SecondSignature):
        first(gone, one, cell.number, do)


def ended(acting: Acting, now: datetime) -> Any:
    return update(ActsFor).where(ActsFor.person_id == acting.person_id).values(until=now)


def test_who_invites_does_not_come_in_by_their_own_link(home: ACommunity, do: Do) -> None:
    one, two = serving(home, "coordinator"), serving(home, "coordinator")
    sign(home, two, asked(home, one))
    token = first(home, one, newest(home).number, do)
    with pytest.raises(AboutOneself):
        do(lambda s: inviting.accept(s, token, one, home.now))
    do(lambda s: inviting.accept(s, token, two, home.now))


def test_only_one_holder_of_a_cell_signs_in_by_its_number(home: ACommunity, do: Do) -> None:
    holder = home.enrol(a_cell())

    def joins(kind: str, **contact: str) -> int:
        def work(session: Any) -> int:
            token = inviting.invite(session, holder, kind, home.now)
            person = register(session, Register("Baru", **contact), home.now)
            inviting.accept(session, token, person, home.now)
            return person

        return do(work)

    for kind in ("holder", "clerk"):
        with pytest.raises(ContactNeeded):
            joins(kind)
    joins("holder", phone="0812 3456 789")
    assert do(lambda s: queries.person_by_number(s, "SB001")) == holder.person_id
    with pytest.raises(SignsInByNumber):
        do(lambda s: household.change_kind(s, holder, holder.person_id, "viewer", home.now))


def test_the_first_holder_votes_unless_they_vote_elsewhere(home: ACommunity, do: Do) -> None:
    one, two = home.enrol(a_cell()), home.enrol(a_cell())
    sign(home, serving(home, "coordinator"), asked(home, serving(home, "coordinator")))
    third = held_by(home, newest(home), one.person_id)
    later = home.later(hours=1)

    def voters(at: datetime) -> dict[int, int]:
        return do(lambda s: queries.voters(s, home.view.id, at))

    assert voters(home.now) == {1: one.person_id, 2: two.person_id}
    with pytest.raises(VotesElsewhere) as refusal:
        do(lambda s: household.name_voter(s, third, one.person_id, later.now))
    assert refusal.value.facts == {"account": 1}
    held_by(home, one.cell, home.a_person())
    do(lambda s: household.end_acting(s, one, one.person_id, later.now))
    do(lambda s: household.name_voter(s, third, one.person_id, later.now))
    assert voters(home.now) == {1: one.person_id, 2: two.person_id}
    assert voters(later.now) == {2: two.person_id, 3: one.person_id}


def test_those_concerned_are_told_who_came_and_who_went(home: ACommunity, do: Do) -> None:
    holder = home.enrol(a_cell("Warung"))
    email = "clerk@example.org"
    clerk = known(home, do, email=email)
    do(lambda s: inviting.accept(s, inviting.invite(s, holder, "clerk", home.now), clerk, home.now))
    newcomer = known(home, do, phone="0812 3456 789")
    do(
        lambda s: inviting.accept(
            s, inviting.invite(s, holder, "viewer", home.now), newcomer, home.now
        )
    )
    do(lambda s: household.end_acting(s, holder, clerk, home.now))
    mails = do(lambda s: s.scalars(select(Job.payload).where(Job.kind == "mail")).all())
    assert [email in mail and "Warung (SB001)" in mail for mail in mails] == [True, True]


def test_who_joins_without_any_contact_is_signed_in_by_the_number(
    app: Flask, client: FlaskClient, engine: Engine, now: datetime, do: Do
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    home = replace(a_community(engine, now), now=clock.now())
    one, two = serving(home, "coordinator"), serving(home, "coordinator")
    sign(home, two, asked(home, one))
    token = first(home, one, 1, do)
    page = client.get(f"/join/{token}")
    assert "SB001" in page.text

    typed = {"name": "Mbah Karto", "email": "", "phone": "", "password": "komunitas sb"}
    refused = client.post(f"/join/{token}", data=typed)
    assert refused.status_code == 422
    assert 'id="password-error"' in refused.text
    assert "Mbah Karto" in refused.text

    joined = client.post(f"/join/{token}", data={**typed, "password": PASSWORD})
    assert (joined.status_code, joined.location) == (303, "/c/SB/SB001/")
    assert client.get(joined.location).status_code == 200
    assert client.get(f"/join/{token}").status_code == 422

    again = a_browser(app).post("/sign-in", data={"identifier": "sb1", "password": PASSWORD})
    assert again.status_code == 303
