"""What decisions enact besides limits: freezes, payments from funds, write-offs, takeovers."""

from __future__ import annotations

import json
import random
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.governance import errors, service
from ledger.governance.commands import governance
from ledger.governance.rules.measures import ADVERSE, Kind, is_cut, parties, rule_of, still_owed
from ledger.governance.rules.tally import EXCEPTIONAL, ORDINARY
from ledger.governance.service import Contribute, ProposeMeasure
from ledger.governance.verify import verify
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import AccountFrozen, BeyondFloor
from ledger.kernel import clock
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.errors import FundNamed
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.service import Pay, pay
from tests.bookkeeping import proven
from tests.communities import a_cell
from tests.databases import Database
from tests.governance.councils import ONE, Council, a_council
from tests.pages import an_app, browser


@pytest.fixture
def council(engine: Engine, now: datetime) -> Council:
    return a_council(engine, now)


def a_fund(council: Council, given: int = 60) -> int:
    """A fund to which a steward gave so many whole units; its number."""
    number = council.do(
        lambda s: service.found_fund(
            s, council.community.view, "Kas bersama", "For hard times", council.now
        )
    )
    if given:
        contribute(council, council.stewards[0], number, given)
    return number


def contribute(council: Council, by: Acting, fund: int, amount: int, key: str = "") -> None:
    command = Contribute(fund, Amount(amount * ONE), key or new_request_key())
    council.do(lambda s: service.contribute(s, by, command, council.now))


def propose(council: Council, kind: Kind, by: Acting | None = None, **more: Any) -> int:
    """Propose something about the subject; figures in smallest parts."""
    account = more.pop("account", council.subject.account)
    key = more.pop("key", "") or new_request_key()
    command = ProposeMeasure(kind, account, more.pop("reasons", "It was a bad year"), key, more)
    standing = council.standing(by or council.stewards[1])
    return council.do(lambda s: service.propose_measure(s, standing, command, council.now))


def vote(council: Council, number: int, answers: list[int | None]) -> None:
    """Take the proposal through its discussion and vote; 1 is yes."""
    council.pass_time(hours=72)
    council.run_jobs()
    assert council.state(number) == "active"
    for steward, answer in zip(council.stewards, answers, strict=False):
        command = service.CastBallot(number, answer, "I looked at it", new_request_key())
        standing = council.standing(steward)
        council.do(lambda s, st=standing, c=command: service.cast(s, st, c, council.now))
    council.pass_time(days=5)
    council.run_jobs()


def enact(council: Council, *, days: int = 2) -> None:
    council.pass_time(days=days)
    council.run_jobs()


def account(council: Council, number: int) -> books.Account:
    found = council.do(lambda s: books.account(s, council.community.view.id, number), write=False)
    assert found is not None
    return found


def sound(council: Council, number: int) -> dict[str, Any]:
    """The record, which anybody can count again."""
    record: dict[str, Any] = json.loads(json.dumps(council.record(number)))
    assert verify(record, council.seen(number).decisions[-1].digest) == []
    return record


class TestFunds:
    def test_the_first_is_founded_and_the_next_take_a_vote(self, council: Council) -> None:
        first = a_fund(council)
        assert (first, account(council, first).balance) == (900_001, 60 * ONE)
        with pytest.raises(FundNamed):
            a_fund(council)
        number = propose(
            council, Kind.FUND, council.subject, account=None,
            name="Kas air", purpose="Pipes", limit=5_000,
        )  # fmt: skip
        vote(council, number, [1, 1, 1, 0])
        enact(council)
        assert council.state(number) == "executed"
        found = account(council, 900_002)
        assert (found.kind, found.floor, found.limit_version) == ("fund", -5_000, 1)
        names = council.do(lambda s: members.all_funds(s, council.community.view.id), write=False)
        assert [(one.name, one.authority) for one in names] == [
            ("Kas bersama", "founding"),
            ("Kas air", "decision:1"),
        ]
        assert sound(council, number)["question"]["about"]["limit"] == 5_000

    def test_a_fund_has_a_voted_limit_as_every_account(self, council: Council) -> None:
        fund = a_fund(council)
        number = council.propose(50, by=council.stewards[0], account=fund)
        vote(council, number, [5_000] * 5)
        enact(council)
        assert (council.state(number), account(council, fund).floor) == ("executed", -5_000)

    def test_giving_is_no_trade_and_a_double_tap_gives_once(self, council: Council) -> None:
        fund, key = a_fund(council, 0), new_request_key()
        for _ in range(2):
            contribute(council, council.stewards[0], fund, 10, key)
        assert account(council, fund).balance == 10 * ONE
        with pytest.raises(errors.FundUnknown):
            contribute(council, council.stewards[0], council.subject.account, 10)
        with pytest.raises(BeyondFloor):
            contribute(council, council.stewards[0], fund, 500)
        trades = council.do(
            lambda s: books.exchanges(s, council.community.view.id, since=council.now), write=False
        )
        assert trades == []

    def test_refusals_of_a_fund(self, council: Council) -> None:
        a_fund(council, 0)
        for changed, refusal in (
            ({"name": "Kas bersama"}, FundNamed),
            ({"purpose": " "}, errors.ReasonsMissing),
            ({"limit": 100_001 * ONE}, errors.FigureOffGrid),
        ):
            facts = {"name": "Kas air", "purpose": "Pipes", "limit": 0, **changed}
            with pytest.raises(refusal):
                propose(council, Kind.FUND, account=None, **facts)


class TestPayingFromAFund:
    def test_what_was_voted_is_paid_and_proven(self, council: Council) -> None:
        fund = a_fund(council)
        number = propose(council, Kind.PAY, council.subject, fund=fund, amount=2_500)
        vote(council, number, [1, 1, 1, 0, None])
        assert council.account().balance == 0
        enact(council)
        assert council.state(number) == "executed"
        assert (account(council, fund).balance, council.account().balance) == (3_500, 2_500)
        record = sound(council, number)
        assert record["question"]["about"] == {
            "account": council.subject.account, "amount": 2_500, "fund": fund,
        }  # fmt: skip
        assert record["policy"]["figures"] == [0, 1]
        council.do(lambda s: journal.seal(s, council.community.view.id, council.now))
        proven(council.engine)

    def test_what_the_fund_lacks_waits_until_it_expires(self, council: Council) -> None:
        fund = a_fund(council, 10)
        number = propose(council, Kind.PAY, fund=fund, amount=2_500)
        vote(council, number, [1] * 5)
        enact(council)
        assert (council.state(number), account(council, fund).balance) == ("queued", 1_000)
        contribute(council, council.stewards[1], fund, 15)
        council.pass_time(hours=6)
        council.run_jobs()
        assert (council.state(number), account(council, fund).balance) == ("executed", 0)
        other = propose(council, Kind.PAY, fund=fund, amount=2_500)
        vote(council, other, [1] * 5)
        enact(council)
        enact(council, days=14)
        assert (council.state(other), account(council, fund).balance) == ("expired", 0)

    def test_a_no_pays_nothing_and_may_come_again_as_something_else(self, council: Council) -> None:
        fund = a_fund(council)
        number = propose(council, Kind.PAY, fund=fund, amount=2_500)
        vote(council, number, [0, 0, 1, 1])
        enact(council, days=30)
        assert (council.state(number), account(council, fund).balance) == ("defeated", 6_000)
        with pytest.raises(errors.TooSoonAgain):
            propose(council, Kind.PAY, fund=fund, amount=2_000)
        council.propose(150)
        with pytest.raises(errors.ProposalOpen):
            propose(council, Kind.FREEZE)

    def test_who_gets_it_does_not_vote(self, council: Council) -> None:
        fund, steward = a_fund(council), council.stewards[2]
        number = propose(council, Kind.PAY, account=steward.account, fund=fund, amount=100)
        council.pass_time(hours=72)
        council.run_jobs()
        assert steward.person_id not in {one.person_id for one in council.seen(number).voters}

    def test_refusals(self, council: Council) -> None:
        fund, stranger = a_fund(council), council.community.enrol(a_cell())
        with pytest.raises(errors.NotYours):
            propose(council, Kind.PAY, stranger, fund=fund, amount=100)
        with pytest.raises(errors.FundUnknown):
            propose(council, Kind.PAY, fund=council.subject.account, amount=100)
        with pytest.raises(errors.AmountMissing):
            propose(council, Kind.PAY, fund=fund, amount=0)
        with pytest.raises(errors.AccountUnfit):
            propose(council, Kind.PAY, account=fund, fund=fund, amount=100)
        with pytest.raises(errors.ReasonsMissing):
            propose(council, Kind.PAY, fund=fund, amount=100, reasons=" ")
        key = new_request_key()
        assert propose(council, Kind.PAY, fund=fund, amount=100, key=key) == propose(
            council, Kind.PAY, fund=fund, amount=100, key=key
        )


class TestWritingOff:
    def test_it_takes_everybody_and_two_thirds(self, council: Council) -> None:
        fund = a_fund(council)
        council.community.pay(council.subject, council.stewards[0], 40)
        number = propose(council, Kind.WRITE_OFF, fund=fund, amount=4_000)
        vote(council, number, [1, 1, 1, 0])
        assert council.state(number) == "lapsed"
        policy = council.record(number)["policy"]
        assert (policy["quorum"], policy["threshold"]) == ([1, 1], [2, 3])
        again = propose(council, Kind.WRITE_OFF, fund=fund, amount=4_000)
        vote(council, again, [1, 1, 1, 1, 0])
        enact(council)
        assert council.state(again) == "executed"
        assert (account(council, fund).balance, council.account().balance) == (2_000, 0)
        sound(council, again)

    def test_only_what_is_still_owed_is_written_off(self, council: Council) -> None:
        fund = a_fund(council)
        council.community.pay(council.subject, council.stewards[0], 40)
        number = propose(council, Kind.WRITE_OFF, fund=fund, amount=4_000)
        vote(council, number, [1] * 5)
        council.community.later(days=9).pay(council.stewards[1], council.subject, 25)
        enact(council)
        assert (account(council, fund).balance, council.account().balance) == (4_500, 0)

    def test_what_is_owed_no_more_is_overtaken(self, council: Council) -> None:
        fund = a_fund(council)
        council.community.pay(council.subject, council.stewards[0], 20)
        number = propose(council, Kind.WRITE_OFF, fund=fund, amount=2_000)
        vote(council, number, [1] * 5)
        council.community.later(days=9).pay(council.stewards[1], council.subject, 20)
        enact(council)
        assert (council.state(number), account(council, fund).balance) == ("superseded", 6_000)

    def test_what_is_paid_back_before_the_vote_frees_the_account(self, council: Council) -> None:
        fund = a_fund(council)
        with pytest.raises(errors.NothingOwed):
            propose(council, Kind.WRITE_OFF, fund=fund, amount=100)
        council.community.pay(council.subject, council.stewards[0], 20)
        with pytest.raises(errors.MoreThanOwed):
            propose(council, Kind.WRITE_OFF, fund=fund, amount=2_001)
        number = propose(council, Kind.WRITE_OFF, fund=fund, amount=2_000)
        council.community.pay(council.stewards[1], council.subject, 20)
        council.pass_time(hours=72)
        council.run_jobs()
        assert council.state(number) == "canceled"
        assert council.propose(150) == number + 1

    def test_payments_that_race_it_leave_nobody_above_zero_by_it(
        self, council: Council, rng: random.Random
    ) -> None:
        """While others pay the debtor, the fund pays no more than was owed at that moment."""
        fund = a_fund(council)
        council.community.pay(council.subject, council.stewards[0], 40)
        number = propose(council, Kind.WRITE_OFF, fund=fund, amount=4_000)
        vote(council, number, [1] * 5)
        council.pass_time(days=2)
        turns, lock, at = iter(range(30)), threading.Lock(), rng.randint(5, 25)
        community, done = council.community.view, list[bool]()

        def buy(session: Session) -> None:
            command = Pay(
                council.subject.account, Amount(ONE), "Jamu", council.now.date(), new_request_key()
            )
            pay(session, council.stewards[1], command, council.now)

        def work() -> None:
            while True:
                with lock:
                    turn = next(turns, None)
                if turn is None:
                    return
                if turn == at:
                    done.append(
                        in_unit_of_work(
                            council.engine,
                            lambda s: service.execute(s, community, number, council.now),
                        )
                    )
                in_unit_of_work(council.engine, buy)

        running = [threading.Thread(target=work) for _ in range(4)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        assert done == [True]
        moved = council.do(
            lambda s: books.movements(s, community.id, council.subject.account, limit=100),
            write=False,
        )
        (written,) = [one for one in moved if one.kind == "decision"]
        assert written.balance == 0
        assert account(council, fund).balance == 6_000 - written.amount
        assert council.account().balance == -4_000 + 30 * ONE + written.amount
        council.do(lambda s: journal.seal(s, community.id, council.now))
        proven(council.engine)


class TestTakingOver:
    def owe(self, council: Council) -> Acting:
        """Have the subject owe 40; return a cell that could take it over."""
        sponsor = council.community.enrol(a_cell().with_limit(50))
        council.community.pay(council.subject, council.stewards[0], 40)
        return sponsor

    def answer(self, council: Council, by: Acting, number: int, *, agrees: bool = True) -> None:
        standing = council.standing(by)
        council.do(
            lambda s: service.answer_sponsor(s, standing, number, agrees=agrees, now=council.now)
        )

    def test_with_consent_the_debt_changes_hands_and_the_sum_stays_zero(
        self, council: Council
    ) -> None:
        sponsor = self.owe(council)
        number = propose(
            council, Kind.TAKE_OVER, council.subject, sponsor=sponsor.account, amount=3_000
        )
        council.pass_time(hours=72)
        council.run_jobs()
        assert council.state(number) == "discussion"
        with pytest.raises(errors.NotYours):
            self.answer(council, council.subject, number)
        self.answer(council, sponsor, number)
        council.run_jobs()
        assert council.state(number) == "active"
        for steward in council.stewards:
            command = service.CastBallot(number, 1, "Yes", new_request_key())
            standing = council.standing(steward)
            council.do(lambda s, st=standing, c=command: service.cast(s, st, c, council.now))
        with pytest.raises(errors.MovedOn):
            self.answer(council, sponsor, number, agrees=False)
        council.pass_time(days=5)
        council.run_jobs()
        enact(council)
        assert council.state(number) == "executed"
        assert council.account().balance == -1_000
        assert account(council, sponsor.account).balance == -3_000
        council.do(lambda s: journal.seal(s, council.community.view.id, council.now))
        proven(council.engine)

    def test_a_sponsor_who_refuses_ends_it(self, council: Council) -> None:
        sponsor = self.owe(council)
        number = propose(council, Kind.TAKE_OVER, sponsor=sponsor.account, amount=3_000)
        self.answer(council, sponsor, number, agrees=False)
        assert council.state(number) == "canceled"

    def test_a_change_asks_the_sponsor_anew(self, council: Council) -> None:
        sponsor = self.owe(council)
        number = propose(council, Kind.TAKE_OVER, sponsor=sponsor.account, amount=3_000)
        self.answer(council, sponsor, number)
        standing = council.standing(council.stewards[1])
        changed = {"amount": 4_000}
        council.do(
            lambda s: service.amend_measure(s, standing, number, changed, "All of it", council.now)
        )
        council.pass_time(hours=72)
        council.run_jobs()
        assert council.state(number) == "discussion"

    def test_the_sponsors_own_limit_holds(self, council: Council) -> None:
        sponsor = self.owe(council)
        council.community.pay(sponsor, council.stewards[0], 30)
        number = propose(council, Kind.TAKE_OVER, sponsor=sponsor.account, amount=3_000)
        self.answer(council, sponsor, number)
        vote(council, number, [1] * 5)
        enact(council)
        assert council.state(number) == "queued"
        assert account(council, sponsor.account).balance == -3_000

    def test_the_sponsors_people_do_not_vote_and_it_is_another_cell(self, council: Council) -> None:
        self.owe(council)
        with pytest.raises(errors.SponsorUnfit):
            propose(council, Kind.TAKE_OVER, sponsor=council.subject.account, amount=3_000)
        with pytest.raises(errors.SponsorUnfit):
            propose(council, Kind.TAKE_OVER, sponsor=a_fund(council), amount=3_000)
        steward = council.stewards[3]
        number = propose(council, Kind.TAKE_OVER, sponsor=steward.account, amount=3_000)
        self.answer(council, steward, number)
        council.pass_time(hours=72)
        council.run_jobs()
        assert steward.person_id not in {one.person_id for one in council.seen(number).voters}


class TestFreezing:
    def test_it_holds_until_another_decision_and_waits_as_a_cut_does(
        self, council: Council
    ) -> None:
        with pytest.raises(errors.FreezeUnfit):
            propose(council, Kind.THAW)
        with pytest.raises(errors.NotYours):
            propose(council, Kind.FREEZE, council.subject)
        number = propose(council, Kind.FREEZE)
        vote(council, number, [1] * 5)
        enact(council, days=2)
        assert (council.state(number), council.account().status) == ("queued", "open")
        enact(council, days=5)
        assert (council.state(number), council.account().status) == ("executed", "frozen")
        with pytest.raises(AccountFrozen):
            council.community.later(days=40).pay(council.subject, council.stewards[0], 1)
        council.community.later(days=40).pay(council.stewards[0], council.subject, 1)
        with pytest.raises(errors.FreezeUnfit):
            propose(council, Kind.FREEZE)
        thaw = propose(council, Kind.THAW, council.subject)
        vote(council, thaw, [1] * 5)
        enact(council)
        assert (council.state(thaw), council.account().status) == ("executed", "open")
        with council.engine.connect() as connection:
            said = connection.execute(
                text("SELECT authority FROM account_change WHERE account = 1 ORDER BY number")
            )
            assert [row.authority for row in said][-2:] == ["decision:1", "decision:2"]


class TestTheTable:
    @pytest.mark.parametrize("kind", Kind)
    def test_each_kind_has_its_rule_its_parties_and_its_wait(self, kind: Kind) -> None:
        rule = rule_of(kind, ordinary=ORDINARY, exceptional=EXCEPTIONAL)
        assert (rule is EXCEPTIONAL) == (kind is Kind.WRITE_OFF)
        facts = {"sponsor": 9} if kind is Kind.TAKE_OVER else {}
        expected = {Kind.FUND: (), Kind.TAKE_OVER: (7, 9)}.get(kind, (7,))
        assert parties(kind, 7, facts) == expected
        assert is_cut(kind, 1, 0) == (kind in ADVERSE)
        assert not is_cut(kind, 0, 0)
        assert is_cut(Kind.LIMIT, 99, 100)

    @given(
        amount=st.integers(1, 10**15),
        balance=st.integers(-(10**15), 10**15),
    )
    def test_what_is_still_owed(self, amount: int, balance: int) -> None:
        owed = still_owed(amount, balance)
        assert 0 <= owed <= amount
        assert balance + owed <= max(balance, 0)
        assert (owed == 0) == (balance >= 0)


def test_a_command_founds_the_first_fund_and_no_second(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.governance.commands.engine", lambda: council.engine)
    asked = ["found-fund", "--purpose", "For hard times", "Kas bersama", "--community"]
    done = CliRunner().invoke(governance, [*asked, "SB"])
    assert done.exit_code == 0, done.output
    assert "SB900001" in done.output
    assert account(council, 900_001).floor == 0
    for code in ("SB", "XX"):
        assert CliRunner().invoke(governance, [*asked, code]).exit_code == 1


def test_a_steward_proposes_a_funds_limit_in_the_browser(
    council: Council, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: council.now)
    fund = a_fund(council)
    with an_app(database, tmp_path) as app:
        steward = browser(app, council.community, council.stewards[0])
        form = {
            "cell": f"SB{fund}", "figure": "50", "reasons": "For the roof",
            "request_key": new_request_key(),
        }  # fmt: skip
        sent = steward.post("/c/SB/proposals/new", data=form)
        assert sent.status_code == 303, sent.text
        shown = steward.get(sent.location)
        assert (shown.status_code, "Kas bersama" in shown.text) == (200, True)
    assert council.seen(1).account == fund
