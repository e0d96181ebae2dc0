"""Words about decisions go with those who leave; the decisions stay and count again."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import Engine

from ledger.credit import queries as credit
from ledger.governance import queries, service
from ledger.governance.model import MemberVote
from ledger.governance.queries.ballots import standing_candidates
from ledger.governance.verify import verify
from ledger.identity import queries as people
from ledger.identity import service as identity
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.members.service.leaving import leave
from ledger.members.service.roles import resign
from tests.governance.assemblies import Assembly
from tests.governance.councils import ONE, Council, a_council
from tests.governance.test_elections import (
    call,
    elect,
    elected_committee,
    founded,
    name,
    recall,
    seats,
)


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


@pytest.fixture
def on_both(engine: Engine, now: datetime) -> Assembly:
    return founded(engine, now)


def say(council: Council, number: int, by: Acting, text: str) -> int:
    command = service.Say(number, text, new_request_key())
    return council.do(lambda s: service.say(s, council.standing(by), command, council.now))


@pytest.mark.parametrize("leaves", ["the cell", "who proposed"])
def test_words_that_were_replaced_go_with_the_cell_and_with_who_wrote_them(
    council: Council, leaves: str
) -> None:
    steward = council.stewards[0]
    number = council.propose(150, steward, reasons="Their loom broke")
    council.do(
        lambda s: service.amend(
            s, council.standing(steward), number, 200 * ONE, "Two looms broke", council.now
        )
    )

    def before() -> list[queries.Earlier]:
        known = council.do(lambda s: queries.happened(s, 1, number), write=False)
        return council.do(lambda s: queries.earlier_versions(s, 1, number, known), write=False)

    (earlier,) = before()
    assert (earlier.version, earlier.proposed) == (1, 150 * ONE)
    assert (earlier.reasons, earlier.at) == ("Their loom broke", council.now)
    council.do(lambda s: service.withdraw(s, council.standing(steward), number, council.now))
    forget(council, council.subject if leaves == "the cell" else steward)
    (earlier,) = before()
    assert (earlier.proposed, earlier.reasons) == (150 * ONE, None)


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


class TestVotesOfAllMembers:
    """Who stood, named somebody, asked for a vote or was to be recalled, and is gone."""

    def test_a_candidate_who_is_gone_leaves_a_record_that_verifies(self, on_both: Assembly) -> None:
        number = call(on_both)
        gone, other = on_both.voters[5], on_both.voters[6]
        name(on_both, number, gone)
        name(on_both, number, other, by=gone)
        standing = on_both.standing(other)
        on_both.do(lambda s: service.accept(s, standing, number, "I cook", on_both.now))
        before = elect(on_both, number, [(0,), (0, 1), (1,)])
        assert before is not None
        theirs = on_both.do(lambda s: people.find_person(s, gone.person_id), write=False)
        assert theirs is not None
        assert theirs.name in json.dumps(before)
        go(on_both, gone)

        after = on_both.record(number)
        assert after is not None
        assert theirs.name not in json.dumps(after)
        assert verify(after, before["digest"]) == []
        seen = on_both.do(
            lambda s: queries.member_vote(s, standing, number, on_both.now), write=False
        )
        assert seen is not None
        assert theirs.name not in json.dumps([str(one) for one in seen.candidates])
        words = {one.person_id: one.words for one in seen.candidates}
        assert (words[gone.person_id], words[other.person_id]) == ("", "I cook")

    def test_who_is_gone_before_voting_stands_no_more(self, on_both: Assembly) -> None:
        number = call(on_both)
        gone, stays = on_both.voters[5], on_both.voters[6]
        name(on_both, number, gone)
        name(on_both, number, stays)
        go(on_both, gone)
        on_both.pass_time(days=7)
        on_both.run_jobs()
        places = on_both.do(
            lambda s: [
                one.person_id
                for one in standing_candidates(s, s.get_one(MemberVote, (on_both.id, number)))
            ],
            write=False,
        )
        assert places == [stays.person_id]

    def test_who_was_recalled_and_is_gone_is_named_no_more(self, on_both: Assembly) -> None:
        elected_committee(on_both)
        subject = seats(on_both)[0].person_id
        theirs = on_both.do(lambda s: people.find_person(s, subject), write=False)
        assert theirs is not None
        number = recall(on_both, subject)
        on_both.pass_time(hours=72)
        on_both.run_jobs()
        on_both.cast_all(number, [1, 1, 1, 0])
        before = on_both.close(number)
        assert before is not None
        assert before["question"]["about"]["steward"]["text"] == theirs.name
        go(on_both, next(one for one in on_both.voters if one.person_id == subject))

        after = on_both.record(number)
        assert after is not None
        assert theirs.name not in json.dumps(after)
        assert verify(after, before["digest"]) == []
        standing = on_both.standing(on_both.voters[9])
        seen = on_both.do(
            lambda s: queries.member_vote(s, standing, number, on_both.now), write=False
        )
        assert seen is not None
        assert (seen.reasons, theirs.name in seen.line.subject) == ("", False)


def go(assembly: Assembly, acting: Acting) -> None:
    """They give up what they serve as, their cell leaves with its data; what is due is done."""
    standing = assembly.standing(acting)
    for role in standing.roles:
        assembly.do(lambda s, role=role: resign(s, standing, role, assembly.now))
    assembly.do(lambda s: leave(s, acting, erase=True, now=assembly.now))
    assembly.run_jobs()
