"""Sessions: how they open, last, and end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ledger.identity import queries, service
from ledger.identity.errors import SessionNotFound, SignInFailed
from ledger.identity.model import LoginSession
from ledger.identity.rules.passwords import hash_password
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.identity.people import PASSWORD, a_person, sign_in

DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("siti")


@pytest.fixture
def siti(engine: Engine, now: datetime) -> int:
    return a_person(engine, now).with_email("siti@example.org").who_knows(PASSWORD).registered()


@pytest.fixture
def read(engine: Engine) -> Callable[..., Any]:
    return lambda query, *rest: in_unit_of_work(
        engine, lambda session: query(session, *rest), write=False
    )


def test_a_session_stands_for_its_person(engine, siti, now, read) -> None:
    opened = sign_in(engine, now)
    assert opened.person_id == siti
    found = read(queries.person_of, opened.token, now)
    assert found.person.name == "Siti Rahayu"
    assert not found.touch_due
    assert read(queries.person_of, opened.token[:-1] + "_", now) is None


def test_the_database_cannot_tell_the_token(engine, now, read) -> None:
    opened = sign_in(engine, now)
    (kept,) = read(lambda s: s.scalars(select(LoginSession.token_digest)).all())
    assert len(kept) == 32
    assert opened.token.encode() not in kept


def test_a_session_ends_when_it_is_not_used(engine, now, read) -> None:
    token = sign_in(engine, now).token
    assert read(queries.person_of, token, now + 14 * DAY - timedelta(seconds=1))
    assert read(queries.person_of, token, now + 14 * DAY) is None


def test_a_session_that_is_used_ends_after_ninety_days(engine, now) -> None:
    token = sign_in(engine, now).token
    for days in range(0, 90, 10):
        assert service.current_person(engine, token, now + days * DAY)
    assert service.current_person(engine, token, now + 90 * DAY) is None


def test_use_is_noted_every_ten_minutes_at_most(engine, siti, now, read) -> None:
    token = sign_in(engine, now).token
    later = now + timedelta(minutes=9)
    service.current_person(engine, token, later)
    assert read(queries.sessions_of, siti, later)[0].last_seen_at == now
    later = now + timedelta(minutes=10)
    service.current_person(engine, token, later)
    assert read(queries.sessions_of, siti, later)[0].last_seen_at == later


def test_signing_in_again_replaces_the_browsers_session(engine, now, read) -> None:
    first = sign_in(engine, now)
    second = sign_in(engine, now, replaces=first.token, device=first.device)
    assert second.token != first.token
    assert second.device == first.device
    assert read(queries.person_of, first.token, now) is None
    assert read(queries.person_of, second.token, now)


def test_signing_out_ends_the_session_and_no_other(engine, now, read) -> None:
    phone, computer = sign_in(engine, now), sign_in(engine, now)
    in_unit_of_work(engine, lambda s: service.sign_out(s, phone.token, now))
    assert read(queries.person_of, phone.token, now) is None
    assert read(queries.person_of, computer.token, now)


def test_people_see_their_sessions_and_end_them(engine, siti, now, read) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36"
    phone = sign_in(engine, now, agent=agent)
    lost = sign_in(engine, now + timedelta(minutes=1))
    rows = read(queries.sessions_of, siti, now + timedelta(minutes=1))
    assert [row.agent for row in rows] == ["", "Chrome · Android"]
    in_unit_of_work(engine, lambda s: service.end_session(s, siti, rows[0].id, now))
    assert read(queries.person_of, lost.token, now) is None
    assert read(queries.person_of, phone.token, now)
    with pytest.raises(SessionNotFound):
        in_unit_of_work(engine, lambda s: service.end_session(s, siti, rows[0].id, now))


def test_nobody_ends_anothers_session(engine, now, read) -> None:
    budi = a_person(engine, now, "Budi").registered()
    token = sign_in(engine, now).token
    session_id = read(queries.person_of, token, now).session_id
    with pytest.raises(SessionNotFound):
        in_unit_of_work(engine, lambda s: service.end_session(s, budi, session_id, now))
    assert read(queries.person_of, token, now)


def test_a_new_password_ends_the_other_sessions(engine, siti, now, read) -> None:
    here, elsewhere = sign_in(engine, now), sign_in(engine, now)
    kept = read(queries.person_of, here.token, now).session_id
    new = hash_password("tujuh gajah merah")
    in_unit_of_work(engine, lambda s: service.set_password(s, siti, new, now, keep_session=kept))
    assert read(queries.person_of, here.token, now)
    assert read(queries.person_of, elsewhere.token, now) is None
    with pytest.raises(SignInFailed):
        sign_in(engine, now)
    assert sign_in(engine, now, password="tujuh gajah merah")


def test_who_leaves_is_signed_out_and_stays_out(engine, siti, now, read) -> None:
    token = sign_in(engine, now).token
    in_unit_of_work(engine, lambda s: service.end_person(s, siti, now))
    assert read(queries.person_of, token, now) is None
    with pytest.raises(SignInFailed):
        sign_in(engine, now)
