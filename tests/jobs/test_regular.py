"""Regular work is done every so often, and a failure does not stop the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from ledger.jobs.service import Regular, Rounds


def test_it_is_done_at_once_and_again_when_its_time_has_passed(now: datetime) -> None:
    done: list[datetime] = []
    rounds = Rounds([Regular("seal", timedelta(minutes=1), done.append)])
    for seconds in (0, 10, 59, 60, 61, 125):
        rounds.run(now + timedelta(seconds=seconds))
    assert [(when - now).total_seconds() for when in done] == [0, 60, 125]


def test_a_clock_set_back_does_not_stop_it(now: datetime) -> None:
    done: list[datetime] = []
    rounds = Rounds([Regular("seal", timedelta(minutes=1), done.append)])
    rounds.run(now)
    rounds.run(now - timedelta(days=1))
    assert len(done) == 2


def test_what_fails_does_not_stop_the_others(now: datetime) -> None:
    done: list[datetime] = []

    def fail(at: datetime) -> None:
        raise OSError(f"the disk is full at {at}")

    Rounds(
        [Regular("broken", timedelta(minutes=1), fail), Regular("sound", timedelta(1), done.append)]
    ).run(now)
    assert done == [now]
