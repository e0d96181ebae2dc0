"""Who belongs where, and who may do what there."""

from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.members import queries
from ledger.members.errors import CodeTaken, NumberTaken, RolesClash
from ledger.members.service import grant_role, let_act_for
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import a_cell, a_community
from tests.counting import counted
from tests.members.office import Office

CAFE = "Caf\N{LATIN SMALL LETTER E WITH ACUTE} 100%"


def test_a_person_acts_only_for_their_own_cell(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    mine, theirs = community.enrol(a_cell()), community.enrol(a_cell())
    with Session(engine) as session:
        found = queries.find_acting(session, mine.person_id, "SB", mine.account, now)
        assert found == mine
        assert queries.find_acting(session, mine.person_id, "SB", theirs.account, now) is None
        assert queries.find_acting(session, mine.person_id, "SB", 999, now) is None
        assert queries.find_acting(session, mine.person_id, "XX", mine.account, now) is None


def test_a_person_has_one_pseudonym_in_a_community_and_another_elsewhere(
    engine: Engine, now: datetime
) -> None:
    here, there = a_community(engine, now, "SB"), a_community(engine, now, "KB")
    first, second, away = here.enrol(a_cell()), here.enrol(a_cell()), there.enrol(a_cell())

    def join(session: Session) -> None:
        let_act_for(session, here.view.id, second.account, first.person_id, "clerk", now)
        let_act_for(session, there.view.id, away.account, first.person_id, "viewer", now)

    in_unit_of_work(engine, join)
    with Session(engine) as session:
        clerk = queries.find_acting(session, first.person_id, "SB", second.account, now)
        viewer = queries.find_acting(session, first.person_id, "KB", away.account, now)
        belongings = queries.communities_of(session, first.person_id, now)
    assert clerk
    assert viewer
    assert clerk.actor == first.actor != viewer.actor
    assert clerk.may_record
    assert not viewer.may_record
    assert [one.community.code for one in belongings] == ["KB", "SB"]
    assert [len(one.cells) for one in belongings] == [1, 2]


def test_an_auditor_holds_no_other_role(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    person = community.a_person()

    def grant(role: str) -> None:
        in_unit_of_work(
            engine,
            lambda s: grant_role(s, community.view.id, person, role, "founding", now),
        )

    grant("auditor")
    grant("auditor")
    with pytest.raises(RolesClash):
        grant("coordinator")
    with Session(engine) as session:
        standing = queries.find_standing(session, person, "SB", now)
        stranger = queries.find_standing(session, community.a_person(), "SB", now)
    assert standing
    assert standing.roles == {"auditor"}
    assert standing.cells == ()
    assert stranger is None


def test_codes_and_numbers_are_taken_once(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    community.enrol(a_cell(), number=7)
    with pytest.raises(NumberTaken):
        community.enrol(a_cell(), number=7)
    with pytest.raises(CodeTaken):
        a_community(engine, now)


def test_cells_are_found_by_number_and_by_name(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    for name in (
        "Kartini Jaya",
        "Kartini Jaya Abadi",
        "Setia",
        CAFE,
    ):
        community.enrol(a_cell(name))

    def found(text: str) -> list[str]:
        with Session(engine) as session:
            return [cell.name for cell in queries.search_cells(session, community.view, text)]

    assert found("SB003") == found("sb3") == found("3 Kartini") == ["Setia"]
    assert found("kartini  JAYA") == ["Kartini Jaya"]
    assert found("kartini") == ["Kartini Jaya", "Kartini Jaya Abadi"]
    assert found("cafe") == found("100%") == [CAFE]
    assert found("%") == found("cafe")
    assert found("_") == found("") == found("SB999") == []

    texts = ["SB003", "3 Kartini", "kartini  JAYA", "kartini", "KARTINI", "cafe", "100%", "_",
             "", "SB999", "a", "999"]  # fmt: skip
    with Session(engine) as session, counted(engine) as statements:
        named = queries.named_cells(session, community.view, texts)
    assert {text: [one.name for one in cells] for text, cells in named.items()} == {
        text: found(text) for text in texts
    }
    assert len(statements) == 2
    with Session(engine) as session:
        few = queries.named_cells(session, community.view, ["kartini", "a"], limit=1)
    assert [len(cells) for cells in few.values()] == [1, 1]


def test_a_member_number_names_its_one_holder(engine: Engine, now: datetime) -> None:
    community = a_community(engine, now)
    holder = community.enrol(a_cell())
    clerk = community.a_person()

    def join(kind: str) -> None:
        in_unit_of_work(
            engine,
            lambda s: let_act_for(s, community.view.id, holder.account, clerk, kind, now),
        )

    def person(text: str) -> int | None:
        with Session(engine) as session:
            return queries.person_by_number(session, text)

    join("clerk")
    assert person("SB001") == person(" sb 1 ") == holder.person_id
    assert person("1") is person("SB002") is person("") is person("SB1x") is None
    join("holder")
    assert person("SB001") is None


def test_the_words_of_cell_and_community_are_no_password(office: Office) -> None:
    words = office.do(lambda s: queries.own_words(s, office.cell.person_id))
    assert {"Warung", "SB", "Sragen", "poin"} <= set(words)
    assert "Kebun" not in words
