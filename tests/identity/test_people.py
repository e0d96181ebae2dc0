"""Registering, and changing what is known of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.identity import queries, service
from ledger.identity.errors import EmailTaken, PersonNotFound, PhoneTaken
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.identity.people import PASSWORD, a_person, sign_in


def test_a_person_is_found_by_each_contact_however_written(engine: Engine, now: datetime) -> None:
    siti = (
        a_person(engine, now).with_email("Siti@Example.org").with_phone("0812 3456 789")
    ).registered()
    for written in (
        "siti@example.org",
        " SITI@EXAMPLE.ORG",
        "+62 812-3456-789",
        "08123456789",
    ):
        found = in_unit_of_work(
            engine,
            lambda s, written=written: queries.person_by_contact(s, written),
            write=False,
        )
        assert found == siti


def test_a_contact_belongs_to_one_person(engine: Engine, now: datetime) -> None:
    a_person(engine, now).with_email("siti@example.org").with_phone("08123456789").registered()
    with pytest.raises(EmailTaken):
        a_person(engine, now, "Sita").with_email("SITI@example.org").registered()
    with pytest.raises(PhoneTaken):
        a_person(engine, now, "Sita").with_phone("+628123456789").registered()


def test_many_people_may_have_no_contact(engine: Engine, now: datetime) -> None:
    ids = [a_person(engine, now, name).registered() for name in ("Budi", "Wati")]
    names = in_unit_of_work(engine, lambda s: queries.names_of(s, [*ids, 10**9]), write=False)
    assert names == dict(zip(ids, ("Budi", "Wati"), strict=True))


def test_a_person_who_left_is_not_found(engine: Engine, now: datetime) -> None:
    siti = a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()
    in_unit_of_work(engine, lambda s: service.set_language(s, siti, "en"))
    assert in_unit_of_work(engine, lambda s: queries.person(s, siti)).language == "en"
    in_unit_of_work(engine, lambda s: service.end_person(s, siti, now))
    with pytest.raises(PersonNotFound):
        in_unit_of_work(engine, lambda s: queries.person(s, siti), write=False)
    with pytest.raises(PersonNotFound):
        in_unit_of_work(engine, lambda s: service.end_person(s, siti, now))


def test_what_names_a_person_is_erased_everywhere(engine: Engine, now: datetime) -> None:
    siti = a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()
    sign_in(engine, now, agent="Mozilla/5.0 (Android 14; Mobile) Firefox/130.0")

    def leave(session: Session) -> None:
        service.issue_link(session, siti, "address", timedelta(hours=1), now, "baru@example.org")
        service.erase_person(session, siti, now)

    in_unit_of_work(engine, leave)
    with engine.connect() as connection:
        for table in ("person", "login_session", "pass"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert not any(word in rows for word in ("Siti", "example.org", "Firefox", "argon2"))
