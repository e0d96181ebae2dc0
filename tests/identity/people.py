"""People for tests: `a_person(engine).with_email(…).who_knows(PASSWORD)`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.identity import service
from ledger.identity.rules.passwords import PasswordHash, hash_password
from ledger.identity.service import Opened, Origin, Register, SignIn
from ledger.persistence.unit_of_work import in_unit_of_work

PASSWORD = "sembilan kerbau biru"
HOME = "203.0.113.7"


@cache
def hashed(password: str) -> PasswordHash:
    """A hash of `password`: it is slow by design, so it is made once."""
    return hash_password(password)


@dataclass(frozen=True)
class PersonToBe:
    engine: Engine
    now: datetime
    command: Register

    def with_email(self, email: str) -> PersonToBe:
        return replace(self, command=replace(self.command, email=email))

    def with_phone(self, phone: str) -> PersonToBe:
        return replace(self, command=replace(self.command, phone=phone))

    def who_knows(self, password: str) -> PersonToBe:
        return replace(self, command=replace(self.command, password_hash=hashed(password)))

    def registered(self) -> int:
        return in_unit_of_work(
            self.engine,
            lambda session: service.register(session, self.command, self.now),
        )


def a_person(engine: Engine, now: datetime, name: str = "Siti Rahayu") -> PersonToBe:
    return PersonToBe(engine, now, Register(name))


def nobody(_session: Session, _identifier: str) -> int | None:
    """Resolves no member number."""
    return None


def sign_in(
    engine: Engine,
    now: datetime,
    identifier: str = "siti@example.org",
    password: str = PASSWORD,
    *,
    address: str = HOME,
    device: str | None = None,
    resolve: service.Resolve = nobody,
    replaces: str | None = None,
    agent: str = "",
) -> Opened:
    origin = Origin(address, agent, device, replaces)
    return service.sign_in(engine, SignIn(identifier, password), origin, now, resolve)
