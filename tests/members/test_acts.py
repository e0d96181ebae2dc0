"""Acts of office: two signatures, of the right people, in time, never about oneself."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from ledger.identity.model import Person
from ledger.identity.service import redeem_code
from ledger.jobs.model import Job
from ledger.journal.errors import AccountFrozen
from ledger.kernel.errors import LedgerError
from ledger.members import queries
from ledger.members.errors import (
    AboutOneself,
    ActOver,
    ActUnknown,
    AlreadyFrozen,
    FrozenLately,
    NotFrozen,
    NotYourOffice,
    OneSignature,
    PersonUnknown,
    RoleHeld,
    RoleNotHeld,
    RolesClash,
    TermOver,
)
from ledger.members.model import Cell
from ledger.members.service import let_act_for
from ledger.members.service.codes import Slip, hand_out
from tests.communities import a_community
from tests.members.office import Office

DAY = timedelta(days=1)


def test_a_role_takes_two_stewards(office: Office) -> None:
    act = office.ask(office.ana, "grant_role", person=office.cell.person_id, role="coordinator")
    assert office.roles(office.cell.person_id) == set()
    office.sign(office.budi, act)
    assert office.roles(office.cell.person_id) == {"coordinator"}

    act = office.ask(office.budi, "end_role", person=office.cell.person_id, role="coordinator")
    office.sign(office.ana, act)
    assert office.roles(office.cell.person_id) == set()


def test_a_role_ends_with_its_term_and_may_be_granted_again(office: Office) -> None:
    someone, until = office.cell.person_id, office.now + 2 * DAY
    facts = {"person": someone, "role": "auditor", "ends_at": int(until.timestamp() * 10**6)}
    office.sign(office.budi, office.ask(office.ana, "grant_role", **facts))
    office.now = until - timedelta(seconds=1)
    assert office.roles(someone) == {"auditor"}
    office.now = until
    assert office.roles(someone) == set()
    with pytest.raises(TermOver):
        office.ask(office.ana, "grant_role", **facts)
    again = office.ask(office.ana, "grant_role", person=someone, role="auditor")
    office.sign(office.budi, again)
    assert office.roles(someone) == {"auditor"}


@pytest.mark.parametrize(
    ("asker", "kind", "facts", "refusal"),
    [
        ("citra", "grant_role", {"person": "cell", "role": "steward"}, NotYourOffice),
        ("ana", "grant_role", {"person": "ana", "role": "coordinator"}, AboutOneself),
        ("ana", "grant_role", {"person": "budi", "role": "steward"}, RoleHeld),
        ("ana", "grant_role", {"person": "budi", "role": "auditor"}, RolesClash),
        ("ana", "end_role", {"person": "ana", "role": "steward"}, AboutOneself),
        ("ana", "end_role", {"person": "citra", "role": "steward"}, RoleNotHeld),
        ("ana", "freeze", {"cell": 7}, NotYourOffice),
        ("citra", "thaw", {"cell": 7}, NotFrozen),
    ],
)
def test_what_may_not_be_asked_for(
    office: Office, asker: str, kind: str, facts: dict, refusal: type[LedgerError]
) -> None:
    people = {"cell": office.cell.person_id, "ana": office.ana, "budi": office.budi}
    people["citra"] = office.citra
    if "person" in facts:
        facts = facts | {"person": people[facts["person"]]}
    with pytest.raises(refusal):
        office.ask(people[asker], kind, **facts)


def test_one_person_does_not_sign_twice(office: Office) -> None:
    act = office.ask(office.ana, "grant_role", person=office.cell.person_id, role="steward")
    with pytest.raises(OneSignature):
        office.sign(office.ana, act)
    with pytest.raises(NotYourOffice):
        office.sign(office.citra, act)


def test_nobody_signs_for_themself(office: Office) -> None:
    act = office.ask(office.ana, "end_role", person=office.budi, role="steward")
    with pytest.raises(AboutOneself):
        office.sign(office.budi, act)


def test_an_act_is_over_once_signed_ended_or_late(office: Office) -> None:
    signed = office.ask(office.citra, "freeze", cell=7)
    office.sign(office.dodi, signed)
    withdrawn = office.ask(office.citra, "freeze", cell=8)
    office.end(office.citra, withdrawn)
    late = office.ask(office.citra, "freeze", cell=8)
    for act in (signed, withdrawn):
        with pytest.raises(ActOver):
            office.sign(office.ana, act)
    office.now += 3 * DAY
    with pytest.raises(ActOver):
        office.sign(office.ana, late)
    with pytest.raises(ActOver):
        office.end(office.citra, late)


def test_another_communitys_act_is_unknown(office: Office, engine: Engine, now: datetime) -> None:
    abroad = Office(a_community(engine, now, "XX"), now)
    act = abroad.ask(abroad.ana, "grant_role", person=abroad.cell.person_id, role="steward")
    for number in (act, 999):
        with pytest.raises(ActUnknown):
            office.sign(office.ana, number)


def test_a_frozen_cell_cannot_send_and_is_free_after_72_hours_without_any_job(
    office: Office,
) -> None:
    act = office.ask(office.citra, "freeze", cell=7)
    office.pay()
    office.sign(office.ana, act)
    office.now += timedelta(hours=72, microseconds=-1)
    with pytest.raises(AccountFrozen):
        office.pay()
    office.now += timedelta(microseconds=1)
    office.pay()


def test_a_freeze_stays_published_after_its_end(office: Office) -> None:
    office.sign(office.ana, office.ask(office.citra, "freeze", cell=7))
    began, community = office.now, office.community.view.id

    def published() -> list[tuple[list[int], list[int]]]:
        now, over = (
            office.do(lambda s, q=query: q(s, community, office.now))
            for query in (queries.freezes, queries.freezes_before)
        )
        return [[one.number for one in now], [one.number for one in over]]

    assert published() == [[7], []]
    office.now = began + 3 * DAY
    assert published() == [[], [7]]
    office.now = began + 366 * DAY
    assert published() == [[], []]


def test_a_freeze_is_ended_early_by_two_and_is_not_laid_twice(office: Office) -> None:
    office.sign(office.dodi, office.ask(office.citra, "freeze", cell=7))
    with pytest.raises(AlreadyFrozen):
        office.ask(office.citra, "freeze", cell=7)
    thaw = office.ask(office.citra, "thaw", cell=7)
    office.sign(office.ana, thaw)
    office.pay()
    community = office.community.view.id
    assert office.do(lambda s: queries.freezes(s, community, office.now)) == []


def test_two_do_not_freeze_again_and_again_what_takes_a_vote(office: Office) -> None:
    office.sign(office.dodi, office.ask(office.citra, "freeze", cell=7))
    office.now += timedelta(hours=72)
    with pytest.raises(FrozenLately):
        office.ask(office.citra, "freeze", cell=7)
    office.ask(office.citra, "freeze", cell=8)
    office.now += timedelta(days=30, microseconds=-1)
    with pytest.raises(FrozenLately):
        office.ask(office.citra, "freeze", cell=7)
    office.now += timedelta(microseconds=1)
    office.sign(office.dodi, office.ask(office.citra, "freeze", cell=7))
    with pytest.raises(AccountFrozen):
        office.pay()


def test_two_signatures_at_once_do_it_once(office: Office) -> None:
    act = office.ask(office.citra, "freeze", cell=7)
    office.sign(office.dodi, act)
    with pytest.raises(ActOver):
        office.sign(office.ana, act)
    kinds = office.do(lambda s: s.scalars(select(Job.kind).where(Job.kind == "thaw")).all())
    assert list(kinds) == ["thaw"]


def test_a_code_is_made_once_by_who_asked_after_another_signed(office: Office) -> None:
    subject = office.cell.person_id
    act = office.ask(office.citra, "hand_out_code", person=subject)

    def make(person: int) -> Slip:
        return office.do(lambda s: hand_out(s, office.standing(s, person), act, office.now))

    with pytest.raises(ActOver):
        make(office.citra)
    office.sign(office.ana, act)
    with pytest.raises(ActUnknown):
        make(office.ana)
    slip = make(office.citra)
    assert slip.until == office.now + DAY
    with pytest.raises(ActOver):
        make(office.citra)
    redeemed = office.do(lambda s: redeem_code(s, subject, slip.code, office.now))
    assert redeemed == subject


def test_all_who_can_reach_somebody_are_told_of_a_code(office: Office) -> None:
    subject, community = office.cell.person_id, office.community.view.id
    clerk, viewer = office.community.a_person(), office.community.a_person()
    known = {subject: "siti@example.org", clerk: "juru@example.org", viewer: "lihat@example.org"}

    def prepare(session: Session) -> None:
        for person, email in known.items():
            session.execute(update(Person).where(Person.id == person).values(email=email))
        let_act_for(session, community, 7, clerk, "clerk", office.now)
        let_act_for(session, community, 7, viewer, "viewer", office.now)
        session.get_one(Cell, (community, 7)).email = "warung@example.org"

    office.do(prepare)
    act = office.ask(office.citra, "hand_out_code", person=subject)
    office.sign(office.ana, act)
    office.do(lambda s: s.execute(delete(Job)))
    slip = office.do(lambda s: hand_out(s, office.standing(s, office.citra), act, office.now))
    assert slip.number == "SB007"
    mails = office.do(lambda s: [json.loads(one) for one in s.scalars(select(Job.payload))])
    assert sorted(mail["to"] for mail in mails) == [
        "juru@example.org", "siti@example.org", "warung@example.org",
    ]  # fmt: skip
    assert not any(slip.code in mail["text"] for mail in mails)


def test_nobody_gets_a_code_for_themself_or_for_a_stranger(office: Office) -> None:
    with pytest.raises(AboutOneself):
        office.ask(office.citra, "hand_out_code", person=office.citra)
    with pytest.raises(PersonUnknown):
        office.ask(office.citra, "hand_out_code", person=office.community.a_person())
