"""Stepping down from a role, and going for good."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ledger.identity import queries as people
from ledger.identity.rules.sessions import SessionLife
from ledger.members import queries
from ledger.members.errors import LastStewards, RoleNotHeld, StillTied
from ledger.members.service import grant_role, let_act_for
from ledger.members.service.farewell import say_farewell
from ledger.members.service.roles import resign
from tests.members.office import Office


def ties(office: Office, person: int) -> list[tuple[int | None, str | None]]:
    found = office.do(lambda s: queries.ties(s, person, office.now))
    return [(one.cell.number if one.cell else None, one.role) for one in found]


def go(office: Office, person: int) -> None:
    office.do(lambda s: say_farewell(s, person, office.now))


def step_down(office: Office, person: int, role: str) -> None:
    office.do(lambda s: resign(s, office.standing(s, person), role, office.now))


def test_who_holds_a_cell_alone_hands_it_over_first(office: Office) -> None:
    holder, other = office.cell.person_id, office.community.a_person()
    community = office.community.view.id
    office.do(lambda s: let_act_for(s, community, 7, other, "clerk", office.now))
    assert ties(office, holder) == [(7, None)]
    assert ties(office, other) == []
    with pytest.raises(StillTied):
        go(office, holder)
    assert office.do(lambda s: people.find_person(s, holder)) is not None
    office.do(lambda s: let_act_for(s, community, 7, other, "holder", office.now))
    go(office, holder)
    assert office.do(lambda s: people.find_person(s, holder)) is None
    left = office.do(lambda s: queries.people_of_cell(s, community, 7))
    assert [one.person_id for one in left] == [other]
    assert office.do(lambda s: queries.voter_of(s, community, 7)) is None
    assert office.do(lambda s: queries.actors_of(s, community, 7)) >= {office.cell.actor}


def test_who_serves_steps_down_first(office: Office) -> None:
    assert ties(office, office.citra) == [(None, "coordinator")]
    with pytest.raises(StillTied):
        go(office, office.citra)
    step_down(office, office.citra, "coordinator")
    assert office.roles(office.citra) == frozenset()
    served = office.do(lambda s: queries.who_served(s, office.community.view.id, office.now))
    assert [(one.person_id, one.until) for one in served] == [(office.citra, office.now)]
    go(office, office.citra)
    assert office.do(lambda s: people.find_person(s, office.citra)) is None


def test_two_stewards_stay(office: Office) -> None:
    with pytest.raises(LastStewards):
        step_down(office, office.ana, "steward")
    wati, community = office.community.a_person(), office.community.view.id
    soon = office.now + timedelta(days=1)
    office.do(
        lambda s: grant_role(s, community, wati, "steward", "founding", office.now, ends_at=soon)
    )
    step_down(office, office.ana, "steward")
    assert office.roles(office.ana) == frozenset()
    with pytest.raises(LastStewards):
        step_down(office, wati, "steward")


def test_nobody_steps_down_from_what_they_do_not_hold(office: Office) -> None:
    with pytest.raises(RoleNotHeld):
        step_down(office, office.citra, "steward")


def test_people_take_away_what_is_kept_of_them(office: Office) -> None:
    holder, code = office.cell.person_id, office.community.view.code
    found = office.do(lambda s: queries.own_data(s, holder, office.now, SessionLife()))
    since = office.now.isoformat()
    assert found["acted_for"] == [
        {"cell": "SB007", "name": "Warung", "as": "holder", "since": since, "until": None}
    ]
    assert found["voted_for"] == [{"cell": "SB007", "since": since, "until": None}]
    assert found["number_in_books"] == [{"community": code, "number": office.cell.actor}]
    assert found["served_as"] == []
    assert json.loads(json.dumps(found)) == found
    step_down(office, office.citra, "coordinator")
    (served,) = office.do(lambda s: queries.own_data(s, office.citra, office.now, SessionLife()))[
        "served_as"
    ]
    assert (served["role"], served["by"], served["until"]) == ("coordinator", "founding", since)
