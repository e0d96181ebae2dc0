"""What people agreed to can't be changed behind their back; of before, it is what they saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.identity.service import Register, register
from ledger.members.model import Transparency
from ledger.members.queries import Acting
from ledger.members.service import inviting
from ledger.persistence.engine import begin_writing
from ledger.persistence.migrations import migrate, unwind
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_cell, a_community
from tests.databases import MIGRATIONS, Database, connected

BEFORE = "20261128_0812_earlier_words"
"""The revision before agreements were kept."""

ALL = "SELECT community_id, person_id, version, accepted_at FROM acceptance"

_numbers = count(1)


def joined(home: ACommunity, holder: Acting, person: int | None = None) -> int:
    """Somebody, or this person, who took up an invitation of the holder: their id."""

    def work(db: Any) -> int:
        token = inviting.invite(db, holder, "clerk", home.now)
        new = Register("Baru", email=f"baru{next(_numbers)}@example.org")
        somebody = person or register(db, new, home.now)
        inviting.accept(db, token, somebody, home.now, None)
        return somebody

    return in_unit_of_work(home.engine, work)


@pytest.fixture
def agreed(home: ACommunity) -> list[Any]:
    """What two people agreed to, as it stands in the database."""
    holder = home.enrol(a_cell(), 1)
    for _ in range(2):
        joined(home, holder)
    return rows(home.engine)


def rows(engine: Engine) -> list[Any]:
    """All that anybody agreed to."""
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(text(ALL)))


def refused(engine: Engine, statement: str) -> str:
    """Run `statement`, which must fail; return the reason."""
    with pytest.raises(DBAPIError) as failure, begin_writing(engine) as connection:
        connection.execute(text(statement))
    return str(failure.value.orig)


COLUMNS = ("community_id", "person_id", "version", "accepted_at")


def test_nothing_is_changed_or_deleted(
    agreed: list[Any], engine: Engine, owner_engine: Engine
) -> None:
    """Not by the service, and not by the owner of the database either."""
    ways = [f"UPDATE acceptance SET {column} = {column}" for column in COLUMNS]
    ways += ["UPDATE acceptance SET accepted_at = 7, version = 7", "DELETE FROM acceptance"]
    if engine.dialect.name == "postgresql":
        ways += ["TRUNCATE acceptance", "TRUNCATE person CASCADE"]
    for way in ways:
        assert "append-only" in refused(owner_engine, way)
        refused(engine, way)
    assert rows(engine) == agreed


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "upsert"])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_sqlite_replaces_nothing(sqlite_engine: Engine, now, verb: str, recursive: str) -> None:
    home = a_community(sqlite_engine, now)
    joined(home, home.enrol(a_cell(), 1))
    before = rows(sqlite_engine)
    clause = "ON CONFLICT DO UPDATE SET accepted_at = 0" if verb == "upsert" else ""
    verb = "INSERT" if verb == "upsert" else verb
    later = ALL.replace("accepted_at", "accepted_at + 1")
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(f"PRAGMA recursive_triggers = {recursive}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError, match="acceptance has this"):
            connection.execute(text(f"{verb} INTO acceptance {later} WHERE true {clause}"))
        connection.invalidate()
    assert rows(sqlite_engine) == before


@pytest.mark.postgresql
def test_postgresql_gives_no_way_around(postgres_engine: Engine, now) -> None:
    home = a_community(postgres_engine, now)
    joined(home, home.enrol(a_cell(), 1))
    before = rows(postgres_engine)
    upsert = "ON CONFLICT (community_id, person_id, version) DO UPDATE SET accepted_at = 0"
    for statement in (
        f"INSERT INTO acceptance {ALL}",
        f"INSERT INTO acceptance {ALL} {upsert}",
        "ALTER TABLE acceptance DISABLE TRIGGER ALL",
        "DROP TRIGGER acceptance_append_only ON acceptance",
        "DROP TABLE acceptance",
        "CREATE RULE mine AS ON INSERT TO acceptance DO INSTEAD NOTHING",
        "SET session_replication_role = 'replica'",
    ):
        assert any(
            reason in refused(postgres_engine, statement)
            for reason in ("permission denied", "must be owner", "duplicate key")
        ), statement
    assert rows(postgres_engine) == before


def test_of_before_people_agreed_to_what_held_when_they_joined(database: Database, now) -> None:
    with connected(database.url) as engine:
        home = a_community(engine, now)
        holder, other = home.enrol(a_cell(), 1), home.enrol(a_cell(), 2)
        abroad = a_community(engine, now, "XX")
        days = [replace(home, now=now + timedelta(days=day)) for day in range(4)]
        first = joined(days[0], holder)
        rise(replace(abroad, now=days[1].now), 2)
        between, twice = joined(days[1], holder), joined(days[1], holder)
        joined(replace(home, now=days[1].now + timedelta(hours=1)), other, between)
        rise(days[2], 2)
        at_once, late = joined(days[2], holder), joined(days[3], other)
        joined(days[2], other, twice)
        joined(days[3], other, first)
        in_unit_of_work(engine, lambda db: inviting.invite(db, holder, "clerk", now))
        foreign = joined(replace(abroad, now=days[3].now), abroad.enrol(a_cell(), 1))
        unwind(database.owner_url, MIGRATIONS, BEFORE)
        migrate(database.owner_url, MIGRATIONS)
        found = {(person, version, accepted_at) for _, person, version, accepted_at in rows(engine)}
        micros = [int(one.now.timestamp() * 1_000_000) for one in days]
        assert found == {
            (first, 1, micros[0]),
            (first, 2, micros[3]),
            (between, 1, micros[1]),
            (twice, 1, micros[1]),
            (twice, 2, micros[2]),
            (at_once, 2, micros[2]),
            (late, 2, micros[3]),
            (foreign, 2, micros[3]),
        }


def rise(home: ACommunity, version: int) -> None:
    """From now on another version of who sees balances holds."""
    row = Transparency(
        community_id=home.view.id,
        version=version,
        level="everyone",
        authority="decision:M1",
        since=home.now,
    )
    in_unit_of_work(home.engine, lambda db: db.add(row))
