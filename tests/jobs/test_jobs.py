"""Due work: done once, tried again when it fails, never lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.jobs.model import Job
from ledger.jobs.rules import LEASE, MOST_ATTEMPTS, next_try
from ledger.jobs.service import Outside, Payload, Ran, run_due, schedule
from ledger.persistence.unit_of_work import in_unit_of_work

MINUTE = timedelta(minutes=1)


class Diary:
    """A handler in the world that writes down what it was asked to do."""

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self.trouble: Exception | None = None

    def __call__(self, payload: Payload, _now: datetime) -> None:
        if self.trouble:
            raise self.trouble
        self.lines.append(payload["line"])

    @property
    def handlers(self) -> dict[str, Outside]:
        return {"write": Outside(self)}


@pytest.fixture
def diary() -> Diary:
    return Diary()


def plan(engine: Engine, due_at: datetime, line: object = 1, key: str | None = None) -> int:
    return in_unit_of_work(engine, lambda s: schedule(s, "write", {"line": line}, due_at, key))


def jobs(engine: Engine) -> list[Job]:
    return in_unit_of_work(
        engine, lambda s: list(s.scalars(select(Job).order_by(Job.id))), write=False
    )


def test_what_was_sent_is_not_kept(engine, now, diary) -> None:
    plan(engine, now, "surat untuk Siti")
    diary.trouble = RuntimeError("no line")
    run_due(engine, diary.handlers, now)
    assert "Siti" in jobs(engine)[0].payload
    diary.trouble = None
    run_due(engine, diary.handlers, now + MINUTE)
    assert diary.lines == ["surat untuk Siti"]
    assert jobs(engine)[0].payload == "{}"


def test_work_is_done_when_it_is_due_and_once(engine, now, diary) -> None:
    plan(engine, now + MINUTE, "besok")
    plan(engine, now, "sekarang")
    assert run_due(engine, diary.handlers, now) == Ran(done=1)
    assert run_due(engine, diary.handlers, now) == Ran()
    assert run_due(engine, diary.handlers, now + MINUTE) == Ran(done=1)
    assert diary.lines == ["sekarang", "besok"]


def test_work_is_part_of_the_transaction_that_asks_for_it(engine, now, diary) -> None:
    def regret(session: Session) -> None:
        schedule(session, "write", {"line": 1}, now)
        raise KeyError("regret")

    with pytest.raises(KeyError):
        in_unit_of_work(engine, regret)
    assert run_due(engine, diary.handlers, now) == Ran()


def test_a_key_names_the_work_even_after_it_is_done(engine, now, diary) -> None:
    first = plan(engine, now, "a", key="closing 2026-11")
    assert plan(engine, now, "b", key="closing 2026-11") == first
    run_due(engine, diary.handlers, now)
    assert plan(engine, now, "c", key="closing 2026-11") == first
    assert run_due(engine, diary.handlers, now + MINUTE) == Ran()
    assert diary.lines == ["a"]


def test_what_fails_is_tried_again_later_and_keeps_its_reason(engine, now, diary) -> None:
    plan(engine, now)
    diary.trouble = OSError("no signal")
    assert run_due(engine, diary.handlers, now) == Ran(failed=1)
    (job,) = jobs(engine)
    assert job.last_error == "OSError: no signal"
    assert job.due_at == now + MINUTE
    diary.trouble = None
    assert run_due(engine, diary.handlers, now) == Ran()
    assert run_due(engine, diary.handlers, now + MINUTE) == Ran(done=1)
    assert jobs(engine)[0].last_error is None


def test_one_failure_does_not_hold_up_the_others(engine, now, diary) -> None:
    in_unit_of_work(engine, lambda s: schedule(s, "write", {"other": 1}, now))
    plan(engine, now, "other")
    assert run_due(engine, diary.handlers, now) == Ran(done=1, failed=1)


def test_what_always_fails_is_given_up_after_days(engine, now, diary) -> None:
    plan(engine, now)
    diary.trouble = OSError("no signal")
    when = now
    for _ in range(MOST_ATTEMPTS):
        assert run_due(engine, diary.handlers, when) == Ran(failed=1)
        when = jobs(engine)[0].due_at
    assert jobs(engine)[0].given_up_at == when
    assert timedelta(days=3) < when - now < timedelta(days=4)
    assert run_due(engine, diary.handlers, when + timedelta(days=99)) == Ran()


def test_pauses_double_and_end() -> None:
    now = datetime.fromisoformat("2026-11-23T03:00:00+00:00")
    pauses = [(next_try(attempts, now) or now) - now for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert pauses[-1] == timedelta(0)


def test_work_in_the_database_commits_with_the_note_that_it_is_done(engine, now) -> None:
    def follow_up(session: Session, payload: Payload, now: datetime) -> None:
        schedule(session, "then", {}, now)
        if payload["fail"]:
            raise ArithmeticError("too late")

    in_unit_of_work(engine, lambda s: schedule(s, "first", {"fail": True}, now))
    assert run_due(engine, {"first": follow_up}, now) == Ran(failed=1)
    assert [job.kind for job in jobs(engine)] == ["first"]
    in_unit_of_work(engine, lambda s: schedule(s, "first", {"fail": False}, now))
    assert run_due(engine, {"first": follow_up}, now) == Ran(done=1)
    assert [job.kind for job in jobs(engine)] == ["first", "first", "then"]


def test_kinds_that_nobody_handles_wait(engine, now, diary) -> None:
    in_unit_of_work(engine, lambda s: schedule(s, "of a later version", {}, now))
    assert run_due(engine, diary.handlers, now) == Ran()
    assert jobs(engine)[0].done_at is None


def test_a_runner_that_died_leaves_its_work_to_others(engine, now, diary) -> None:
    class Killed(BaseException):
        """As a SIGKILL: nothing of ours runs after it."""

    def die(_payload: Payload, _now: datetime) -> None:
        raise Killed

    plan(engine, now)
    with pytest.raises(Killed):
        run_due(engine, {"write": Outside(die)}, now)
    assert run_due(engine, diary.handlers, now + LEASE - MINUTE) == Ran()
    assert run_due(engine, diary.handlers, now + LEASE) == Ran(done=1)


def test_runners_side_by_side_do_each_job_once(engine, now, diary) -> None:
    for line in range(40):
        plan(engine, now, line)
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: run_due(engine, diary.handlers, now, 50), range(4)))
    assert sum(ran.done for ran in rounds) == 40
    assert Counter(diary.lines) == Counter(range(40))
