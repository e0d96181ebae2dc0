"""People change their own name and contacts; a new e-mail address is confirmed first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from ledger.identity import queries, service
from ledger.identity.errors import EmailTaken, LastContact, PassOver, PhoneTaken
from ledger.identity.rules.contacts import normal_email, normal_phone
from ledger.identity.service.details import Details, change_details, confirm_address
from ledger.jobs.model import Job
from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.identity.conftest import a_browser
from tests.identity.people import PASSWORD, a_person

SITE = "https://simpul.example.org"


@pytest.fixture
def siti(engine: Engine) -> int:
    now = clock.now()
    return a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()


@pytest.fixture
def browser(app: Flask, siti: int) -> FlaskClient:  # noqa: ARG001 - she signs in here
    app.config["WTF_CSRF_ENABLED"] = False
    client = a_browser(app)
    client.post("/sign-in", data={"identifier": "siti@example.org", "password": PASSWORD})
    return client


def mails(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(Job.payload).where(Job.kind == "mail")))


def link(engine: Engine) -> str:
    (found,) = [
        found for mail in mails(engine)[-1:] for found in [re.search(r"/confirm/[\w-]+", mail)]
    ]
    assert found
    return found[0]


def change(engine: Engine, person: int, **details: str | None) -> None:
    command = Details(**{"name": "Siti Rahayu", **details})  # type: ignore[arg-type]
    in_unit_of_work(engine, lambda s: change_details(s, person, command, clock.now(), SITE))


def known(engine: Engine, person: int) -> queries.PersonView:
    return in_unit_of_work(engine, lambda s: queries.person(s, person), write=False)


def form(**changed: str) -> dict[str, str]:
    sent = {"name": "Siti Rahayu", "email": "siti@example.org", "phone": "", "present": PASSWORD}
    return sent | changed


def test_name_and_phone_change_at_once_and_the_phone_signs_in(
    app: Flask, browser: FlaskClient, engine: Engine, siti: int
) -> None:
    copied = "\u202a+62 812\u20113456\u2011789\u202c"  # as it comes out of a chat
    done = browser.post("/me/details", data=form(name="Siti R.", phone=copied))
    assert done.status_code == 303
    assert (known(engine, siti).name, known(engine, siti).phone) == ("Siti R.", "+628123456789")
    told = [mail for mail in mails(engine) if "siti@example.org" in mail]
    assert any("kontak" in mail for mail in told)
    sent = {"identifier": f"{copied} ", "password": PASSWORD}
    assert a_browser(app).post("/sign-in", data=sent).status_code == 303


def test_a_new_address_counts_once_its_mail_was_read(
    app: Flask, browser: FlaskClient, engine: Engine, siti: int
) -> None:
    browser.post("/me/details", data=form(email="Baru@Example.org"))
    assert known(engine, siti).email == "siti@example.org"
    assert "baru@example.org" in browser.get("/me").text
    confirm = link(engine)
    stranger = a_browser(app)
    for _ in range(2):  # as a mail scanner would
        assert "baru@example.org" in stranger.get(confirm).text
    assert known(engine, siti).email == "siti@example.org"
    assert stranger.post(confirm).status_code == 303
    assert known(engine, siti).email == "baru@example.org"
    assert "24 jam" not in browser.get("/me").text
    assert stranger.post(confirm).status_code == 422
    assert stranger.get(confirm).status_code == 422


def test_nothing_changes_without_the_present_password(
    browser: FlaskClient, engine: Engine, siti: int
) -> None:
    wrong = form(name="Maling", email="maling@example.org", present="bukan kata sandi")
    answers = [browser.post("/me/details", data=wrong) for _ in range(7)]
    assert answers[0].status_code == 422
    assert "maling@example.org" in answers[0].text
    assert answers[-1].status_code == 403
    assert known(engine, siti).name == "Siti Rahayu"
    assert mails(engine) == []


def test_what_is_written_badly_stands_at_its_field(browser: FlaskClient) -> None:
    for field, value in (("email", "bukan surel"), ("phone", "12"), ("name", "Si\u200bti")):
        answer = browser.post("/me/details", data=form(**{field: value}))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text


def test_the_only_way_to_sign_in_stays(engine: Engine, siti: int) -> None:
    for details in ({}, {"phone": None, "email": None}):
        with pytest.raises(LastContact):
            change(engine, siti, **details)
    change(engine, siti, phone="0812 3456 789", email="siti@example.org")
    change(engine, siti, phone="0812 3456 789")
    assert known(engine, siti).email is None
    with pytest.raises(LastContact):  # an address that nobody confirmed is no way in
        change(engine, siti, email="baru@example.org")


def test_who_has_no_contact_gains_one(engine: Engine) -> None:
    person = a_person(engine, clock.now(), "Yem").registered()
    change(engine, person, name="Yem")
    change(engine, person, name="Yem", email="yem@example.org")
    token = link(engine).rpartition("/")[2]
    in_unit_of_work(engine, lambda s: confirm_address(s, token, clock.now()))
    assert known(engine, person).email == "yem@example.org"


def test_anothers_contact_is_not_taken(engine: Engine, siti: int) -> None:
    other = a_person(engine, clock.now(), "Budi").with_email("budi@example.org")
    other.with_phone("08123456789").registered()
    with pytest.raises(PhoneTaken):
        change(engine, siti, email="siti@example.org", phone="+62 812 3456 789")
    # Nobody learns here whether an address is known: only who reads its mail does.
    change(engine, siti, email="budi@example.org")
    token = link(engine).rpartition("/")[2]
    with pytest.raises(EmailTaken):
        in_unit_of_work(engine, lambda s: confirm_address(s, token, clock.now()))
    assert known(engine, siti).email == "siti@example.org"


def test_a_link_is_over_after_a_day_or_another_change(engine: Engine, siti: int) -> None:
    change(engine, siti, email="satu@example.org")
    first = link(engine).rpartition("/")[2]
    late = clock.now() + timedelta(hours=24)
    with pytest.raises(PassOver):
        in_unit_of_work(engine, lambda s: confirm_address(s, first, late))
    change(engine, siti, email="siti@example.org", phone="08123456789")
    with pytest.raises(PassOver):
        in_unit_of_work(engine, lambda s: confirm_address(s, first, clock.now()))
    in_unit_of_work(engine, lambda s: service.end_person(s, siti, clock.now()))


@pytest.mark.parametrize("text", ["\u202a0812 3456 789\u202c", "0812\u20133456\u2013789"])
def test_numbers_copied_from_a_chat_are_read(text: str) -> None:
    assert normal_phone(text) == "+628123456789"
    assert normal_email("siti\u200b@example.org") == "siti@example.org"
