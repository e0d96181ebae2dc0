"""An objection's whole way, and that nothing else happens to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ledger.jobs.model import Job
from ledger.jobs.service import run_due
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.members.queries import Acting, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.errors import (
    NoReversal,
    NoSuchMovement,
    NoSuchObjection,
    NoSuchStatement,
    ObjectionMovedOn,
    ObjectionTooLate,
    OwnObjection,
    WordsMissing,
)
from ledger.statements.rules.months import Month
from ledger.statements.rules.objections import TABLE, Event, Party, State, possible, step
from ledger.statements.service.attesting import erase_objections
from ledger.trades.rules.states import Event as TradeEvent
from tests.communities import a_cell, a_community
from tests.counting import counted
from tests.journeys.member import let_sign_in
from tests.statements.closing import closed_all

OCTOBER = Month(2026, 10)


class Scene:
    """Siti got something from Yem in October; it is November, and Citra coordinates."""

    def __init__(self, engine: Engine) -> None:
        there = a_community(engine, datetime(2026, 10, 20, 3, tzinfo=UTC))
        self.siti = there.enrol(a_cell("Warung Siti").with_limit(100))
        self.yem = there.enrol(a_cell("Ibu Yem").with_limit(100))
        self.trade = there.pay(self.siti, self.yem, 30).token
        there.pay(self.siti, self.yem, 5)
        self.citra = there.a_person()
        in_unit_of_work(
            engine,
            lambda s: membership.grant_role(
                s, there.view.id, self.citra, "coordinator", "founding", there.now
            ),
        )
        self.community = there.later(days=20)
        closed_all(self.community)

    def do(self, work: Any) -> Any:
        return in_unit_of_work(self.community.engine, work)

    def object(self, **changed: Any) -> int:
        told = {"month": OCTOBER, "seq": 1, "words": "Bukan saya", "request_key": new_request_key()}
        command = service.Object(**{**told, **changed})
        return self.do(lambda s: service.object_to(s, self.siti, command, self.community.now))

    def go_on(
        self, objection: int, event: Event, words: str = "", who: Acting | None = None
    ) -> None:
        command = service.Go(objection, event, words, new_request_key())
        self.do(lambda s: service.go_on(s, who or self.siti, command, self.community.now))

    def answer(
        self, objection: int, words: str = "Sudah kami cek", reversal: int | None = None,
        standing: Standing | None = None,
    ) -> None:  # fmt: skip
        command = service.Go(objection, Event.ANSWER, words, new_request_key(), reversal)
        by = standing or self.standing(self.citra)
        self.do(lambda s: service.answer(s, by, command, self.community.now))

    def standing(self, person: int) -> Standing:
        found = self.do(
            lambda s: members.find_standing(s, person, self.community.view.code, self.community.now)
        )
        assert found
        return found

    def seen(self, objection: int) -> queries.ObjectionView:
        return self.do(lambda s: queries.objection(s, self.community.view, objection))


@pytest.fixture
def scene(engine: Engine) -> Scene:
    return Scene(engine)


@pytest.fixture
def here(sqlite_engine: Engine) -> Scene:
    """The same where one database is as good as the other."""
    return Scene(sqlite_engine)


def test_the_whole_way(scene: Scene) -> None:
    number = scene.object()
    assert scene.seen(number).state is State.OPEN
    scene.community.answer(scene.yem, scene.trade, TradeEvent.GIVE_BACK)
    reversal = scene.do(lambda s: queries.entry_of(s, scene.community.view.id, 1, OCTOBER, 1))
    with pytest.raises(NoReversal):
        scene.answer(number, reversal=reversal)
    scene.answer(number, reversal=reversal + 2)
    scene.go_on(number, Event.ASK_ON, "Dan yang lima?")
    scene.answer(number)
    scene.go_on(number, Event.SETTLE)
    seen = scene.seen(number)
    assert seen.state is State.SETTLED
    assert [one.event for one in seen.happened] == ["open", "answer", "ask_on", "answer", "settle"]
    assert seen.happened[1].reversal == reversal + 2


def test_several_are_read_in_as_many_statements_as_one(here: Scene) -> None:
    def asked() -> int:
        with counted(here.community.engine) as statements:
            found = here.do(lambda s: queries.objections_in(s, here.community.view))
        assert [one.entry for one in found] == [one.seq for one in found]
        return len(statements)

    here.object(seq=1)
    once = asked()
    here.object(seq=2)
    assert asked() == once


def test_what_who_leaves_said_can_go_and_the_answers_stay(scene: Scene) -> None:
    number = scene.object()
    scene.answer(number)
    place = (scene.community.view.id, scene.siti.account)
    scene.do(lambda s: erase_objections(s, *place))
    assert [one.words for one in scene.seen(number).happened] == ["", "Sudah kami cek"]


def test_what_is_sent_twice_happens_once(scene: Scene) -> None:
    key = new_request_key()
    assert scene.object(request_key=key) == scene.object(request_key=key)
    number = scene.object()
    command = service.Go(number, Event.WITHDRAW, "", key)
    for _ in range(2):
        scene.do(lambda s: service.go_on(s, scene.siti, command, scene.community.now))
    assert len(scene.seen(number).happened) == 2


def test_what_cannot_be_objected_to_is_refused(here: Scene) -> None:
    for wrong, changed in (
        (NoSuchStatement, {"month": Month(2026, 11)}),
        (NoSuchMovement, {"seq": 99}),
        (WordsMissing, {"words": ""}),
    ):
        with pytest.raises(wrong):
            here.object(**changed)
    here.community = here.community.later(days=22)
    here.object()
    here.community = here.community.later(days=1)
    with pytest.raises(ObjectionTooLate):
        here.object()


def test_an_answer_points_to_a_reversal_of_the_very_movement(here: Scene) -> None:
    whole, part = here.object(seq=None), here.object(seq=2)
    here.community.answer(here.yem, here.trade, TradeEvent.GIVE_BACK)
    for reversal in (1, 2, 77):
        with pytest.raises(NoReversal):
            here.answer(whole, reversal=reversal)
    here.answer(whole, reversal=3)
    with pytest.raises(NoReversal):
        here.answer(part, reversal=3)
    here.answer(part)


def test_everybody_keeps_to_what_is_theirs(here: Scene) -> None:
    number = here.object()
    with pytest.raises(NoSuchObjection):
        here.go_on(number, Event.WITHDRAW, who=here.yem)
    with pytest.raises(NoSuchObjection):
        here.answer(number + 1)
    with pytest.raises(WordsMissing):
        here.answer(number, words="")
    in_unit_of_work(
        here.community.engine,
        lambda s: membership.grant_role(
            s, here.community.view.id, here.siti.person_id, "coordinator", "founding",
            here.community.now,
        ),
    )  # fmt: skip
    with pytest.raises(OwnObjection):
        here.answer(number, standing=here.standing(here.siti.person_id))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("by", Party)
def test_nothing_happens_that_is_not_in_the_table(state: State, by: Party) -> None:
    for event in Event:
        fits = [one for one in TABLE if (one.source, one.event, one.by) == (state, event, by)]
        if fits:
            assert step(state, event, by) is fits[0]
            assert event in possible(state, by)
        else:
            with pytest.raises(ObjectionMovedOn):
                step(state, event, by)


def test_those_concerned_are_told_in_their_language(here: Scene) -> None:
    let_sign_in(here.community.engine, here.citra, "citra@example.org")
    let_sign_in(here.community.engine, here.siti.person_id, "siti@example.org")
    number = here.object()
    here.answer(number)
    here.go_on(number, Event.SETTLE)
    handler = {
        "statement_objection_mail": lambda s, payload, now: service.send_news(
            s, payload, now, "https://simpul.example.org"
        )
    }
    run_due(here.community.engine, handler, here.community.now)
    mails = here.do(lambda s: list(s.scalars(select(Job.payload).where(Job.kind == "mail"))))
    assert len(mails) == 2
    assert "citra@example.org" in mails[0]
    assert f"/c/SB/desk/objections/{number}" in mails[0]
    assert "Bukan saya" in mails[0]
    assert "siti@example.org" in mails[1]
    assert f"/c/SB/SB001/objections/{number}" in mails[1]
