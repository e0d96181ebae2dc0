"""What a community calls itself takes two; who sees balances takes a vote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ledger
from ledger.members import queries, service
from ledger.members.errors import NothingChanged, NotYourOffice
from ledger.members.service.renaming import facts_of
from tests.members.office import Office

RENAMED = facts_of("Komunitas  Sragen", "Sragen, Solo", "en")


def view(office: Office) -> queries.CommunityView:
    found = office.do(lambda s: queries.community(s, office.community.view.id))
    assert isinstance(found, queries.CommunityView)
    return found


def test_the_name_takes_a_coordinator_and_a_second_person(office: Office) -> None:
    act = office.ask(office.citra, "rename", **RENAMED)
    assert view(office).name == "Komunitas SB"
    office.sign(office.ana, act)
    found, before = view(office), office.community.view
    assert (found.name, found.place, found.language) == ("Komunitas Sragen", "Sragen, Solo", "en")
    assert (found.code, found.unit, found.zone) == (before.code, before.unit, before.zone)
    with pytest.raises(NothingChanged):
        office.ask(office.citra, "rename", **RENAMED)


def test_no_steward_asks_for_another_name(office: Office) -> None:
    with pytest.raises(NotYourOffice):
        office.ask(office.ana, "rename", **RENAMED)


def test_who_sees_balances_has_a_history_of_versions(office: Office) -> None:
    community = office.community.view.id
    later = office.now.replace(year=2027)
    office.do(lambda s: service.set_transparency(s, community, "own", "decision:3", later))
    found = office.do(lambda s: queries.transparencies(s, community))
    assert [(one.version, one.level, one.authority, one.since) for one in found] == [
        (2, "own", "decision:3", later),
        (1, "members", "founding", office.now),
    ]
    assert office.do(lambda s: queries.transparency(s, community)).level == "own"
    with pytest.raises(ValueError, match="no such level"):
        office.do(lambda s: service.set_transparency(s, community, "all", "decision:4", later))


def test_only_founding_and_decisions_say_who_sees_balances() -> None:
    """No page and no command calls it, nor anything else but founding and governance."""
    callers = {module for module, called in calls() if called == "set_transparency"}
    assert {one for one in callers if not one.startswith("governance/service")} == {
        "members/service/communities.py"
    }


def calls() -> Iterator[tuple[str, str]]:
    """Every module of the ledger with the name of each function that it calls."""
    root = Path(ledger.__path__[0])
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else ""
                name = called.id if isinstance(called, ast.Name) else name
                yield file.relative_to(root).as_posix(), name
