"""Cells: enrolled by two, invited once, with people, one voter each, and a way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.identity.service import Register, register
from ledger.journal import queries as books
from ledger.kernel.names import skeleton
from ledger.members import queries, service
from ledger.members.errors import (
    ActOver,
    HasAHolder,
    InvitationOver,
    LastHolder,
    MayNotVouch,
    NameLooksLike,
    NotOfThisCell,
    NotTheHolder,
    VotesElsewhere,
    Vouched,
)
from ledger.members.service import acts, household, inviting
from ledger.members.service.enrolling import ensure_unlike
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_cell
from tests.members.enrolment import asked, serving, vouch


def count(home: ACommunity) -> int:
    return in_unit_of_work(home.engine, lambda s: queries.count_cells(s, home.view.id))


def test_two_cells_vouch_and_the_new_one_has_the_founding_limit(home: ACommunity, do) -> None:
    one, two, three = (home.enrol(a_cell()) for _ in range(3))
    act = asked(home, serving(home, "coordinator"))
    vouch(home, one, act)
    assert count(home) == 3
    with pytest.raises(Vouched):
        vouch(home, one, act)
    vouch(home, two, act)
    assert count(home) == 4
    account = do(lambda s: books.account(s, home.view.id, 4))
    assert (account.floor, account.balance) == (home.view.founding_floor, 0)
    with pytest.raises(ActOver):
        vouch(home, three, act)


def test_a_second_coordinator_does_as_well(home: ACommunity, do) -> None:
    first, second = serving(home, "coordinator"), serving(home, "coordinator")
    act = asked(home, first)
    do(lambda s: acts.sign(s, queries.find_standing(s, second, "SB", home.now), act, home.now))
    assert count(home) == 1


def test_one_person_vouches_once_for_all_their_cells(home: ACommunity, do) -> None:
    one, two = home.enrol(a_cell()), home.enrol(a_cell())
    do(lambda s: service.let_act_for(s, home.view.id, 2, one.person_id, "holder", home.now))
    act = asked(home, serving(home, "coordinator"))
    vouch(home, one, act)
    with pytest.raises(Vouched):
        vouch(home, replace(two, person_id=one.person_id), act)


def test_shells_and_askers_do_not_vouch(home: ACommunity, do) -> None:
    old = home.enrol(a_cell())
    coordinator = serving(home, "coordinator")
    do(lambda s: service.let_act_for(s, home.view.id, 1, coordinator, "holder", home.now))
    act = asked(home, coordinator)
    new = replace(old, cell=replace(old.cell, joined_on=home.now.date() - timedelta(days=5)))
    clerk = replace(home.enrol(a_cell()), kind="clerk")
    for acting in (old, new, clerk):
        with pytest.raises(MayNotVouch):
            vouch(home, acting, act)
    assert count(home) == 2


@pytest.mark.parametrize("name", ["KEBUN  baru", "Kebun Bárú", "Kеbun Baru", "Kebun-8aru"])
def test_a_name_that_looks_like_another_is_warned_of(home: ACommunity, do, name: str) -> None:
    home.enrol(a_cell("Kebun Baru"))
    with pytest.raises(NameLooksLike) as refusal:
        do(lambda s: ensure_unlike(s, home.view.id, name))
    assert refusal.value.facts["name"] == "Kebun Baru"
    do(lambda s: ensure_unlike(s, home.view.id, "Kebun Barat"))


@given(st.text(max_size=30))
def test_a_skeleton_does_not_change_by_being_taken_again(name: str) -> None:
    once = skeleton(name)
    assert skeleton(once) == once
    assert skeleton(name.upper()) == skeleton(name.upper().lower())


def test_an_invitation_is_taken_up_once_within_seven_days(home: ACommunity, do) -> None:
    holder = home.enrol(a_cell())
    token = do(lambda s: inviting.invite(s, holder, "clerk", home.now))
    someone = do(lambda s: register(s, Register("Baru", phone="0812 3456 789"), home.now))
    late = home.now + timedelta(days=7)
    with pytest.raises(InvitationOver):
        do(lambda s: inviting.accept(s, token, someone, late))
    do(lambda s: inviting.accept(s, token, someone, home.now))
    acting = do(lambda s: queries.find_acting(s, someone, "SB", 1, home.now))
    assert acting.kind == "clerk"
    another = home.a_person()
    with pytest.raises(InvitationOver):
        do(lambda s: inviting.accept(s, token, another, home.now))
    with pytest.raises(NotTheHolder):
        do(lambda s: inviting.invite(s, acting, "viewer", home.now))


def test_a_coordinator_invites_only_a_first_holder(home: ACommunity, do) -> None:
    held = home.enrol(a_cell())
    coordinator = serving(home, "coordinator")
    first = home.enrol(a_cell())

    def invite(number: int) -> str:
        return do(
            lambda s: inviting.invite_first(
                s, queries.find_standing(s, coordinator, "SB", home.now), number, home.now
            )
        )

    with pytest.raises(HasAHolder):
        invite(held.account)
    act = asked(home, coordinator, "Tanpa Pemegang")
    for acting in (held, first):
        vouch(home, acting, act)
    token = invite(3)
    person = do(lambda s: register(s, Register("Baru"), home.now))
    do(lambda s: inviting.accept(s, token, person, home.now))
    with pytest.raises(HasAHolder):
        invite(3)


def test_a_cell_keeps_a_holder(home: ACommunity, do) -> None:
    holder = home.enrol(a_cell())
    with pytest.raises(LastHolder):
        do(lambda s: household.end_acting(s, holder, holder.person_id, home.now))
    with pytest.raises(LastHolder):
        do(lambda s: household.change_kind(s, holder, holder.person_id, "clerk", home.now))
    other = home.a_person()
    do(lambda s: service.let_act_for(s, home.view.id, 1, other, "holder", home.now))
    do(lambda s: household.end_acting(s, holder, holder.person_id, home.now))
    left = do(lambda s: queries.people_of_cell(s, home.view.id, 1))
    assert [one.person_id for one in left] == [other]


def test_each_cell_has_one_voter_and_nobody_votes_for_two(home: ACommunity, do) -> None:
    one, two = home.enrol(a_cell()), home.enrol(a_cell())
    do(lambda s: household.name_voter(s, one, one.person_id, home.now))
    do(lambda s: service.let_act_for(s, home.view.id, 2, one.person_id, "clerk", home.now))
    with pytest.raises(VotesElsewhere):
        do(lambda s: household.name_voter(s, two, one.person_id, home.now))
    stranger = home.a_person()
    with pytest.raises(NotOfThisCell):
        do(lambda s: household.name_voter(s, two, stranger, home.now))
    do(lambda s: household.name_voter(s, two, two.person_id, home.now))
    do(lambda s: service.let_act_for(s, home.view.id, 1, two.person_id, "holder", home.now))
    do(lambda s: household.end_acting(s, one, one.person_id, home.now))
    assert do(lambda s: queries.voter_of(s, home.view.id, 1)) is None
    assert do(lambda s: queries.voter_of(s, home.view.id, 2)) == two.person_id
