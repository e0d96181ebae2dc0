"""A limit that too few stewards may decide is put to all members, and enacted all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.governance import errors, queries, service
from ledger.governance.rules.measures import Kind
from ledger.governance.verify import verify
from ledger.jobs.service import run_due
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.members.service.voting import seat_voter
from tests.databases import Databases
from tests.governance.councils import ONE, Council, a_council
from tests.governance.drawings import draw, lots
from tests.governance.halls import Hall, a_hall


def prepared(council: Council) -> list[Acting]:
    """The subject and two stewards vote for their cells: there is nobody else to draw."""
    voters = [council.subject, *council.stewards]
    for one in voters:
        council.do(
            lambda s, one=one: seat_voter(
                s, council.community.view.id, one.account, one.person_id, council.now
            )
        )
    return voters


def run_all_jobs(council: Council) -> None:
    handlers = {**service.handlers(), **service.member_handlers("https://simpul.example")}
    while run_due(council.engine, handlers, council.now).done:
        pass


def put_to_all(council: Council) -> int:
    """A proposal whose lot found nobody; its vote is open to all members."""
    number = council.propose(150)
    council.run_jobs()
    (lot,) = lots(council)
    draw(council, lot.number)
    council.pass_time(days=3)
    run_all_jobs(council)
    assert council.state(number) == "active"
    return number


def cast(council: Council, by: Acting, vote: int, figure: int) -> None:
    standing = council.standing(by)
    command = service.CastSecret(vote, figure * ONE, new_request_key())
    council.do(lambda s: service.cast_secret(s, standing, command, council.now))


def test_all_members_set_the_limit(engine: Engine, now: datetime) -> None:
    council = a_council(engine, now, stewards=2)
    voters = prepared(council)
    number = put_to_all(council)
    assert council.seen(number).member_vote == 1
    for one, figure in zip(voters, (150, 150, 100), strict=True):
        cast(council, one, 1, figure)
    council.pass_time(days=5)
    run_all_jobs(council)
    assert council.state(number) == "queued"
    council.pass_time(hours=48)
    run_all_jobs(council)
    assert (council.state(number), council.limit) == ("executed", 150)
    record = json.loads(json.dumps(council.record(number)))
    assert verify(record, council.seen(number).decisions[0].digest) == []
    assert (record["policy"]["secrecy"], record["roster"]["roll"]) == ("secret", [1, 2, 3])
    theirs = council.do(
        lambda s: queries.member_record(s, council.community.view.id, 1), write=False
    )
    assert theirs is not None
    assert theirs["ballots"] == record["ballots"]


def test_a_tie_of_all_leaves_the_limit(engine: Engine, now: datetime) -> None:
    council = a_council(engine, now, stewards=2)
    voters = prepared(council)
    number = put_to_all(council)
    for one, figure in zip(voters, (150, 100, 100), strict=True):
        cast(council, one, 1, figure)
    council.pass_time(days=5)
    run_all_jobs(council)
    assert (council.state(number), council.limit) == ("defeated", 100)


def send_back(council: Council, number: int) -> None:
    """One steward objects, the other supports it."""
    one, two = (council.standing(each) for each in council.stewards)
    ground = service.Object(number, "The stall has moved")
    made = council.do(lambda s: service.make_objection(s, one, ground, council.now))
    council.do(lambda s: service.support_objection(s, two, number, made, council.now))


def test_an_objection_voids_the_vote_of_all_at_once(engine: Engine, now: datetime) -> None:
    council = a_council(engine, now, stewards=2)
    voters = prepared(council)
    number = put_to_all(council)
    cast(council, voters[0], 1, 150)
    send_back(council, number)
    sent_back = council.now
    with pytest.raises(errors.MovedOn):
        cast(council, voters[1], 1, 150)
    standing = council.standing(voters[1])
    waiting = council.do(
        lambda s: queries.member_votes_waiting(
            s, standing.community, standing.person_id, council.now
        ),
        write=False,
    )
    assert waiting == []
    council.pass_time(days=3)
    run_all_jobs(council)
    assert council.seen(number).member_vote == 2
    for one in voters:
        cast(council, one, 2, 100)
    council.pass_time(days=5)
    run_all_jobs(council)
    seen = council.do(lambda s: queries.member_vote(s, standing, 1, council.now), write=False)
    assert seen is not None
    assert (seen.line.stage, seen.result, seen.ballots) == ("void", None, ())
    assert (seen.voided_by, seen.line.ended_at) == ("send_back", sent_back)
    assert (council.state(number), council.limit) == ("defeated", 100)


@pytest.fixture
def hall(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Iterator[Hall]:
    with (
        databases.fresh("sqlite") as database,
        a_hall(database, tmp_path, monkeypatch, now, stewards=2) as hall,
    ):
        yield hall


def assert_says_what_is_proposed(page: str) -> None:
    """The limit now and as proposed, the reasons, and the way to the evidence."""
    told = page.split('aria-labelledby="proposed"')[1].split("</section>", maxsplit=1)[0]
    said = ("proposed</h2>", "100.00", "150.00", "We sell more than we did")
    for words in (*said, 'href="/c/SB/proposals/1"'):
        assert words in told


def test_the_proposal_leads_to_the_vote_and_the_decision_too(hall: Hall) -> None:
    council = hall.council
    voters = prepared(council)
    number = put_to_all(council)
    page = hall.get(voters[1], f"/proposals/{number}")
    assert 'href="/c/SB/member-votes/1"' in page
    ballot = hall.get(voters[1], "/member-votes/1")
    assert 'value="15000"' in ballot
    assert_says_what_is_proposed(ballot.split('<fieldset class="ballot"')[0])
    hall.get(voters[1], "/committee")
    assert "Please vote: Credit limit of Pemohon" in hall.get(voters[0], "/SB001/")
    assert "Credit limit of Pemohon" in hall.get(voters[0], "/member-votes")
    assert "<h1>Credit limit of Pemohon</h1>" in ballot
    for one in voters:
        hall.post(one, "/member-votes/1", 200, choice="15000", request_key=new_request_key())
    council.pass_time(days=5)
    run_all_jobs(council)
    hall.get(voters[0], f"/proposals/{number}")
    hall.get(voters[0], "/proposals")
    response = hall.of(voters[0]).get(f"/c/SB/decisions/{number}")
    assert response.location == "/c/SB/member-votes/1"
    over = hall.get(voters[0], "/member-votes/1")
    assert_says_what_is_proposed(over)


def test_a_measure_is_named_and_explained_wherever_one_is_asked(hall: Hall) -> None:
    council = hall.council
    one, two = council.stewards
    hall.post(one, "/measures/freeze", cell="SB001", reasons="Nobody is there any more")
    named = "Freeze the account of Pemohon"
    assert f"{named}: read it and reply" in hall.get(council.subject, "/SB001/")
    page = hall.get(two, "/proposals/1")
    request = page.split('class="panel request"')[1].split("</section>")[0]
    assert "The cell can receive but not send" in request
    assert "proposed" not in request
    assert "proposed limit" not in page


def test_pages_say_that_the_vote_is_void(hall: Hall) -> None:
    council = hall.council
    voters = prepared(council)
    number = put_to_all(council)
    send_back(council, number)
    assert "its ballots are void" in hall.get(voters[1], f"/proposals/{number}")
    page = hall.get(voters[1], "/member-votes/1")
    assert "Void: its ballots are never opened" in page
    assert "Withdrawn" not in page
    assert "Two stewards sent this back into discussion on" in page
    assert "everybody votes anew" in page
    assert f'href="/c/SB/proposals/{number}"' in page
    key = new_request_key()
    hall.post(voters[1], "/member-votes/1", 409, choice="15000", request_key=key)
    assert "Void: its ballots are never opened" in hall.get(voters[1], "/member-votes")


@pytest.mark.parametrize(("answers", "status"), [((1, 1, 0), "frozen"), ((0, 0, 1), "open")])
def test_all_members_answer_what_too_few_stewards_may(
    engine: Engine, now: datetime, answers: tuple[int, ...], status: str
) -> None:
    council = a_council(engine, now, stewards=2)
    voters = prepared(council)
    standing = council.standing(council.stewards[0])
    command = service.ProposeMeasure(
        Kind.FREEZE, council.subject.account, "Nobody is there any more", new_request_key()
    )
    number = council.do(lambda s: service.propose_measure(s, standing, command, council.now))
    council.run_jobs()
    (lot,) = lots(council)
    draw(council, lot.number)
    council.pass_time(days=3)
    run_all_jobs(council)
    seen = council.do(lambda s: queries.member_vote(s, standing, 1, council.now), write=False)
    assert seen is not None
    assert (seen.line.kind, seen.figures) == ("measure", (0, 1))
    for one, answer in zip(voters, answers, strict=True):
        ballot = service.CastSecret(1, answer, new_request_key())
        its = council.standing(one)
        council.do(
            lambda s, its=its, ballot=ballot: service.cast_secret(s, its, ballot, council.now)
        )
    council.pass_time(days=5)
    run_all_jobs(council)
    council.pass_time(days=7)
    run_all_jobs(council)
    assert council.account().status == status
    record = json.loads(json.dumps(council.record(number)))
    assert verify(record, council.seen(number).decisions[0].digest) == []
