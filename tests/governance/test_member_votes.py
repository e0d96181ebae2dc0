"""Votes of all members: one cell one vote, in secret, on a frozen roll; on both databases."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from ledger.governance import errors, service
from ledger.governance.commands import governance
from ledger.governance.model import MemberVote, RollPlace, SecretBallotRow
from ledger.governance.rules.log import Choice
from ledger.governance.rules.member_votes import (
    Stage,
    Times,
    ballot_key,
    ensure_choice,
    shown_from,
    stage,
)
from ledger.governance.rules.tally import Rule
from ledger.governance.verify import verify
from ledger.kernel.identifiers import new_request_key
from ledger.members.service.voting import end_voting
from ledger.web.runtime import EXTENSION, Runtime
from tests.governance.assemblies import (
    Assembly,
    an_assembly,
    give_addresses,
    mails,
    newcomer,
    seat,
)


@pytest.fixture
def assembly(engine: Engine, now: datetime) -> Assembly:
    return an_assembly(engine, now)


@pytest.fixture
def on_sqlite(sqlite_engine: Engine, now: datetime) -> Assembly:
    return an_assembly(sqlite_engine, now)


class TestTheWholeWay:
    def test_a_question_is_asked_answered_and_published(self, assembly: Assembly) -> None:
        number = assembly.ask()
        receipts = assembly.cast_all(number, [1, 1, 0, None])
        record = assembly.close(number)
        assert record is not None
        assert verify(record) == []
        assert record["question"]["decision"] == "SB/M1"
        count = record["outcome"]["tally"]
        assert (count["result"], count["outcome"]) == (1, "succeeded")
        assert (count["figures"], count["abstentions"], count["quorum"]) == (3, 1, 1)
        listed = {ballot["key"]: ballot["choice"] for ballot in record["ballots"]}
        assert listed == {one.key: one.choice for one in receipts}
        assert record["roster"] == {"eligible": 5, "roll": [1, 2, 3, 4, 5]}

    def test_its_ballots_and_its_digest_are_sealed(self, assembly: Assembly) -> None:
        number = assembly.ask()
        assembly.cast_all(number, [1, 1, 1])
        record = assembly.close(number)
        assert record is not None
        with assembly.engine.connect() as connection:
            rows = connection.execute(text("SELECT about, digest FROM attestation ORDER BY number"))
            attested = [(about, bytes(digest).hex()) for about, digest in rows]
        assert attested == [
            ("ballots", record["outcome"]["log"]["root"]),
            ("decision", record["digest"]),
        ]

    def test_the_answer_reaches_whoever_asked_once(
        self, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[tuple[int, int]] = []

        def enact(_session: object, _community: object, row: MemberVote, result: int, _now) -> bool:
            heard.append((row.number, result))
            return True

        monkeypatch.setitem(service.ENACT, "limit", enact)
        number = assembly.ask(status_quo=100, proposed=300, figures=(100, 200, 300))
        assembly.cast_all(number, [300, 200, 200])
        assembly.close(number)
        assembly.close(number)
        assert heard == [(number, 200)]

    def test_one_no_in_five_without_a_quorum(self, assembly: Assembly) -> None:
        number = assembly.ask(rule=Rule(Fraction(4, 5), Fraction(1, 2)))
        assembly.cast_all(number, [1, 1, 0])
        record = assembly.close(number)
        assert record is not None
        assert record["outcome"]["tally"]["outcome"] == "lapsed"

    def test_no_job_keeps_a_vote_open(self, assembly: Assembly) -> None:
        number = assembly.ask()
        assembly.pass_time(days=5, microseconds=-1)
        assembly.cast(number, assembly.voters[0], 1)
        assembly.pass_time(microseconds=1)
        with pytest.raises(errors.MovedOn):
            assembly.cast(number, assembly.voters[1], 1)

    def test_a_vote_of_less_than_a_handful_shows_its_outcome_alone(
        self, assembly: Assembly
    ) -> None:
        number = assembly.ask()
        assembly.cast_all(number, [1, 1])
        assert assembly.close(number) is None
        row = assembly.do(lambda s: s.get_one(MemberVote, (assembly.id, number)), write=False)
        assert row.outcome == "succeeded"


class TestTheRoll:
    def test_a_cell_of_thirty_days_votes_and_a_younger_does_not(self, on_sqlite: Assembly) -> None:
        young = newcomer(on_sqlite, days=29)
        number = on_sqlite.ask()
        with pytest.raises(errors.NotOnRoll):
            on_sqlite.cast(number, young, 1)
        on_sqlite.pass_time(days=1)
        later = on_sqlite.ask()
        on_sqlite.cast(later, young, 1)
        with pytest.raises(errors.NotOnRoll):
            on_sqlite.cast(number, young, 1)

    def test_one_vote_for_each_cell_by_its_named_voter(self, on_sqlite: Assembly) -> None:
        number, key = on_sqlite.ask(), new_request_key()
        first = on_sqlite.cast(number, on_sqlite.voters[0], 1, key=key)
        assert on_sqlite.cast(number, on_sqlite.voters[0], 1, key=key) == first
        with pytest.raises(errors.VotedAlready):
            on_sqlite.cast(number, on_sqlite.voters[0], 0)
        record = on_sqlite.close(number)
        assert record is None  # one ballot
        with on_sqlite.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM secret_ballot")) == 1

    def test_a_cell_that_names_another_voter_still_has_one_vote(self, on_sqlite: Assembly) -> None:
        number = on_sqlite.ask()
        one, two = on_sqlite.voters[:2]
        on_sqlite.cast(number, one, 1)
        # The first voter hands over to the second, who has given up their own cell.
        on_sqlite.do(
            lambda s: end_voting(s, on_sqlite.id, two.account, two.person_id, on_sqlite.now)
        )
        on_sqlite.do(
            lambda s: end_voting(s, on_sqlite.id, one.account, one.person_id, on_sqlite.now)
        )
        moved = type(one)(
            two.person_id, one.community, one.cell, one.account, two.actor, two.kind, two.roles
        )
        seat(on_sqlite, moved)
        with pytest.raises(errors.VotedAlready):
            on_sqlite.cast(number, moved, 0)

    def test_nobody_votes_twice_by_moving_to_another_cell(self, on_sqlite: Assembly) -> None:
        number = on_sqlite.ask()
        one, two = on_sqlite.voters[:2]
        on_sqlite.cast(number, one, 1)
        for gone in (one, two):
            on_sqlite.do(
                lambda s, gone=gone: end_voting(
                    s, on_sqlite.id, gone.account, gone.person_id, on_sqlite.now
                )
            )
        seat(
            on_sqlite,
            type(one)(
                one.person_id, two.community, two.cell, two.account, one.actor, one.kind, one.roles
            ),
        )
        with pytest.raises(errors.NotOnRoll):
            on_sqlite.cast(number, one, 0)

    def test_an_unknown_vote(self, on_sqlite: Assembly) -> None:
        with pytest.raises(errors.VoteUnknown):
            on_sqlite.cast(7, on_sqlite.voters[0], 1)

    def test_a_form_of_another_makes_no_second_ballot(self, on_sqlite: Assembly) -> None:
        number, key = on_sqlite.ask(), new_request_key()
        on_sqlite.cast(number, on_sqlite.voters[0], 1, key=key)
        with pytest.raises(errors.FormUsed):
            on_sqlite.cast(number, on_sqlite.voters[1], 0, key=key)

    def test_what_is_not_on_the_ballot(self, on_sqlite: Assembly) -> None:
        number = on_sqlite.ask()
        choices: tuple[Choice, ...] = (2, -1, (0,), ())
        for choice in choices:
            with pytest.raises(errors.ChoiceUnknown):
                on_sqlite.cast(number, on_sqlite.voters[0], choice)


class TestSecrecy:
    def test_nothing_joins_a_ballot_to_its_voter(self, assembly: Assembly) -> None:
        columns = {one["name"] for one in inspect(assembly.engine).get_columns("secret_ballot")}
        assert columns == {"community_id", "vote", "key", "choice"}
        places = {one["name"] for one in inspect(assembly.engine).get_columns("roll_place")}
        assert places == {"community_id", "vote", "cell", "person_id", "has_voted"}
        referring = inspect(assembly.engine).get_foreign_keys("secret_ballot")
        assert [one["referred_table"] for one in referring] == ["member_vote"]

    def test_no_table_holds_a_time_of_casting_or_a_key(self, assembly: Assembly) -> None:
        """Every value that the database holds after a ballot and not before."""
        number, key = assembly.ask(), new_request_key()
        assembly.run_jobs()
        before = everything(assembly.engine)
        assembly.pass_time(hours=3, microseconds=417)
        receipt = assembly.cast(number, assembly.voters[2], 1, key=key)
        assembly.run_jobs()
        new = everything(assembly.engine) - before
        assert {(table, column) for table, column, _ in new} <= {
            ("secret_ballot", "community_id"),
            ("secret_ballot", "vote"),
            ("secret_ballot", "key"),
            ("secret_ballot", "choice"),
            ("roll_place", "has_voted"),
        }
        assert ("secret_ballot", "key", bytes.fromhex(receipt.key)) in new
        assert not any(key in str(value) for _, _, value in new)

    def test_neither_order_nor_transactions_tell_who_cast_what(
        self, postgres_engine: Engine, now: datetime
    ) -> None:
        assembly = an_assembly(postgres_engine, now)
        number = assembly.ask()
        receipts = assembly.cast_all(number, [1, 0, 1, None, 1])
        with postgres_engine.connect() as connection:
            lying = connection.execute(
                text("SELECT xmin::text, cmin::text, key FROM secret_ballot ORDER BY ctid")
            ).all()
            places = connection.execute(
                text("SELECT DISTINCT xmin::text FROM roll_place WHERE vote = :vote"),
                {"vote": number},
            ).all()
        assert {one.xmin for one in lying} == {one.xmin for one in places}
        assert len(places) == 1
        assert [bytes(one.key).hex() for one in lying] == sorted(one.key for one in receipts)

    def test_on_sqlite_rows_lie_by_their_keys(self, sqlite_engine: Engine, now: datetime) -> None:
        an_assembly(sqlite_engine, now)
        with sqlite_engine.connect() as connection:
            for table in ("secret_ballot", "roll_place"):
                made = connection.scalar(
                    text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
                )
                assert "WITHOUT ROWID" in made

    def test_participation_shows_late(self) -> None:
        fifth, none = Rule(Fraction(1, 5)), Rule(Fraction(0))
        assert [shown_from(n, fifth) for n in (3, 15, 20, 100)] == [3, 3, 4, 20]
        assert [shown_from(n, none) for n in (3, 20)] == [3, 10]


class TestTheBox:
    def test_a_ballot_is_never_changed(self, assembly: Assembly) -> None:
        number = assembly.ask()
        assembly.cast_all(number, [1, 1, 1])
        with pytest.raises(DBAPIError, match="not changed"):
            assembly.do(lambda s: s.execute(text("UPDATE secret_ballot SET choice = '0'")))

    def test_after_the_close_none_comes_and_none_goes(self, assembly: Assembly) -> None:
        number = assembly.ask()
        assembly.cast_all(number, [1, 1, 1])
        assembly.close(number)
        copied = "SELECT community_id, vote, :key, '0' FROM secret_ballot LIMIT 1"
        for tampering in ("DELETE FROM secret_ballot", f"INSERT INTO secret_ballot {copied}"):
            given = {"key": b"0"} if ":key" in tampering else {}
            with pytest.raises(DBAPIError, match="a secret ballot"):
                assembly.do(lambda s, one=tampering, given=given: s.execute(text(one), given))

    def test_a_box_with_a_ballot_too_few_is_not_counted(self, assembly: Assembly) -> None:
        number = assembly.ask()
        assembly.cast_all(number, [1, 1, 1])
        assembly.do(lambda s: s.execute(text("DELETE FROM secret_ballot WHERE choice = '1'")))
        assembly.pass_time(days=5)
        with pytest.raises(errors.RecordBroken):
            assembly.do(
                lambda s: service.conclude(s, assembly.community.view, number, assembly.now)
            )


class TestAtOnce:
    def test_one_cell_on_many_phones_votes_once(self, assembly: Assembly) -> None:
        number = assembly.ask()
        standing, done = assembly.standing(assembly.voters[0]), []

        def vote(choice: int) -> None:
            command = service.CastSecret(number, choice, new_request_key())
            try:
                assembly.do(lambda s: service.cast_secret(s, standing, command, assembly.now))
                done.append(choice)
            except errors.VotedAlready:
                pass

        run_all([partial(vote, place % 2) for place in range(8)])
        assert len(done) == 1
        with assembly.engine.connect() as connection:
            box = connection.execute(text("SELECT choice FROM secret_ballot")).scalars().all()
        assert box == [str(done[0])]

    def test_all_cells_at_once_lose_no_ballot(self, assembly: Assembly) -> None:
        number = assembly.ask()
        run_all([partial(assembly.cast, number, one, 1) for one in assembly.voters])
        record = assembly.close(number)
        assert record is not None
        assert (len(record["ballots"]), record["outcome"]["tally"]["result"]) == (5, 1)


class TestAgainstAModel:
    def test_any_ballots_come_to_what_a_simple_count_says(
        self, sqlite_engine: Engine, now: datetime, rng: random.Random
    ) -> None:
        assembly = an_assembly(sqlite_engine, now, cells=9)
        for _ in range(12):
            choices: list[Choice] = [rng.choice((1, 1, 0, None)) for _ in range(rng.randint(3, 9))]
            share = rng.choice((Fraction(0), Fraction(1, 5), Fraction(2, 3), Fraction(1)))
            number = assembly.ask(rule=Rule(share, Fraction(1, 2)))
            assembly.cast_all(number, choices)
            record = assembly.close(number)
            assert record is not None
            assert verify(record) == []
            yes, no = choices.count(1), choices.count(0)
            quorum = math.ceil(9 * share)
            missing = max(quorum - yes - no, 0)
            assert record["outcome"]["tally"]["result"] == int(2 * yes > yes + no + missing)


class TestTheCommandLine:
    def test_a_record_is_written_out_and_verified(
        self, sqlite_engine: Engine, now: datetime, tmp_path: Path
    ) -> None:
        assembly = an_assembly(sqlite_engine, now)
        number = assembly.ask()
        assembly.cast_all(number, [1, 1, 0])
        assembly.close(number)
        app = Flask("test")
        app.extensions[EXTENSION] = Runtime(sqlite_engine, None, {})  # type: ignore[arg-type]
        with app.app_context():
            asked = ["record", "--community", "SB", f"M{number}"]
            written = CliRunner().invoke(governance, asked)
            unknown = CliRunner().invoke(governance, [*asked[:-1], "M9"])
            senseless = CliRunner().invoke(governance, [*asked[:-1], "M"])
        assert (written.exit_code, unknown.exit_code, senseless.exit_code) == (0, 1, 2)
        file = tmp_path / "record.json"
        file.write_text(written.output)
        verified = CliRunner().invoke(governance, ["verify", str(file)])
        assert (verified.exit_code, "SB/M1" in verified.output) == (0, True)
        file.write_text(written.output.replace('"choice": 0', '"choice": 1'))
        assert CliRunner().invoke(governance, ["verify", str(file)]).exit_code == 1


def run_all(works: list[Callable[[], object]]) -> None:
    """Do everything at the same time, and raise what any of it raised."""
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


class TestMail:
    def test_asked_reminded_and_told(self, assembly: Assembly) -> None:
        give_addresses(assembly)
        number = assembly.ask()
        assembly.run_jobs()
        assert len(mails(assembly)) == 5
        assembly.cast_all(number, [1, 1, 1])
        assembly.pass_time(days=4)
        assembly.run_jobs()
        reminded = mails(assembly)[5:]
        assert [one["to"] for one in reminded] == ["voter4@simpul.example", "voter5@simpul.example"]
        assert all("SB/M1" in one["text"] for one in reminded)
        record = assembly.close(number)
        assert record is not None
        told = mails(assembly)[7:]
        assert len(told) == 5
        assert all(record["digest"] in one["text"] for one in told)
        assembly.run_jobs()
        assert len(mails(assembly)) == 12


T = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("times", "after", "found"),
    [
        (Times(petition_until=T + DAY), DAY - timedelta(microseconds=1), Stage.PETITION),
        (Times(petition_until=T + DAY), DAY, Stage.LAPSED),
        (Times(petition_until=T + DAY, opens_at=T + 3 * DAY), 2 * DAY, Stage.DISCUSSION),
        (Times(opens_at=T), 9 * DAY, Stage.DISCUSSION),
        (Times(opens_at=T, opened_at=T, closes_at=T + DAY), DAY / 2, Stage.OPEN),
        (Times(opens_at=T, opened_at=T, closes_at=T + DAY), DAY, Stage.CLOSED),
        (
            Times(opens_at=T, opened_at=T, closes_at=T + DAY, concluded_at=T + DAY),
            DAY,
            Stage.OVER,
        ),
        (Times(petition_until=T + DAY, withdrawn_at=T), DAY, Stage.WITHDRAWN),
        (Times(opens_at=T + DAY, withdrawn_at=T), 2 * DAY, Stage.WITHDRAWN),
        (Times(opens_at=T, withdrawn_at=T), DAY, Stage.OVERTAKEN),
        (
            Times(opens_at=T, opened_at=T, closes_at=T + DAY, withdrawn_at=T),
            2 * DAY,
            Stage.VOID,
        ),
    ],
)
def test_stages(times: Times, after: timedelta, found: Stage) -> None:
    assert stage(times, T + after) is found


def test_a_ballots_key_comes_from_its_form_and_vote_alone() -> None:
    key = ballot_key("SB/M1", "a" * 22)
    assert len(key) == 16
    assert key == ballot_key("SB/M1", "a" * 22)
    assert len({key, ballot_key("SB/M2", "a" * 22), ballot_key("SB/M1", "b" * 22)}) == 3


def test_approvals_are_sets_of_candidates() -> None:
    for size in range(4):
        for chosen in itertools.permutations(range(3), size):
            assert ensure_choice(chosen, figures=(), candidates=3) == tuple(sorted(chosen))
    for wrong in ((3,), (-1,), (0, 0), 1, None):
        with pytest.raises(errors.ChoiceUnknown):
            ensure_choice(wrong, figures=(0, 1), candidates=3)


def everything(engine: Engine) -> set[tuple[str, str, object]]:
    """Every value in every table, but the jobs that have nothing to say of ballots."""
    found = set()
    with engine.connect() as connection:
        for table in set(inspect(engine).get_table_names()) - {"alembic_version"}:
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    plain = bytes(value) if isinstance(value, memoryview) else value
                    found.add((table, column, plain))
    return found


def test_the_models_of_roll_and_box_share_no_key() -> None:
    shared = set(RollPlace.__table__.c.keys()) & set(SecretBallotRow.__table__.c.keys())
    assert shared == {"community_id", "vote"}
