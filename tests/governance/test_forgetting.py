"""Words about decisions go with those who leave; the decisions stay and count again."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import Engine

from ledger.credit import queries as credit
from ledger.governance import queries, service
from ledger.governance.verify import verify
from ledger.identity import service as identity
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.members.service.leaving import leave
from tests.governance.councils import Council, a_council


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


def say(council: Council, number: int, by: Acting, text: str) -> int:
    command = service.Say(number, text, new_request_key())
    return council.do(lambda s: service.say(s, council.standing(by), command, council.now))


def test_the_cells_words_and_a_gone_stewards_go_and_the_record_stays_sound(
    council: Council,
) -> None:
    number = council.propose(150)
    gone, stays = council.stewards[:2]
    say(council, number, council.subject, "Ask my buyers")
    say(council, number, gone, "I asked them")
    say(council, number, stays, "So did I")
    council.pass_time(hours=72)
    council.run_jobs()
    for steward in council.stewards:
        council.cast(number, steward, 150)
    council.pass_time(days=5)
    council.run_jobs()
    council.pass_time(hours=48)
    council.run_jobs()
    digest = council.seen(number).decisions[0].digest
    name = next(one.name for one in council.seen(number).voters if one.person_id == gone.person_id)
    for acting in (council.subject, gone):
        forget(council, acting)

    written = json.dumps(council.record(number))
    for words in ("Ask my buyers", name):
        assert words not in written
    assert written.count("I looked at it") == 4
    assert verify(json.loads(written), digest) == []
    seen = council.seen(number)
    assert seen.reasons == ""
    said = council.do(lambda s: queries.comments(s, 1, number))
    assert [one.text for one in said] == [None, None, "So did I"]
    limits = council.do(lambda s: credit.history(s, council.community.view.id, seen.account))
    assert all(one.reason == "" for one in limits)


def test_without_erasure_everything_stays(council: Council) -> None:
    number = council.propose(150)
    say(council, number, council.subject, "Ask my buyers")
    left = {"community": 1, "cell": council.subject.account, "erase": False}
    council.do(lambda s: service.cell_left(s, left, council.now))
    assert council.seen(number).reasons == "We sell more than we did"


def forget(council: Council, acting: Acting) -> None:
    """As when the last of a cell leave and want to be forgotten."""
    left = {"community": 1, "cell": acting.account, "erase": True}
    if acting is council.subject:
        council.do(lambda s: leave(s, acting, erase=True, now=council.now))
    else:
        council.do(lambda s: identity.erase_person(s, acting.person_id, council.now))
    council.do(lambda s: service.cell_left(s, left, council.now))
