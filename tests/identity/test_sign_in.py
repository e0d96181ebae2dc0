"""Signing in: by whatever people know, and slowly for those who guess."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.identity.errors import SignInFailed, TooManyTries
from ledger.identity.rules.throttle import PER_ADDRESS, PER_ORIGIN, PER_SUBJECT
from tests.databases import Database, connected
from tests.identity.people import HOME, PASSWORD, a_person, sign_in

MINUTE = timedelta(minutes=1)
GUESS = "tebakan yang salah"

pytestmark = pytest.mark.usefixtures("siti")


@pytest.fixture
def siti(engine: Engine, now: datetime) -> int:
    whole = a_person(engine, now).with_email("siti@example.org").with_phone("08123456789")
    return whole.who_knows(PASSWORD).registered()


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each hash that was verified: what takes time in signing in."""
    seen: list[str] = []
    verify = PasswordHasher.verify

    def counting(hasher: PasswordHasher, kept: str, password: str) -> bool:
        seen.append(kept)
        return verify(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    return seen


def guess(engine: Engine, now: datetime, times: int, **how: str) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            sign_in(engine, now, password=GUESS, **how)


def address(number: int) -> str:
    return f"198.51.{number // 200}.{number % 200 + 1}"


@pytest.mark.parametrize("identifier", ["siti@example.org", "+62 812 3456 789", "SB001"])
def test_people_sign_in_by_email_phone_or_member_number(engine, siti, now, identifier) -> None:
    def resolve(_session: Session, text: str) -> int | None:
        return siti if text == "SB001" else None

    assert sign_in(engine, now, identifier, resolve=resolve).person_id == siti


def test_nobody_learns_who_is_known(engine, now, verified) -> None:
    a_person(engine, now, "Budi").with_email("invited@example.org").registered()
    answers = []
    for identifier in ("siti@example.org", "nobody@example.org", "invited@example.org"):
        with pytest.raises(SignInFailed) as failure:
            sign_in(engine, now, identifier, GUESS)
        answers.append((str(failure.value), len(verified)))
        verified.clear()
    assert set(answers) == {("identity.sign_in_failed()", 1)}
    for identifier in ("siti@example.org", "nobody@example.org"):
        guess(engine, now, PER_ORIGIN.tries - 1, identifier=identifier)
        with pytest.raises(TooManyTries):
            sign_in(engine, now, identifier)


def test_after_a_few_failures_even_the_right_password_must_wait(engine, now, verified) -> None:
    guess(engine, now, PER_ORIGIN.tries)
    verified.clear()
    with pytest.raises(TooManyTries) as refusal:
        sign_in(engine, now + MINUTE)
    assert refusal.value.facts == {"minutes": 14}
    assert verified == []
    assert sign_in(engine, now + PER_ORIGIN.window)


def test_waiting_is_not_made_longer_by_asking_again(engine, now) -> None:
    guess(engine, now, PER_ORIGIN.tries)
    for minute in range(1, 15):
        with pytest.raises(TooManyTries):
            sign_in(engine, now + minute * MINUTE)
    assert sign_in(engine, now + 15 * MINUTE)


def test_a_success_forgives_the_failures_before_it(engine, now) -> None:
    for _ in range(3):
        guess(engine, now, PER_ORIGIN.tries - 1)
        sign_in(engine, now)


def test_many_ways_of_writing_an_identifier_are_one(engine, now) -> None:
    for written in (
        "08123456789",
        "+62 812 3456 789",
        "62-812-3456-789",
        "0062812 3456789",
    ):
        guess(engine, now, 1, identifier=written)
    guess(engine, now, 1, identifier="(0812) 3456789")
    with pytest.raises(TooManyTries):
        sign_in(engine, now, "08123456789")


def test_guesses_from_many_addresses_are_counted_together(engine, now) -> None:
    for number in range(PER_SUBJECT.tries):
        guess(engine, now, 1, address=address(number))
    with pytest.raises(TooManyTries):
        sign_in(engine, now, address=address(99))
    assert sign_in(engine, now + PER_SUBJECT.window, address=address(99))


def test_who_guesses_from_elsewhere_cannot_shut_out_the_owner(engine, now) -> None:
    device = sign_in(engine, now).device
    for number in range(PER_SUBJECT.tries):
        guess(engine, now + MINUTE, 1, address=address(number))
    assert sign_in(engine, now + MINUTE)  # from the address at home
    assert sign_in(engine, now + MINUTE, address="192.0.2.200", device=device)  # on the road


def test_a_guesser_at_the_same_address_cannot_shut_out_a_known_device(engine, now) -> None:
    device = sign_in(engine, now).device
    guess(engine, now + MINUTE, PER_ORIGIN.tries, device="tercuri" * 6)
    with pytest.raises(TooManyTries):
        sign_in(engine, now + MINUTE)
    assert sign_in(engine, now + MINUTE, device=device)


def test_a_known_device_has_no_more_tries_than_others(engine, now) -> None:
    device = sign_in(engine, now).device
    for number in range(PER_ORIGIN.tries):
        guess(engine, now + MINUTE, 1, address=address(number), device=device)
    with pytest.raises(TooManyTries):
        sign_in(engine, now + MINUTE, address=address(99), device=device)


def test_one_address_cannot_try_everybody(engine, now) -> None:
    for number in range(PER_ADDRESS.tries):
        guess(
            engine,
            now,
            1,
            identifier=f"nomor{number}@example.org",
            address="192.0.2.66",
        )
    with pytest.raises(TooManyTries):
        sign_in(engine, now, address="192.0.2.66")
    assert sign_in(engine, now, address=HOME)


def test_tries_are_counted_across_workers(engine, database: Database, now) -> None:
    with connected(database.url) as another:
        for number in range(PER_ORIGIN.tries):
            guess((engine, another)[number % 2], now, 1)
        for worker in (engine, another):
            with pytest.raises(TooManyTries):
                sign_in(worker, now)


def test_tries_at_once_are_no_way_around_the_throttle(engine, now, verified) -> None:
    def attempt(_number: int) -> type[Exception]:
        try:
            sign_in(engine, now, password=GUESS)
        except (SignInFailed, TooManyTries) as refusal:
            return type(refusal)
        raise AssertionError("A wrong password opened a session.")

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(attempt, range(40)))
    assert answers.count(SignInFailed) == len(verified) <= PER_ORIGIN.tries
