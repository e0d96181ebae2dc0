"""Lots in the books: promised, revealed, drawn; and alternates who vote for lost stewards."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from ledger.governance import errors, service, verify
from ledger.governance.commands import governance
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import Acting
from ledger.members.service.leaving import leave
from tests.communities import a_cell
from tests.governance.councils import Council, a_council
from tests.governance.drawings import draw, lots, nonce_of, promise, published, reveal, seal


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    """Two stewards beside the subject, and four cells that could be drawn."""
    council = a_council(engine, now, stewards=2)
    for _ in range(4):
        council.community.enrol(a_cell())
    return council


@pytest.fixture
def called(council: Council) -> int:
    """The lot that a proposal had called; its number."""
    council.propose(150)
    council.run_jobs()
    (lot,) = lots(council)
    return lot.number


def by_person(council: Council) -> dict[int, Acting]:
    """Everybody who acts for a cell, by the id of the person."""
    view = council.community.view
    found = {}
    for number in range(1, 8):
        for person in council.do(
            lambda s, n=number: members.people_who_record(s, view.id, n), write=False
        ):
            acting = council.do(
                lambda s, n=number, p=person: members.find_acting(s, p, view.code, n, council.now),
                write=False,
            )
            assert acting is not None
            found[person] = acting
    return found


class TestTheLot:
    def test_it_is_called_when_a_proposal_needs_it_and_once(
        self, council: Council, called: int
    ) -> None:
        council.run_jobs()
        (lot,) = lots(council)
        assert (lot.number, lot.name, lot.stage, lot.count) == (called, "SB/L1", "committing", 5)
        assert [one.number for one in lot.places] == [1001, 1004, 1005, 1006, 1007]
        assert [one.person_id for one in lot.parts] == sorted(
            one.person_id for one in council.stewards
        )
        assert lot.published() is None

    def test_with_three_able_stewards_there_is_none(self, engine: Engine, now: datetime) -> None:
        council = a_council(engine, now, stewards=3)
        council.propose(150)
        council.run_jobs()
        assert lots(council) == []

    def test_nobody_is_drawn_who_is_a_cell_for_less_than_30_days(
        self, engine: Engine, now: datetime
    ) -> None:
        council = a_council(engine, now.replace(month=1, day=20), stewards=2)
        council.propose(150)
        council.run_jobs()
        assert lots(council) == []

    def test_what_is_promised_stands(self, council: Council, called: int) -> None:
        one = council.stewards[0]
        promise(council, called, one)
        promise(council, called, one)
        standing = council.standing(one)
        with pytest.raises(errors.NoncePromised):
            council.do(
                lambda s: service.promise_nonce(
                    s, standing, called, b"\x09" * 32, keep=True, now=council.now
                )
            )
        with pytest.raises(errors.TooEarly):
            reveal(council, called, one)
        (part, other) = (lots(council)[0].part_of(x.person_id) for x in council.stewards)
        assert part is not None
        assert other is not None
        assert (part.is_kept, part.nonce, other.commitment) == (True, None, None)

    def test_only_in_their_times_and_only_by_stewards(self, council: Council, called: int) -> None:
        one, two = council.stewards
        with pytest.raises(errors.NotYours):
            promise(council, called, council.subject)
        with pytest.raises(errors.LotUnknown):
            promise(council, 9, one)
        promise(council, called, one, keep=False)
        council.pass_time(hours=24)
        with pytest.raises(errors.TooLate):
            promise(council, called, two)
        with pytest.raises(errors.NonceNeeded):
            reveal(council, called, one)
        with pytest.raises(errors.NonceMismatch):
            reveal(council, called, one, b"\x09" * 32)
        with pytest.raises(errors.NonceMismatch):
            reveal(council, called, two, nonce_of(two))
        reveal(council, called, one, nonce_of(one))
        council.pass_time(hours=24)
        with pytest.raises(errors.TooLate):
            reveal(council, called, one, nonce_of(one))

    def test_it_draws_by_the_first_seal_after_its_time(self, council: Council, called: int) -> None:
        promise(council, called, council.stewards[0])
        promise(council, called, council.stewards[1])
        seal(council)
        council.pass_time(hours=24)
        reveal(council, called, council.stewards[0])
        council.pass_time(hours=24)
        council.run_jobs()
        assert lots(council)[0].stage == "sealing"
        seal(council)
        council.community.later(days=2).pay(council.subject, council.stewards[0], 1)
        council.pass_time(minutes=1)
        seal(council)
        council.run_jobs()
        (lot,) = lots(council)
        assert (lot.stage, lot.seal_number, len(lot.drawn)) == ("drawn", 2, 5)
        assert [one.person_id for one in lot.withheld] == [council.stewards[1].person_id]
        assert verify.verify_lot(published(lot)) == []

    def test_a_published_lot_is_drawn_again_without_a_database(
        self, council: Council, called: int, tmp_path: Path
    ) -> None:
        lot = published(draw(council, called, council.stewards))
        file = tmp_path / "lot.json"
        file.write_text(json.dumps(lot))
        done = CliRunner().invoke(governance, ["lot", str(file)])
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["drawn"] == verify.drawn(lot)
        assert verify.main([str(file)]) == 0
        for part, value in (
            ("pool", lot["pool"][:-1]),
            ("seal", "00" * 32),
            ("count", 4),
            ("nonces", lot["nonces"][:1]),
            ("picks", lot["picks"][::-1]),
            ("called_at", lot["reveal_until"]),
        ):
            file.write_text(json.dumps({**lot, part: value}))
            assert CliRunner().invoke(governance, ["lot", str(file)]).exit_code == 1, part
        file.write_text("[]")
        assert CliRunner().invoke(governance, ["lot", str(file)]).exit_code == 1
        file.write_text("{")
        assert CliRunner().invoke(governance, ["lot", str(file)]).exit_code == 2

    def test_stewards_are_asked_and_those_drawn_are_told(
        self, council: Council, called: int
    ) -> None:
        draw(council, called, council.stewards)
        assert council.notices() == ["alternates_drawn", "lot_called", "lot_open"]


class TestAlternates:
    def test_they_fill_up_to_the_number_of_seats(self, council: Council, called: int) -> None:
        lot = draw(council, called, council.stewards)
        assert council.state(1) == "discussion"
        council.pass_time(hours=24)
        council.run_jobs()
        assert council.state(1) == "active"
        able = [one.person_id for one in lot.drawn if one.cell != council.subject.account]
        voters = [one.person_id for one in council.seen(1).voters]
        assert voters[2:] == [
            one.person_id
            for one in sorted(lot.drawn, key=lambda x: x.number)
            if one.person_id in able[:3]
        ]
        assert len(voters) == 5
        people = by_person(council)
        for person in voters[:4]:
            council.cast(1, people[person], 150)
        council.pass_time(days=5)
        council.run_jobs()
        record = json.loads(json.dumps(council.record(1)))
        assert verify.verify(record, council.seen(1).decisions[0].digest) == []
        assert record["outcome"]["tally"]["outcome"] == "succeeded"
        drawn = [one["voter"] for one in record["roster"]["voters"] if one["drawn"]]
        assert drawn == [one.number for one in lot.drawn if one.person_id in able[:3]]

    def test_the_vote_waits_for_the_lot(self, council: Council, called: int) -> None:
        council.pass_time(hours=47)
        council.run_jobs()
        council.pass_time(hours=26)
        council.run_jobs()
        assert council.state(1) == "discussion"
        with pytest.raises(errors.TooFewStewards):
            council.do(lambda s: service.open_vote(s, council.community.view, 1, council.now))
        seal(council)
        council.pass_time(minutes=1)
        council.run_jobs()
        assert (council.state(1), lots(council)[0].number) == ("active", called)

    def test_one_lot_serves_the_next_vote_too(self, council: Council, called: int) -> None:
        draw(council, called)
        council.pass_time(hours=24)
        council.run_jobs()
        other = by_person(council)[council.seen(1).voters[-1].person_id]
        number = council.propose(150, by=council.stewards[0], account=other.account)
        council.pass_time(hours=72)
        council.run_jobs()
        assert (council.state(number), len(lots(council))) == ("active", 1)
        assert other.person_id not in {one.person_id for one in council.seen(number).voters}

    def test_the_next_in_the_lots_order_steps_in_for_who_is_lost(
        self, council: Council, called: int
    ) -> None:
        lot = draw(council, called)
        council.pass_time(hours=24)
        council.run_jobs()
        people = by_person(council)
        able = [one for one in lot.drawn if one.cell != council.subject.account]
        seated = {one.person_id for one in council.seen(1).voters}
        (waiting,) = [one for one in able if one.person_id not in seated]
        gone = council.stewards[0]
        council.cast(1, gone, 150)
        council.cast(1, council.stewards[1], 150)
        lose(council, gone)
        with pytest.raises(errors.NotOnRoster):
            council.cast(1, gone, 150)
        for one in (
            people[waiting.person_id],
            people[able[0].person_id],
            people[able[1].person_id],
        ):
            council.cast(1, one, 150)
        lose(council, council.stewards[1])  # nobody is left to step in
        assert len(council.seen(1).voters) == 6
        council.pass_time(days=5)
        council.run_jobs()
        record = json.loads(json.dumps(council.record(1)))
        assert verify.verify(record) == []
        replaced = [one for one in record["roster"]["voters"] if one["replaces"] is not None]
        assert [(one["voter"], one["replaces"]) for one in replaced] == [(waiting.number, 1)]
        tally = record["outcome"]["tally"]
        assert (record["roster"]["eligible"], tally["quorum"], tally["figures"]) == (5, 4, 3)
        assert tally["outcome"] == "succeeded"

    def test_who_left_is_passed_over(self, council: Council, called: int) -> None:
        lot = draw(council, called)
        people = by_person(council)
        first = next(one for one in lot.drawn if one.cell != council.subject.account)
        council.do(lambda s: leave(s, people[first.person_id], erase=False, now=council.now))
        council.pass_time(hours=24)
        council.run_jobs()
        assert first.person_id not in {one.person_id for one in council.seen(1).voters}


def lose(council: Council, acting: Acting) -> None:
    community = council.community.view.id
    council.do(
        lambda s: member_service.roles.end_role(
            s, community, acting.person_id, "steward", council.now
        )
    )
    council.do(lambda s: service.lose_steward(s, community, acting.person_id, council.now))
