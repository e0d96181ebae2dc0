"""A new constitution by a vote of all members, and everything that follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from ledger.credit import queries as credit
from ledger.governance import errors, queries, service
from ledger.governance.rules.grid import Grid
from ledger.governance.verify import verify
from ledger.journal import queries as books
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members.service.newcomers import newcomers_limit
from tests.governance.assemblies import FOUNDING, Assembly, an_assembly, newcomer

WIDER = replace(FOUNDING, seats=7, newcomers=20_000)


@pytest.fixture
def assembly(sqlite_engine: Engine, now: datetime) -> Assembly:
    return founded(sqlite_engine, now)


@pytest.fixture
def on_both(engine: Engine, now: datetime) -> Assembly:
    return founded(engine, now)


def founded(engine: Engine, now: datetime) -> Assembly:
    """Five cells, of which the first has a steward."""
    found = an_assembly(engine, now)
    found.grant(found.voters[0])
    return found


class TestTheWholeWay:
    def test_a_steward_proposes_and_all_members_change_it(self, on_both: Assembly) -> None:
        number = on_both.propose(WIDER, on_both.voters[0])
        on_both.pass_time(hours=72, microseconds=-1)
        on_both.run_jobs()
        with pytest.raises(errors.MovedOn):
            on_both.cast(number, on_both.voters[0], 1)
        on_both.pass_time(microseconds=1)
        on_both.run_jobs()
        on_both.cast_all(number, [1, 1, 1, 0])
        assert on_both.version() == 1
        record = on_both.close(number)
        assert record is not None
        assert verify(record) == []
        assert record["question"]["about"]["constitution"] == WIDER.document()
        found = on_both.do(lambda s: queries.versions(s, on_both.id), write=False)
        assert [(one.version, one.authority) for one in found] == [
            (2, "decision:M1"),
            (1, "founding"),
        ]
        assert found[0].text == WIDER

    @pytest.mark.parametrize("choices", [[0, 0, 0, 1, 1], [1, 1, 0, 0], []])
    def test_what_does_not_carry_changes_nothing(
        self, assembly: Assembly, choices: list[int]
    ) -> None:
        number = assembly.propose(WIDER, assembly.voters[0])
        assembly.pass_time(hours=72)
        assembly.run_jobs()
        assembly.cast_all(number, list(choices))
        assembly.close(number)
        assert assembly.version() == 1

    def test_everything_follows_at_once(self, on_both: Assembly) -> None:
        """Transparency, the newcomers' limit, and the limit that every cell has."""
        grid = FOUNDING.grid
        open_ = replace(
            FOUNDING,
            transparency="everyone",
            newcomers=30_000,
            grid=Grid(grid.step, 20_000, grid.cap),
        )
        on_both.change(open_)
        view = on_both.community.view
        seen = on_both.do(lambda s: members.transparency(s, on_both.id), write=False)
        assert (seen.level, seen.authority) == ("everyone", "decision:M1")
        limit = on_both.do(lambda s: newcomers_limit(s, view), write=False)
        assert (limit.floor, limit.signed_by) == (-30_000, "default:2")
        for one in on_both.voters:
            account, history = on_both.do(
                lambda s, one=one: (
                    books.account(s, on_both.id, one.account),
                    credit.history(s, on_both.id, one.account),
                ),
                write=False,
            )
            assert account is not None
            assert account.floor == -20_000
            assert (history[0].authority, history[0].reference) == ("default", "2")

    def test_a_lower_equal_limit_takes_nobodys_limit(self, assembly: Assembly) -> None:
        grid = FOUNDING.grid
        assembly.change(replace(FOUNDING, grid=Grid(grid.step, 5_000, grid.cap)))
        account = assembly.do(lambda s: books.account(s, assembly.id, 1), write=False)
        assert account is not None
        assert (assembly.version(), account.floor) == (2, -10_000)

    def test_the_next_vote_goes_by_the_version_in_force(self, assembly: Assembly) -> None:
        rule = replace(FOUNDING.all_members, quorum=FOUNDING.ordinary.quorum)
        assembly.change(replace(FOUNDING, all_members=rule))
        number = assembly.propose(WIDER, assembly.voters[0], replaces=2)
        assembly.pass_time(hours=72)
        assembly.run_jobs()
        assembly.cast_all(number, [1, 1, 1])
        record = assembly.close(number)
        assert record is not None
        assert (record["policy"]["constitution"], record["policy"]["quorum"]) == (2, [2, 3])
        # Three of the four that a quorum of two thirds needs: with one no, still more than half.
        assert (record["outcome"]["tally"]["outcome"], assembly.version()) == ("succeeded", 3)


class TestProposing:
    def test_the_same_form_is_the_same_motion(self, assembly: Assembly) -> None:
        key = new_request_key()
        first = assembly.propose(WIDER, assembly.voters[0], key=key)
        assert assembly.propose(WIDER, assembly.voters[0], key=key) == first

    def test_one_at_a_time(self, assembly: Assembly) -> None:
        first = assembly.propose(WIDER, assembly.voters[0])
        with pytest.raises(errors.VoteOpen):
            assembly.propose(WIDER, assembly.voters[0])
        mine = assembly.standing(assembly.voters[0])
        assembly.do(lambda s: service.withdraw_motion(s, mine, first, assembly.now))
        assembly.propose(WIDER, assembly.voters[0])

    def test_what_is_in_force_already(self, assembly: Assembly) -> None:
        with pytest.raises(errors.NothingChanged):
            assembly.propose(FOUNDING, assembly.voters[0])

    def test_against_another_version(self, assembly: Assembly) -> None:
        with pytest.raises(errors.OutOfDate):
            assembly.propose(WIDER, assembly.voters[0], replaces=2)

    def test_others_do_not_withdraw_it(self, assembly: Assembly) -> None:
        number = assembly.propose(WIDER, assembly.voters[0])
        other = assembly.standing(assembly.voters[1])
        with pytest.raises(errors.NotYours):
            assembly.do(lambda s: service.withdraw_motion(s, other, number, assembly.now))

    @pytest.mark.parametrize("is_open", [True, False])
    def test_nobody_withdraws_what_is_voted_on_or_due(
        self, assembly: Assembly, is_open: bool
    ) -> None:
        number = assembly.propose(WIDER, assembly.voters[0])
        assembly.pass_time(hours=72)
        if is_open:
            assembly.run_jobs()
        mine = assembly.standing(assembly.voters[0])
        with pytest.raises(errors.MovedOn):
            assembly.do(lambda s: service.withdraw_motion(s, mine, number, assembly.now))


class TestPetitions:
    def sign(self, assembly: Assembly, number: int, by: int) -> bool:
        standing = assembly.standing(assembly.voters[by])
        return assembly.do(lambda s: service.sign_petition(s, standing, number, assembly.now))

    def test_a_tenth_of_the_cells_puts_it_before_all(
        self, sqlite_engine: Engine, now: datetime
    ) -> None:
        assembly = an_assembly(sqlite_engine, now, cells=11)
        number = assembly.propose(WIDER, assembly.voters[0])
        assembly.pass_time(hours=80)
        assembly.run_jobs()
        with pytest.raises(errors.MovedOn):
            assembly.cast(number, assembly.voters[0], 1)
        assert self.sign(assembly, number, 0) is False
        assert self.sign(assembly, number, 1) is True
        assembly.pass_time(hours=72)
        assembly.run_jobs()
        assembly.cast(number, assembly.voters[0], 1)

    def test_a_petition_that_nobody_joins_lapses(
        self, sqlite_engine: Engine, now: datetime
    ) -> None:
        assembly = an_assembly(sqlite_engine, now, cells=11)
        number = assembly.propose(WIDER, assembly.voters[0])
        assembly.pass_time(days=30)
        with pytest.raises(errors.MovedOn):
            self.sign(assembly, number, 1)
        assembly.propose(WIDER, assembly.voters[1])

    def test_a_young_cell_signs_nothing(self, assembly: Assembly) -> None:
        young = newcomer(assembly, days=10)
        with pytest.raises(errors.NoVoter):
            assembly.propose(WIDER, young)
