"""A limit from the request to its execution, on both databases."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.credit import queries as credit
from ledger.credit import service as credit_service
from ledger.governance import errors, queries, service
from ledger.governance.commands import governance
from ledger.governance.verify import read, verify
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import BeyondFloor
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_request_key
from ledger.persistence.engine import begin_writing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.service import Pay, pay
from tests.communities import a_cell
from tests.governance.councils import ONE, Council, a_council, seat


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


class TestTheWholeWay:
    def test_from_the_request_to_the_limit(self, council: Council) -> None:
        number = council.propose(150)
        assert (number, council.state(number)) == (1, "discussion")
        council.pass_time(hours=72)
        council.run_jobs()
        assert council.state(number) == "active"
        assert council.seen(number).figures == (10_000, 15_000)
        for steward, figure in zip(council.stewards, (150, 150, 100, 150), strict=False):
            council.cast(number, steward, figure)
        council.pass_time(days=5)
        assert council.state(number) == "succeeded"
        assert council.limit == 100
        council.run_jobs()
        assert council.state(number) == "queued"
        council.pass_time(hours=48, microseconds=-1)
        council.run_jobs()
        assert council.limit == 100
        council.pass_time(microseconds=1)
        council.run_jobs()
        assert (council.state(number), council.limit) == ("executed", 150)
        (set_now, *_) = council.do(
            lambda s: credit.history(s, council.community.view.id, council.subject.account),
            write=False,
        )
        assert (set_now.authority, set_now.reference) == ("decision", "1")

    def test_the_record_can_be_counted_again_by_anybody(self, council: Council) -> None:
        number = council.decided([150, 150, None, 150, 100])
        published = read(json.dumps(council.record(number)).encode())
        (decision,) = council.seen(number).decisions
        assert verify(published, decision.digest) == []
        assert published["outcome"]["tally"]["abstentions"] == 1
        assert published["question"]["decision"] == "SB/1"
        assert published["evidence"]["turnover"]["sales"] == 0
        with council.engine.connect() as connection:
            digests = connection.execute(text("SELECT digest FROM attestation")).scalars().all()
        assert [bytes(one).hex() for one in digests] == [decision.digest]

    def test_receipts_are_found_in_the_record(self, council: Council) -> None:
        number = council.opened()
        receipts = [council.cast(number, one, 150).link for one in council.stewards]
        receipts.append(council.cast(number, council.stewards[0], 100).link)
        council.pass_time(days=5)
        council.run_jobs()
        published = council.record(number)
        assert verify(json.loads(json.dumps(published)), receipts=receipts) == []
        standings = [entry["standing"] for entry in published["log"]]
        assert standings == ["superseded", *["counted"] * 5]

    def test_a_cut_waits_seven_days_and_blocks_only_going_further_down(
        self, council: Council
    ) -> None:
        council.community.pay(council.subject, council.stewards[0], 90)
        first = council.decided([150] * 5)
        council.pass_time(hours=48)
        council.run_jobs()
        assert council.limit == 150
        council.pass_time(days=1)
        second = council.propose(100, by=council.stewards[0])
        council.pass_time(hours=72)
        council.run_jobs()
        for steward in council.stewards:
            council.cast(second, steward, 100)
        later = council.community.later(days=12)
        later.pay(council.subject, council.stewards[0], 50)
        council.pass_time(days=5)
        council.run_jobs()
        council.pass_time(days=7, microseconds=-1)
        council.run_jobs()
        assert council.limit == 150
        council.pass_time(microseconds=1)
        council.run_jobs()
        assert (council.limit, council.account().balance) == (100, -140 * ONE)
        with pytest.raises(BeyondFloor):
            council.community.later(days=30).pay(council.subject, council.stewards[0], 1)
        assert first != second

    @pytest.mark.parametrize(
        ("figures", "state", "outcome"),
        [([150], "lapsed", "lapsed"), ([100] * 4, "defeated", "defeated")],
    )
    def test_what_does_not_carry_changes_nothing(
        self, council: Council, figures: list[int | None], state: str, outcome: str
    ) -> None:
        number = council.decided(figures)
        council.pass_time(days=30)
        council.run_jobs()
        assert (council.state(number), council.limit) == (state, 100)
        (decision,) = council.seen(number).decisions
        assert decision.outcome == outcome
        assert verify(json.loads(json.dumps(council.record(number))), decision.digest) == []

    def test_no_job_keeps_a_vote_open(self, council: Council) -> None:
        number = council.opened()
        for steward in council.stewards:
            council.cast(number, steward, 150)
        council.pass_time(days=5)
        with pytest.raises(errors.MovedOn):
            council.cast(number, council.stewards[0], 100)
        assert council.state(number) == "succeeded"
        council.pass_time(days=16)
        assert council.state(number) == "expired"
        council.run_jobs()
        assert (council.state(number), council.limit) == ("expired", 100)

    def test_jobs_may_come_twice_and_late(self, council: Council) -> None:
        number = council.decided([150] * 5)
        payload = {"community": council.community.view.id, "proposal": number}
        for _ in range(2):
            council.do(lambda s: service.take_turn(s, payload, council.now))
        council.pass_time(days=10)
        for _ in range(3):
            council.do(lambda s: service.take_turn(s, payload, council.now))
        assert (council.state(number), council.limit) == ("executed", 150)
        assert len(council.seen(number).decisions) == 1
        assert council.account().limit_version == 2


class TestProposing:
    def test_only_for_ones_own_cell_or_as_a_steward(self, council: Council) -> None:
        other = council.community.enrol(a_cell())
        with pytest.raises(errors.NotYours):
            council.propose(150, by=other)
        assert council.propose(150, by=council.stewards[0]) == 1

    def test_the_same_request_is_the_same_proposal(self, council: Council) -> None:
        key = new_request_key()
        assert council.propose(150, key=key) == council.propose(150, key=key) == 1

    def test_one_at_a_time(self, council: Council) -> None:
        council.propose(150)
        with pytest.raises(errors.ProposalOpen) as waiting:
            council.propose(200)
        assert waiting.value.facts == {"number": 1}

    def test_a_defeated_one_comes_again_after_90_days(self, council: Council) -> None:
        council.decided([100] * 5)
        council.pass_time(days=90, microseconds=-1)
        with pytest.raises(errors.TooSoonAgain):
            council.propose(150)
        council.pass_time(microseconds=1)
        assert council.propose(150) == 2

    @pytest.mark.parametrize(
        ("proposed", "more", "refusal"),
        [
            (150, {"reasons": "  "}, errors.ReasonsMissing),
            (100, {}, errors.NothingToDecide),
            (99, {}, errors.BelowEveryones),
            (-1, {}, errors.FigureOutOfRange),
        ],
    )
    def test_refusals(
        self, council: Council, proposed: int, more: dict[str, str], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            council.propose(proposed, **more)
        with pytest.raises(errors.AccountUnfit):
            council.propose(150, by=council.stewards[0], account=999)

    def test_a_draft_is_submitted_amended_and_withdrawn(self, council: Council) -> None:
        number = council.propose(150, is_draft=True)
        assert council.state(number) == "draft"
        mine, theirs = council.standing(council.subject), council.standing(council.stewards[0])
        with pytest.raises(errors.NotYours):
            council.do(lambda s: service.submit(s, theirs, number, council.now))
        council.do(lambda s: service.submit(s, mine, number, council.now))
        council.do(lambda s: service.amend(s, mine, number, 12_500, "Less", council.now))
        seen = council.seen(number)
        assert (seen.proposed, seen.reasons, seen.course.version) == (12_500, "Less", 2)
        council.do(lambda s: service.withdraw(s, mine, number, council.now))
        assert council.state(number) == "canceled"
        with pytest.raises(errors.MovedOn):
            council.do(lambda s: service.amend(s, mine, number, 15_000, "More", council.now))

    def test_an_unknown_number(self, council: Council) -> None:
        mine = council.standing(council.subject)
        with pytest.raises(errors.ProposalUnknown):
            council.do(lambda s: service.submit(s, mine, 9, council.now))


class TestVoting:
    def test_the_subject_and_the_household_are_recused(self, council: Council) -> None:
        seat(council, council.subject)
        cousin = council.stewards[0]
        council.do(
            lambda s: service.declare_household(
                s,
                council.community.view.id,
                cousin.person_id,
                council.subject.person_id,
                council.now,
            )
        )
        number = council.opened()
        for recused in (council.subject, cousin):
            with pytest.raises(errors.NotOnRoster):
                council.cast(number, recused, 150)
        assert len(council.seen(number).voters) == 4
        council.pass_time(days=5)
        council.run_jobs()
        published = council.record(number)
        grounds = sorted(one["ground"] for one in published["roster"]["recused"])
        assert grounds == ["household", "subject"]
        assert verify(json.loads(json.dumps(published))) == []

    def test_who_is_no_steward_does_not_vote(self, council: Council) -> None:
        number = council.opened()
        latecomer = council.community.enrol(a_cell())
        seat(council, latecomer)
        with pytest.raises(errors.NotOnRoster):
            council.cast(number, latecomer, 150)

    def test_before_the_opening_there_is_nothing_to_vote_on(self, council: Council) -> None:
        number = council.propose(150)
        with pytest.raises(errors.MovedOn):
            council.cast(number, council.stewards[0], 150)

    @pytest.mark.parametrize("figure", [99, 101, 200, 0, -100])
    def test_a_figure_off_the_grid(self, council: Council, figure: int) -> None:
        number = council.opened()
        with pytest.raises(errors.FigureOffGrid):
            council.cast(number, council.stewards[0], figure)

    def test_a_double_tap_votes_once_and_a_change_of_mind_counts(self, council: Council) -> None:
        number, key = council.opened(), new_request_key()
        first = council.cast(number, council.stewards[0], 150, key=key)
        assert council.cast(number, council.stewards[0], 150, key=key) == first
        assert council.cast(number, council.stewards[0], 100).place == 2
        voted = [voter.has_voted for voter in council.seen(number).voters]
        assert voted == [True, False, False, False, False]

    def test_a_late_quorum_extends_by_a_day(self, council: Council) -> None:
        number = council.opened()
        for steward in council.stewards[:3]:
            council.cast(number, steward, 150)
        council.pass_time(days=4)
        council.cast(number, council.stewards[3], 150)
        council.pass_time(days=2, microseconds=-1)
        assert council.state(number) == "active"
        council.run_jobs()
        council.pass_time(microseconds=1)
        council.run_jobs()
        assert council.state(number) == "queued"

    def test_a_steward_who_is_lost_takes_their_ballot_along_and_no_vote(
        self, council: Council
    ) -> None:
        number = council.opened()
        gone = council.stewards[0]
        for steward in council.stewards[:3]:
            council.cast(number, steward, 150)

        def lose(session: Session) -> list[int]:
            community = council.community.view.id
            return service.lose_steward(session, community, gone.person_id, council.now)

        assert council.do(lose) == [number]
        assert council.do(lose) == []
        with pytest.raises(errors.NotOnRoster):
            council.cast(number, gone, 150)
        council.pass_time(days=5)
        council.run_jobs()
        published = council.record(number)
        # Two of five are left where three, with the status quo, would have carried it.
        assert published["outcome"]["tally"]["outcome"] == "lapsed"
        assert (published["roster"]["eligible"], published["outcome"]["tally"]["quorum"]) == (5, 4)
        assert published["log"][0]["standing"] == "void"
        assert verify(json.loads(json.dumps(published))) == []

    def test_who_is_lost_after_the_close_has_voted(self, council: Council) -> None:
        number = council.decided([150] * 3)
        gone = council.stewards[0].person_id
        community = council.community.view.id
        lost = council.do(lambda s: service.lose_steward(s, community, gone, council.now))
        assert (lost, council.state(number)) == ([], "queued")

    def test_two_stewards_cannot_open_a_vote(self, engine: Engine, now: datetime) -> None:
        council = a_council(engine, now, stewards=2)
        number = council.propose(150)
        council.pass_time(hours=72)
        council.run_jobs()
        assert council.state(number) == "discussion"
        with pytest.raises(errors.TooFewStewards):
            council.do(lambda s: service.open_vote(s, council.community.view, number, council.now))
        seat(council, council.community.enrol(a_cell()))
        council.pass_time(days=1)
        council.run_jobs()
        assert council.state(number) == "active"


class TestReopening:
    def reopen(self, council: Council, number: int) -> None:
        council.do(lambda s: service.open_vote(s, council.community.view, number, council.now))

    def test_a_lapsed_vote_is_opened_again_once(self, council: Council) -> None:
        number = council.decided([150])
        council.pass_time(days=14, microseconds=-1)
        self.reopen(council, number)
        assert (council.state(number), council.seen(number).course.round) == ("active", 2)
        for steward in council.stewards[1:]:
            council.cast(number, steward, 150)
        council.pass_time(days=5)
        council.run_jobs()
        # The ballot of the first round is void: what counts was cast in the second.
        published = council.record(number, 2)
        assert [one["standing"] for one in published["log"]] == ["void", *["counted"] * 4]
        assert verify(json.loads(json.dumps(published))) == []
        first = council.record(number, 1)
        assert verify(json.loads(json.dumps(first)), council.seen(number).decisions[0].digest) == []
        council.pass_time(hours=48)
        council.run_jobs()
        assert (council.state(number), council.limit) == ("executed", 150)

    def test_not_beside_another_proposal(self, council: Council) -> None:
        number = council.decided([150])
        council.propose(200)
        with pytest.raises(errors.ProposalOpen):
            self.reopen(council, number)

    def test_not_after_14_days_and_not_twice(self, council: Council) -> None:
        number = council.decided([150])
        council.pass_time(days=13)
        self.reopen(council, number)
        council.pass_time(days=5)
        with pytest.raises(errors.OnlyOnce):
            self.reopen(council, number)
        other = council.decided([150], proposed=200)
        council.pass_time(days=14)
        with pytest.raises(errors.TooLate):
            self.reopen(council, other)


class TestExceptionalVotes:
    @pytest.mark.parametrize(("backing", "limit"), [(4, 500), (3, 100)])
    def test_beyond_the_growth_it_takes_two_thirds_of_all(
        self, council: Council, backing: int, limit: int
    ) -> None:
        number = council.opened(500)
        assert council.seen(number).figures == (10_000, 15_000, 50_000)
        for steward in council.stewards[:backing]:
            council.cast(number, steward, 500)
        council.pass_time(days=5)
        council.run_jobs()
        council.pass_time(hours=48)
        council.run_jobs()
        assert council.limit == limit
        policy = council.record(number)["policy"]
        assert (policy["quorum"], policy["threshold"]) == ([1, 1], [2, 3])
        assert policy["rest"]["exceptional"] is True


class TestObjecting:
    def test_two_stewards_send_it_back_and_ballots_are_void(self, council: Council) -> None:
        number = council.opened()
        council.cast(number, council.stewards[0], 100)
        one, two = (council.standing(steward) for steward in council.stewards[:2])
        objecting = service.Object(number, "The stall has moved")
        objection = council.do(lambda s: service.make_objection(s, one, objecting, council.now))
        with pytest.raises(errors.OwnObjection):
            council.do(lambda s: service.support_objection(s, one, number, 1, council.now))
        with pytest.raises(errors.ObjectionUnknown):
            council.do(lambda s: service.support_objection(s, two, number, 2, council.now))
        assert council.state(number) == "active"
        council.do(lambda s: service.support_objection(s, two, number, objection, council.now))
        assert council.state(number) == "discussion"
        council.pass_time(hours=72)
        council.run_jobs()
        assert council.seen(number).course.round == 2
        assert not any(voter.has_voted for voter in council.seen(number).voters)
        for steward in council.stewards[1:]:
            council.cast(number, steward, 150)
        council.pass_time(days=5)
        council.run_jobs()
        published = council.record(number, 2)
        assert [one["standing"] for one in published["log"]] == ["void", *["counted"] * 4]
        assert verify(json.loads(json.dumps(published))) == []
        with pytest.raises((errors.OnlyOnce, errors.MovedOn)):
            council.do(lambda s: service.make_objection(s, one, objecting, council.now))

    def test_members_do_not_object(self, council: Council) -> None:
        number = council.opened()
        mine = council.standing(council.subject)
        with pytest.raises(errors.NotYours):
            council.do(
                lambda s: service.make_objection(s, mine, service.Object(number, "No"), council.now)
            )


class TestExecuting:
    def test_another_limit_in_between_supersedes(self, council: Council) -> None:
        number = council.decided([150] * 5)
        limit = credit_service.Limit(floor=-12_000, ceiling=None, authority="import")
        council.do(
            lambda s: credit_service.set_limit(
                s,
                council.community.view.id,
                council.subject.account,
                limit,
                expected_version=1,
                now=council.now,
            )
        )
        council.pass_time(hours=48)
        council.run_jobs()
        assert (council.state(number), council.limit) == ("superseded", 120)

    def test_a_closed_account_cancels(self, council: Council) -> None:
        number = council.decided([150] * 5)
        council.do(
            lambda s: journal.set_status(
                s,
                council.community.view.id,
                council.subject.account,
                status="closed",
                authority="leaving",
                now=council.now,
            )
        )
        council.pass_time(hours=48)
        council.run_jobs()
        assert (council.state(number), council.limit) == ("canceled", 100)

    def test_not_before_its_time(self, council: Council) -> None:
        number = council.decided([150] * 5)
        council.pass_time(hours=48, microseconds=-1)
        with pytest.raises(errors.TooEarly):
            council.do(lambda s: service.execute(s, council.community.view, number, council.now))

    def test_ballots_that_were_touched_enact_nothing(
        self, council: Council, owner_engine: Engine
    ) -> None:
        number = council.decided([150] * 5)
        with begin_writing(owner_engine) as connection:
            connection.execute(text("UPDATE ballot_content SET choice = 10000 WHERE place = 1"))
        council.pass_time(hours=48)
        with pytest.raises(errors.RecordBroken):
            council.do(lambda s: service.execute(s, council.community.view, number, council.now))
        assert council.limit == 100

    @pytest.mark.parametrize("table", ["ballot", "happening"])
    @pytest.mark.parametrize("verb", ["UPDATE {} SET proposal = 7", "DELETE FROM {}"])
    def test_the_log_is_append_only(
        self, council: Council, owner_engine: Engine, table: str, verb: str
    ) -> None:
        council.decided([150] * 5)
        with (
            pytest.raises(DBAPIError, match="append-only"),
            begin_writing(owner_engine) as connection,
        ):
            connection.execute(text(verb.format(table)))

    def test_a_decision_of_one_community_is_none_of_anothers(
        self, council: Council, engine: Engine
    ) -> None:
        number = council.propose(150)
        assert (
            council.do(lambda s: queries.proposals(s, 999, [number], council.now), write=False)
            == []
        )
        assert council.do(lambda s: queries.proposal(s, 999, number, council.now)) is None


@pytest.fixture
def due_cut(council: Council) -> int:
    """A decision that is due now, to cut the limit from 150 to 100; its number."""
    council.decided([150] * 5)
    council.pass_time(hours=48)
    council.run_jobs()
    council.pass_time(days=1)
    number = council.propose(100, by=council.stewards[0])
    council.pass_time(hours=72)
    council.run_jobs()
    for steward in council.stewards:
        council.cast(number, steward, 100)
    council.pass_time(days=5)
    council.run_jobs()
    council.pass_time(days=7)
    return number


def test_payments_that_race_an_execution_see_the_old_limit_or_the_new(
    council: Council, due_cut: int, rng: random.Random
) -> None:
    """200 payments of 1 from an account whose limit falls from 150 to 100 on the way."""
    community, subject = council.community.view, council.subject
    turns, lock, at = iter(range(200)), threading.Lock(), rng.randint(20, 140)
    changed: list[int] = []
    refused: list[BeyondFloor] = []

    def enact(session: Session) -> int:
        assert service.execute(session, community, due_cut, council.now)
        account = books.account(session, community.id, subject.account)
        assert account is not None
        return account.last_seq

    def buy(session: Session) -> None:
        payee, key = council.stewards[0].account, new_request_key()
        command = Pay(payee, Amount(ONE), "Jamu", council.now.date(), key)
        pay(session, subject, command, council.now)

    def shop() -> None:
        while True:
            with lock:
                turn = next(turns, None)
            if turn is None:
                return
            if turn == at:
                changed.append(in_unit_of_work(council.engine, enact))
            try:
                in_unit_of_work(council.engine, buy)
            except BeyondFloor as beyond:
                refused.append(beyond)

    _together(shop, threads=4)
    moved = council.do(
        lambda s: books.movements(s, community.id, subject.account, limit=500), write=False
    )
    assert (council.limit, council.state(due_cut)) == (100, "executed")
    assert len(moved) + len(refused) == 200
    assert all(one.balance >= -150 * ONE for one in moved)
    after = [one for one in moved if one.seq > changed[0]]
    assert min((one.balance for one in after), default=0) >= -100 * ONE
    assert council.account().balance <= -100 * ONE
    assert {beyond.facts["floor"] for beyond in refused} <= {-150 * ONE, -100 * ONE}


def _together(work: Callable[[], None], *, threads: int) -> None:
    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def test_the_command_writes_a_record_that_verifies(
    council: Council, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = council.decided([150] * 5)
    monkeypatch.setattr("ledger.governance.commands.engine", lambda: council.engine)
    runner = CliRunner()
    done = runner.invoke(governance, ["record", "--community", "SB", str(number)])
    assert done.exit_code == 0, done.output
    file = tmp_path / "decision.json"
    file.write_text(done.stdout)
    (decision,) = council.seen(number).decisions
    verified = runner.invoke(governance, ["verify", str(file), "--digest", decision.digest])
    assert verified.exit_code == 0, verified.output
    for missing in (["--community", "SB", "9"], ["--community", "XX", "1"]):
        assert runner.invoke(governance, ["record", *missing]).exit_code == 1
    again = ["record", "--community", "SB", "--round", "2", str(number)]
    assert "no decision" in runner.invoke(governance, again).output


def test_the_evidence_is_frozen_at_the_opening(council: Council) -> None:
    """A reversed trade does not count, and what is traded later does not show."""
    mine, other = council.subject, council.stewards[0]
    council.community.pay(other, mine, 30)
    council.community.pay(mine, other, 12)
    wrong = council.community.pay(mine, other, 7)
    council.do(
        lambda s: journal.reverse(
            s,
            council.community.view.id,
            wrong.entry_id,
            occurred_on=council.now.date(),
            actor=other.actor,
            request_key=new_request_key(),
            memo_digest=None,
            now=council.now,
        )
    )
    number = council.opened()
    council.community.later(days=4).pay(mine, other, 5)
    found = council.do(
        lambda s: queries.evidence_of(s, council.community.view.id, number, 1), write=False
    )
    assert (found["turnover"]["sales"], found["turnover"]["purchases"]) == (3_000, 1_200)
    assert found["balances"][-1] == 1_800
    assert found["cycles"]["share"] == [1, 1]
    assert found["exposure"]["limits_proposed"] - found["exposure"]["limits"] == 5_000
    assert found["spread"]["cells"] == 2
