"""What a person takes away of themself: what they recorded, answered, said and voted."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.governance import service as governance
from ledger.identity.queries import names_of
from ledger.identity.rules.sessions import SessionLife
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.portal import queries
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import Event
from tests.governance.councils import Council, a_council
from tests.statements.test_objections import Scene


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now, stewards=3)


def data_of(council: Council, one: Acting) -> dict[str, Any]:
    found = council.do(
        lambda s: queries.own_data(s, one.person_id, council.now, SessionLife()), write=False
    )
    assert json.loads(json.dumps(found)) == found
    return found


def test_a_person_takes_away_what_they_recorded_and_answered(council: Council) -> None:
    home, me, you = council.community, council.subject, council.stewards[0]
    got = home.pay(me, you, 7, "Nasi liwet")
    asked = home.ask(you, me, 3, "Jamu kunyit")
    home.answer(me, asked.token, Event.DECLINE, "Bukan dari saya")
    home.plan(me, you, 2, Rhythm.WEEKLY, council.now.date() + timedelta(days=3), "Iuran air")
    mine, yours = data_of(council, me), data_of(council, you)
    sides = {
        "community": "SB",
        "given_by": {"cell": you.cell.shown, "name": you.cell.name},
        "got_by": {"cell": me.cell.shown, "name": me.cell.name},
        "unit": home.view.unit.name,
    }
    (recorded,) = mine["trades_recorded"]
    assert sides.items() <= recorded.items()
    assert (recorded["amount"], recorded["what"]) == ("7.00", "Nasi liwet")
    assert (recorded["state"], recorded["receipt"]) == ("confirmed", got.token)
    (answered,) = mine["trades_answered"]
    assert sides.items() <= answered.items()
    assert (answered["answer"], answered["reason"]) == ("decline", "Bukan dari saya")
    assert "what" not in answered, "the other side wrote those words"
    (planned,) = mine["trades_planned"]
    assert (planned["amount"], planned["what"], planned["rhythm"]) == (
        "2.00",
        "Iuran air",
        "weekly",
    )
    assert [one["what"] for one in yours["trades_recorded"]] == ["Jamu kunyit"]
    assert yours["trades_recorded"][0]["state"] == "declined"
    assert yours["trades_answered"] == yours["trades_planned"] == []


def test_and_what_they_proposed_said_and_voted(council: Council) -> None:
    me, steward = council.subject, council.stewards[0]
    number = council.propose(150, reasons="Kami menjual lebih banyak")
    for who, words in ((me, "Tanya pembeli saya"), (steward, "Saya lihat sendiri")):
        said = governance.Say(number, words, new_request_key())
        standing = council.standing(who)
        council.do(lambda s, t=standing, c=said: governance.say(s, t, c, council.now))
    council.pass_time(hours=72)
    council.run_jobs()
    council.cast(number, steward, 150)
    mine, theirs = data_of(council, me), data_of(council, steward)
    (proposed,) = mine["proposed"]
    assert (proposed["proposal"], proposed["kind"]) == (f"SB/{number}", "limit")
    assert proposed["reasons"] == "Kami menjual lebih banyak"
    assert [one["words"] for one in mine["said"]] == ["Tanya pembeli saya"]
    assert mine["ballots"] == theirs["proposed"] == []
    assert [one["words"] for one in theirs["said"]] == ["Saya lihat sendiri"]
    (ballot,) = theirs["ballots"]
    assert (ballot["choice"], ballot["reason"]) == ("150.00", "I looked at it")


def test_of_others_there_is_no_more_than_the_name_of_their_cells(council: Council) -> None:
    home, me, you = council.community, council.subject, council.stewards[0]
    asked = home.ask(you, me, 3, "Jamu kunyit")
    home.answer(me, asked.token, Event.CONFIRM)
    home.pay(me, you, 1)
    others = [one.person_id for one in council.stewards]
    names = council.do(lambda s: names_of(s, others), write=False).values()
    text = json.dumps(data_of(council, me))
    assert me.cell.name in text
    assert not [name for name in names if f'"{name}"' in text]


def test_and_what_they_said_of_statements(engine: Engine) -> None:
    scene = Scene(engine)
    scene.object()
    found = scene.do(
        lambda s: queries.own_data(s, scene.siti.person_id, scene.community.now, SessionLife())
    )
    (said,) = found["objections_to_statements"]
    assert (said["cell"], said["month"], said["did"]) == ("SB001", "2026-10", "open")
    assert said["words"]
    assert found["statements_by_mail"] is True
