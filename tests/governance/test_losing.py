"""Whoever serves no longer, or is gone, gives up their place in open votes to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine

from ledger.governance import errors, service
from ledger.governance.queries.proposals import VoterView
from ledger.jobs.service import run_due
from ledger.members import service as member_service
from ledger.members.queries import Acting
from ledger.members.service import acts
from ledger.members.service.leaving import leave
from ledger.members.service.roles import end_role, resign
from tests.communities import a_cell
from tests.governance.councils import Council, a_council, seat
from tests.governance.drawings import draw, lots
from tests.governance.test_alternates import by_person


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    """A vote is open: two stewards and three of the lot; one who was drawn waits."""
    council = a_council(engine, now, stewards=2)
    for _ in range(4):
        council.community.enrol(a_cell())
    council.propose(150)
    council.run_jobs()
    (lot,) = lots(council)
    draw(council, lot.number)
    council.pass_time(hours=24)
    run_jobs(council)
    assert council.state(1) == "active"
    return council


def run_jobs(council: Council) -> None:
    """Everything that is due, also what `members` tells the rooms above."""
    handlers = {
        **service.handlers(),
        **service.member_handlers("https://simpul.example"),
        "cell_left": service.cell_left,
        "act_mail": lambda *_: None,
    }
    while run_due(council.engine, handlers, council.now).done:
        pass


def voters(council: Council) -> list[VoterView]:
    return list(council.seen(1).voters)


def resigns(council: Council, gone: Acting) -> None:
    extra = council.community.enrol(a_cell())
    seat(council, extra)  # two stewards have to be left
    standing = council.standing(gone)
    council.do(lambda s: resign(s, standing, "steward", council.now))


def is_ended_by_two(council: Council, gone: Acting) -> None:
    others = [council.stewards[1], council.community.enrol(a_cell())]
    seat(council, others[1])
    facts = {"person": gone.person_id, "role": "steward"}
    asker, signer = (council.standing(one) for one in others)
    act = council.do(lambda s: acts.ask(s, asker, "end_role", facts, "Away", council.now))
    council.do(lambda s: acts.sign(s, signer, act, council.now))


@pytest.mark.parametrize("end", [resigns, is_ended_by_two])
def test_who_serves_no_longer_is_followed_by_the_next_of_the_lot(
    council: Council, end: Callable[[Council, Acting], None]
) -> None:
    gone = council.stewards[0]
    council.cast(1, gone, 150)
    before = {one.person_id for one in voters(council)}
    end(council, gone)
    run_jobs(council)
    (lost,) = [one for one in voters(council) if one.is_lost]
    (next_,) = [one for one in voters(council) if one.person_id not in before]
    assert lost.person_id == gone.person_id
    with pytest.raises(errors.NotOnRoster):
        council.cast(1, gone, 150)
    council.cast(1, by_person(council)[next_.person_id], 150)


@pytest.mark.parametrize("erase", [False, True])
def test_who_was_drawn_and_left_is_followed_by_the_next_of_the_lot(
    council: Council, erase: bool
) -> None:
    people = by_person(council)
    stewards = {one.person_id for one in council.stewards}
    before = {one.person_id for one in voters(council)}
    gone = people[min(before - stewards)]
    council.do(lambda s: leave(s, gone, erase=erase, now=council.now))
    run_jobs(council)
    (lost,) = [one for one in voters(council) if one.is_lost]
    assert lost.person_id == gone.person_id
    assert len({one.person_id for one in voters(council)} - before) == 1


def test_whose_term_ends_may_finish(council: Council) -> None:
    """The right to vote attaches when voting opens; only an early end takes it away."""
    one, place = council.stewards[0], council.community.view.id
    ends_at = council.now.replace(hour=23)
    council.do(lambda s: end_role(s, place, one.person_id, "steward", council.now))
    council.do(
        lambda s: member_service.grant_role(
            s, place, one.person_id, "steward", "decision:M1", council.now, ends_at
        )
    )
    council.now = ends_at
    council.pass_time(minutes=1)
    run_jobs(council)
    assert "steward" not in council.standing(one).roles
    council.cast(1, one, 150)
    assert [each for each in voters(council) if each.is_lost] == []
