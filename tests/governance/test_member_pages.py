"""Pages of votes of all members: what is read before the ballot, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ledger.governance import service
from ledger.kernel.identifiers import new_request_key
from ledger.members import service as member_service
from ledger.members.queries import Acting
from tests.databases import Databases
from tests.governance.drawings import seal
from tests.governance.halls import Hall, a_hall
from tests.governance.test_all_decide import cast, prepared, put_to_all, run_all_jobs


@pytest.fixture
def hall(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Iterator[Hall]:
    """Three cells with a voter each; two of the voters are stewards."""
    with (
        databases.fresh("sqlite") as database,
        a_hall(database, tmp_path, monkeypatch, now, stewards=2) as hall,
    ):
        yield hall


@pytest.fixture
def voters(hall: Hall) -> list[Acting]:
    return prepared(hall.council)


def petition(hall: Hall, by: Acting, steward: Acting) -> None:
    """A petition that has its cells at once: a tenth of three is one."""
    command = service.Recall(steward.person_id, "Never there", new_request_key())
    standing = hall.council.standing(by)
    hall.council.do(lambda s: service.petition_recall(s, standing, command, hall.now))


def wait_until_due(hall: Hall, **passing: float) -> None:
    hall.council.pass_time(**passing)
    run_all_jobs(hall.council)


def test_the_reasons_are_read_before_the_ballot(hall: Hall, voters: list[Acting]) -> None:
    petition(hall, voters[0], voters[1])
    assert "talk it over" in hall.get(voters[2], "/member-votes/1")
    wait_until_due(hall, hours=72)
    page = hall.get(voters[2], "/member-votes/1")
    assert page.index("Never there") < page.index('<fieldset class="ballot"')
    assert "More than 1/2 of the votes have to say yes." in page


def test_a_recall_that_time_has_overtaken_says_so(hall: Hall, voters: list[Acting]) -> None:
    petition(hall, voters[0], voters[1])
    leaving, home = voters[1].person_id, hall.council.community.view.id
    hall.council.do(lambda s: member_service.end_role(s, home, leaving, "steward", hall.now))
    wait_until_due(hall, hours=72)
    page = hall.get(voters[2], "/member-votes/1")
    assert "did not serve as a steward any more" in page
    assert "Withdrawn" not in page
    assert "Overtaken before anybody voted" in hall.get(voters[2], "/member-votes")


def test_what_was_taken_back_says_by_whom(hall: Hall, voters: list[Acting]) -> None:
    petition(hall, voters[0], voters[1])
    hall.post(voters[0], "/member-votes/1/withdraw")
    page = hall.get(voters[2], "/member-votes/1")
    assert "Withdrawn" in page
    assert re.search(r"Orang \d+ took this back on", page)


def test_an_election_in_which_nobody_stood(hall: Hall, voters: list[Acting]) -> None:
    hall.post(voters[1], "/seats/election")
    wait_until_due(hall, days=7)
    page = hall.get(voters[0], "/member-votes/1")
    assert "nobody stood for a seat" in page
    assert "Candidates are being named" not in page


def test_the_limit_that_all_decided_and_when_it_takes_effect(
    hall: Hall, voters: list[Acting]
) -> None:
    put_to_all(hall.council)
    for one, figure in zip(voters, (150, 150, 100), strict=True):
        cast(hall.council, one, 1, figure)
    wait_until_due(hall, days=5)
    page = hall.get(voters[0], "/member-votes/1")
    assert "The vote came to 150.00" in page
    assert "Decided; takes effect soon · from" in page
    assert page.index("What was proposed") < page.index("Count it again")
    wait_until_due(hall, hours=48)
    assert "In effect ·" in hall.get(voters[0], "/member-votes/1")


def test_candidates_are_listed_once_each_with_their_cell(hall: Hall, voters: list[Acting]) -> None:
    hall.post(voters[1], "/seats/election")
    hall.post(voters[0], "/member-votes/1/stand", words="I keep books")
    wait_until_due(hall, days=7)
    ballot = hall.get(voters[0], "/member-votes/1")
    assert ballot.count("I keep books") == 1
    assert "Pemohon" in ballot.split('class="tick ballot-line"')[1].split("</label>")[0]
    for one in voters:
        form = {"for_0": "1", "request_key": new_request_key()}
        receipt = hall.post(one, "/member-votes/1", 200, **form)
        assert re.search(r"Orang \d+ \(Pemohon\)", receipt)
    wait_until_due(hall, days=5)
    seal(hall.council)
    wait_until_due(hall, minutes=1)
    over = hall.get(voters[1], "/member-votes/1").split("ballot-keys")[1]
    assert len(re.findall(r"Orang \d+ \(Pemohon\)", over)) == 3
    seats = hall.get(voters[1], "/seats")
    assert "Pemohon" in seats.split('<ul class="entries')[1].split("</ul>")[0]
    assert "Election of the committee" in seats


def test_the_oldest_vote_is_reached_page_by_page(hall: Hall, voters: list[Acting]) -> None:
    for number in range(1, 27):
        petition(hall, voters[0], voters[1])
        hall.post(voters[0], f"/member-votes/{number}/withdraw")
    first, second = (hall.get(voters[0], f"/member-votes?page={page}") for page in (1, 2))
    numbers = [re.findall(r"SB/M(\d+)</span>", page) for page in (first, second)]
    assert numbers == [[str(one) for one in range(26, 1, -1)], ["1"]]
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_a_list_says_until_when_a_petition_gathers_cells(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    with (
        databases.fresh("sqlite") as database,
        a_hall(database, tmp_path, monkeypatch, now, stewards=11) as hall,
    ):
        voters = prepared(hall.council)
        petition(hall, voters[0], voters[1])
        listed = hall.get(voters[2], "/member-votes")
        assert re.search(r"Petition: it needs more cells · until \d+ December 2026", listed)
        wait_until_due(hall, days=1)
        hall.post(voters[0], "/member-votes/1/withdraw")
        assert re.search(r"Withdrawn · \d+ Nov 2026", hall.get(voters[2], "/member-votes"))
