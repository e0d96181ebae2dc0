"""Every route answers every standing as the table says, and none is missing from it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

import tests.access
from ledger.jobs.service import Outside, run_due
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.service import let_act_for
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web.runtime import EXTENSION
from tests.access.conftest import Prepared
from tests.access.world import STANDINGS, World

TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
ANSWERS = {200: ".", 303: ">", 401: "s", 403: "x", 404: "-", 409: "!", 422: "?"}


def rooms() -> list[Any]:
    """The modules that hold rows."""
    names = [one.name for one in pkgutil.iter_modules(tests.access.__path__)]
    modules = [
        importlib.import_module(f"tests.access.{name}") for name in names if "test" not in name
    ]
    return [module for module in modules if hasattr(module, "ROWS")]


def joined(table: str) -> dict[str, Any]:
    """The rooms' `ROWS`, `FILL` or `SEND` in one."""
    return {key: value for room in rooms() for key, value in getattr(room, table, {}).items()}


ROWS = joined("ROWS")


def is_closed(row: str) -> bool:
    """Whether a member of another community finds nothing there."""
    return bool(ROWS[row].split()[STANDINGS.index("other")] == "-")


def test_every_route_has_its_row_and_every_row_its_route(prepared: Prepared) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in prepared.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes - ROWS.keys() == set(), "routes without a row"
    assert ROWS.keys() - routes == set(), "rows without a route"


def test_no_room_says_what_another_says() -> None:
    rows = [key for room in rooms() for key in room.ROWS]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("row", sorted(ROWS))
def test_each_standing_gets_what_the_table_says(prepared: Prepared, row: str) -> None:
    found = " ".join(answer(prepared, row, standing) for standing in STANDINGS)
    assert found == " ".join(ROWS[row].split()), f"{row} for {STANDINGS}"


def answer(prepared: Prepared, row: str, standing: str) -> str:
    """The letter of what this standing gets."""
    method, rule = row.split()
    address = fill(rule, prepared.world, standing)
    with prepared.put_back():
        client = prepared.world.browser(prepared.app, standing)
        form = joined("SEND").get(row, {})
        response = client.open(address, method=method, data=form if method != "GET" else None)
        response.get_data()  # a streamed answer reads the database until its end
        if response.status_code == 303 and response.location.startswith("/sign-in"):
            return "s" if standing == "stranger" else ">"
        return ANSWERS.get(response.status_code, str(response.status_code))


def fill(rule: str, world: World, standing: str = "", **place: str) -> str:
    """The address of `rule` for the cell of this standing, or for the `place` that is named."""
    own = {"code": "SB", "number": world.number.get(standing, "")}
    parts = {**own, **joined("FILL").get(rule, {}), **place}
    for name, value in parts.items():
        rule = rule.replace(f"<{name}>", value(world) if callable(value) else value)
    return rule


@pytest.mark.parametrize("row", sorted(row for row in ROWS if "<code>" in row and is_closed(row)))
def test_the_foreign_and_the_unknown_look_the_same(prepared: Prepared, row: str) -> None:
    method, rule = row.split()
    seen = set()
    for code, number in (("SB", "SB001"), ("SB", "SB777"), ("QQ", "QQ001")):
        address = fill(rule, prepared.world, code=code, number=number)
        with prepared.put_back():
            response = prepared.world.browser(prepared.app, "other").open(address, method=method)
            said = TOKEN.sub("", response.text).replace(address, "")
            seen.add((response.status_code, said))
    assert len(seen) == 1


PLAUSIBLE = {
    "limit": "999999", "floor": "-999999", "credit_limit": "999999", "amount": "999999",
    "authority": "decision", "reference": "1", "version": "1", "cell": "SB001", "number": "1",
    "person": "SB001", "person_id": "1", "role": "steward", "kind": "holder", "name": "Kebun",
    "reason": "Begitulah", "act": "1", "other": "SB002", "what": "Beras",
    "occurred_on": "2026-01-01", "request_key": "k" * 22, "q": "SB", "email": "",
}  # fmt: skip


@pytest.mark.parametrize("row", sorted(ROWS))
def test_a_coordinator_moves_no_limit_by_any_page(prepared: Prepared, row: str) -> None:
    """Not even one who holds cells too, nor by what their request leaves to be done later."""
    method, rule = row.split()
    engine = prepared.app.extensions[EXTENSION].engine
    before = floors(engine)
    with prepared.put_back():
        in_unit_of_work(engine, lambda db: hold_all(db, prepared.world))
        client = prepared.world.browser(prepared.app, "coordinator")
        form = {**PLAUSIBLE, **joined("SEND").get(row, {})}
        for address in {fill(rule, prepared.world, name) for name in ("member", "frozen")}:
            client.open(address, method=method, data=form if method != "GET" else None).get_data()
        if method != "GET":
            run_due(engine, within(prepared.app), clock.now())
        assert floors(engine) == before


def hold_all(db: Session, world: World) -> None:
    """Let the coordinator hold every cell that somebody else holds in these tests."""
    home = members.community_by_code(db, "SB")
    assert home is not None
    for number in (1, 2):
        let_act_for(db, home.id, number, world.people["coordinator"], "holder", world.now)


def within(app: Flask) -> Mapping[str, Any]:
    """The handlers of due work that stays in the database."""
    handlers = app.extensions[EXTENSION].job_handlers
    return {kind: act for kind, act in handlers.items() if not isinstance(act, Outside)}


def floors(engine: Engine) -> list[Any]:
    """Every account's limits."""
    with engine.connect() as connection:
        query = text("SELECT community_id, number, floor, ceiling, limit_version FROM account")
        return sorted(tuple(row) for row in connection.execute(query))


def test_no_command_sets_a_limit(prepared: Prepared) -> None:
    """Founding and taking over earlier books set first limits; nothing else names any."""
    naming = {
        " ".join(path)
        for path, command in commands(prepared.app.cli)
        if any("limit" in one.name or "ceiling" in one.name for one in command.params if one.name)
    }
    assert naming == {"communities create"}


NEVER_ENDING = {"run", "shell", "demo"}


def test_no_command_moves_a_limit(prepared: Prepared, tmp_path: Path) -> None:
    """Each is run with what it asks for, as far as that can be made up."""
    engine = prepared.app.extensions[EXTENSION].engine
    before, ran = floors(engine), 0
    (tmp_path / "file").write_text('{"community": "SB"}', "utf-8")
    runner = prepared.app.test_cli_runner()
    with prepared.put_back():
        for path, command in commands(prepared.app.cli):
            if path[0] not in NEVER_ENDING:
                runner.invoke(args=[*path, *arguments(command, tmp_path / "file")], input="\n" * 9)
                assert set(before) <= set(floors(engine)), path
                ran += 1
    assert ran > 10


def arguments(command: Any, file: Path) -> Iterator[str]:
    """What a command must be given: numbers, files, the community, else a plausible word."""
    for one in command.params:
        if one.param_type_name == "option":
            if not one.required and not one.prompt:
                continue
            yield one.opts[0]
        elif not one.required:
            continue
        kind = type(one.type).__name__
        if kind == "Choice":
            yield str(one.type.choices[0])
        elif kind in {"Path", "File"}:
            yield str(file)
        else:
            yield "1" if "Int" in kind else PLAUSIBLE.get(str(one.name), "SB")


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command under `group`, with its path."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command
