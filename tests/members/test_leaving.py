"""An account closes at zero; the books stay, the people go."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from ledger.identity import queries as people
from ledger.identity.model import LoginSession, Person
from ledger.identity.rules.throttle import digest
from ledger.jobs.model import Job
from ledger.journal import queries as books
from ledger.journal.errors import AccountClosed, NotAtZero
from ledger.members import queries
from ledger.members.errors import NotTheHolder
from ledger.members.model import Act
from ledger.members.queries import Acting
from ledger.members.service import let_act_for
from ledger.trades.errors import OtherClosed, StillWaiting
from ledger.trades.rules.states import Event
from ledger.trades.service import leave
from tests.members.office import Office


def go(office: Office, acting: Acting, *, erase: bool = False) -> None:
    office.do(lambda s: leave(s, acting, erase=erase, now=office.now))


def sign_in(office: Office, person_id: int) -> None:
    office.do(
        lambda s: s.add(
            LoginSession(
                token_digest=digest(f"token {person_id}"),
                person_id=person_id,
                agent="",
                created_at=office.now,
                last_seen_at=office.now,
            )
        )
    )


def is_signed_in(office: Office, person_id: int) -> bool:
    wanted = select(LoginSession.id).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    )
    return office.do(lambda s: s.scalar(wanted)) is not None


def cell(office: Office, number: int) -> queries.CellView:
    found = office.do(lambda s: queries.cell(s, office.community.view, number))
    assert isinstance(found, queries.CellView)
    return found


def test_a_cell_leaves_at_zero_and_its_books_stay(office: Office) -> None:
    sign_in(office, office.cell.person_id)
    office.pay()
    with pytest.raises(NotAtZero):
        go(office, office.cell)
    with pytest.raises(NotAtZero):
        go(office, office.other)
    office.community.pay(office.other, office.cell, 1)
    go(office, office.cell)
    community = office.community.view.id
    account = office.do(lambda s: books.account(s, community, 7))
    assert (account.status, account.balance, account.last_seq) == ("closed", 0, 2)
    assert cell(office, 7).name == "Warung"
    assert not is_signed_in(office, office.cell.person_id)
    assert office.do(lambda s: queries.people_of_cell(s, community, 7)) == []
    with pytest.raises(OtherClosed):
        office.community.pay(office.other, office.cell, 1)


def test_what_waits_is_answered_first(office: Office) -> None:
    asked = office.community.ask(office.other, office.cell, 3)
    for acting in (office.cell, office.other):
        with pytest.raises(StillWaiting):
            go(office, acting)
    office.community.answer(office.cell, asked.token, Event.DECLINE, "Salah orang")
    go(office, office.cell)


def test_personal_data_goes_and_the_number_stays(office: Office) -> None:
    community, person = office.community.view, office.cell.person_id
    sign_in(office, person)
    go(office, office.cell, erase=True)
    gone = cell(office, 7)
    assert gone.name == "mantan anggota SB007"
    assert (gone.locality, gone.email, gone.phone, gone.elements) == (None, None, None, ())
    assert office.do(lambda s: people.find_person(s, person)) is None
    assert not is_signed_in(office, person)
    assert office.do(lambda s: queries.search_cells(s, community, "Warung")) == []
    assert office.do(lambda s: queries.find_acting(s, person, "SB", 7, office.now)) is None


def test_who_belongs_elsewhere_stays_who_they_are(office: Office) -> None:
    person = office.cell.person_id
    office.do(lambda s: let_act_for(s, office.community.view.id, 8, person, "clerk", office.now))
    sign_in(office, person)
    go(office, office.cell, erase=True)
    assert is_signed_in(office, person)
    assert office.do(lambda s: people.find_person(s, person)) is not None


def test_only_who_holds_the_cell_leaves_with_it(office: Office) -> None:
    clerk, community = office.community.a_person(), office.community.view
    office.do(lambda s: let_act_for(s, community.id, 7, clerk, "clerk", office.now))
    acting = office.do(lambda s: queries.find_acting(s, clerk, "SB", 7, office.now))
    with pytest.raises(NotTheHolder):
        go(office, acting)


def test_two_who_serve_close_for_who_cannot(office: Office) -> None:
    sign_in(office, office.cell.person_id)
    office.pay()
    with pytest.raises(NotAtZero):
        office.ask(office.citra, "close", cell=7, erase=True)
    office.community.pay(office.other, office.cell, 1)
    act = office.ask(office.citra, "close", cell=7, erase=True)
    office.pay()
    with pytest.raises(NotAtZero):
        office.sign(office.dodi, act)
    office.community.pay(office.other, office.cell, 1)
    office.sign(office.dodi, act)
    assert cell(office, 7).name == "mantan anggota SB007"
    assert not is_signed_in(office, office.cell.person_id)
    with pytest.raises(AccountClosed):
        office.ask(office.citra, "close", cell=7, erase=True)


def test_its_people_are_told(office: Office) -> None:
    kinds = select(Job.payload).where(Job.kind == "mail")
    known = {"email": "siti@example.org"}
    office.do(
        lambda s: s.execute(update(Person).where(Person.id == office.cell.person_id).values(known))
    )
    office.sign(office.dodi, office.ask(office.citra, "close", cell=7, erase=True))
    mails = [str(one) for one in office.do(lambda s: list(s.scalars(kinds)))]
    assert any("siti@example.org" in one and "Warung" in one for one in mails)


def test_a_cell_that_was_enrolled_here_leaves_no_name_in_the_trail(office: Office) -> None:
    said = {"name": "Kebun Wulan", "elements": ["production"], "locality": "Masaran"}
    act = office.ask(office.citra, "enrol", **said)
    office.sign(office.dodi, act)
    office.sign(office.dodi, office.ask(office.citra, "close", cell=9, erase=True))
    kept = office.do(lambda s: s.get(Act, act))
    assert "Wulan" not in kept.facts + kept.reason
    assert "Masaran" not in kept.facts
    trail = office.do(
        lambda s: queries.past_acts(s, office.standing(s, office.ana), office.now, before=None)
    )
    assert {one.subject for one in trail} == {"mantan anggota SB009"}
    assert trail[-1].asker
    assert trail[-1].signer


def test_who_left_is_listed_apart_and_counts_no_more(office: Office) -> None:
    community = office.community.view
    go(office, office.cell)
    reader = office.do(lambda s: office.standing(s, office.ana))

    def listed(*, left: bool) -> list[int]:
        found = office.do(
            lambda s: queries.directory(s, community, reader, "", 1, office.now, left=left)
        )
        table = office.do(lambda s: queries.all_members(s, reader, "", office.now, left=left))
        assert [one.cell.number for one in table] == [one.cell.number for one in found.members]
        return [one.cell.number for one in found.members]

    assert (listed(left=False), listed(left=True)) == ([8], [7])
    assert office.do(lambda s: queries.count_cells(s, community.id)) == 1
    assert office.do(lambda s: queries.cells_nobody_holds(s, community)) == []
    assert [one.number for one in office.do(lambda s: queries.first_cells(s, community, 9))] == [8]
