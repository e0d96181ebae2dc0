"""Who is too close to vote: said by themselves, or judged by the others before voting opens."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine

from ledger.governance import errors, queries, service
from ledger.governance.queries import StewardView
from ledger.members.queries import Acting
from tests.communities import a_cell
from tests.governance.councils import Council, a_council


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


def say(council: Council, by: Acting, about: Acting, ground: str = "They are cousins") -> int:
    standing = council.standing(by)
    command = service.SayTooClose(1, about.person_id, ground)
    return council.do(lambda s: service.challenge(s, standing, command, council.now))


def judge(council: Council, by: Acting, challenge: int, *, upholds: bool) -> None:
    standing = council.standing(by)
    council.do(lambda s: service.judge(s, standing, 1, challenge, upholds=upholds, now=council.now))


def bench(council: Council) -> dict[int, StewardView]:
    found = council.do(
        lambda s: queries.bench(s, council.community.view, 1, council.now), write=False
    )
    return {one.person_id: one for one in found}


def test_more_than_half_of_the_other_stewards_recuse(council: Council) -> None:
    one, two, three, four, five = council.stewards
    council.propose(150)
    first, second = say(council, council.subject, one), say(council, two, three)
    judge(council, two, first, upholds=False)
    for other in (two, three, four):
        judge(council, other, first, upholds=True)
    for other in (one, two):  # two of the four others: not more than half
        judge(council, other, second, upholds=True)
    judge(council, five, second, upholds=False)
    seen = bench(council)
    assert (seen[one.person_id].ground, seen[three.person_id].ground) == ("challenged", None)
    challenged = seen[one.person_id].challenge
    assert challenged is not None
    assert (challenged.upheld, len(challenged.judges), challenged.own) == (3, 4, False)
    council.pass_time(hours=72)
    council.run_jobs()
    voters = {voter.person_id for voter in council.seen(1).voters}
    assert voters == {other.person_id for other in (two, three, four, five)}
    council.pass_time(days=5)
    council.run_jobs()
    (recused,) = council.record(1)["roster"]["recused"]
    assert recused["ground"] == "challenged"


def test_who_says_it_of_themselves_is_believed_at_once(council: Council) -> None:
    one, two, *_ = council.stewards
    council.propose(150)
    say(council, one, one, "I sell for them at the market")
    standing = council.standing(two)
    council.do(lambda s: service.share_household(s, standing, 1, council.now))
    seen = bench(council)
    assert (seen[one.person_id].ground, seen[two.person_id].ground) == ("declared", "household")
    with pytest.raises(errors.ChallengeUnknown):
        judge(council, council.stewards[2], 1, upholds=False)
    council.pass_time(hours=72)
    council.run_jobs()
    assert len(council.seen(1).voters) == 3


def test_a_ground_that_leaves_too_few_has_alternates_called(council: Council) -> None:
    council.propose(150)
    for one in council.stewards[:3]:
        say(council, one, one)
    council.run_jobs()
    found = council.do(
        lambda s: queries.lots(s, council.community.view, council.now).lots, write=False
    )
    assert [one.purpose for one in found] == ["alternates"]


def test_grounds_close_when_voting_opens(council: Council) -> None:
    number = council.propose(150)
    challenge = say(council, council.subject, council.stewards[0])
    council.pass_time(hours=72)
    council.run_jobs()
    assert council.state(number) == "active"
    standing = council.standing(council.stewards[1])
    with pytest.raises(errors.MovedOn):
        say(council, council.subject, council.stewards[1])
    with pytest.raises(errors.MovedOn):
        judge(council, council.stewards[1], challenge, upholds=True)
    with pytest.raises(errors.MovedOn):
        council.do(lambda s: service.share_household(s, standing, 1, council.now))


def test_refusals(council: Council) -> None:
    one, two, three, *_ = council.stewards
    outsider = council.community.enrol(a_cell())
    council.propose(150)
    with pytest.raises(errors.ReasonsMissing):
        say(council, council.subject, one, " ")
    with pytest.raises(errors.NotAJudge):
        say(council, council.subject, outsider)
    challenge = say(council, council.subject, one)
    with pytest.raises(errors.Challenged):
        say(council, two, one)
    say(council, three, three)
    with pytest.raises(errors.OwnChallenge):
        judge(council, one, challenge, upholds=False)
    with pytest.raises(errors.OwnChallenge):
        judge(council, outsider, challenge, upholds=True)
    with pytest.raises(errors.ChallengeUnknown):
        judge(council, two, 9, upholds=True)


def test_over_a_fifth_of_the_turnover_is_flagged_and_recuses_nobody(council: Council) -> None:
    one, two, *_ = council.stewards
    council.community.pay(council.subject, one, 30)
    council.community.pay(council.subject, two, 7)
    council.propose(150)
    seen = bench(council)
    assert seen[one.person_id].is_close_trader
    assert seen[one.person_id].ground is None
    assert not seen[two.person_id].is_close_trader
