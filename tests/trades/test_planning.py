"""Planned trades: recorded once per date however late or often due work runs, or reported."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from ledger.journal import service as journal
from ledger.journal.errors import KeyReused
from ledger.kernel.clock import noon_of
from ledger.kernel.identifiers import new_request_key
from ledger.members.model import ActsFor
from ledger.members.queries import Acting, find_acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import errors, queries
from ledger.trades.model import Plan, PlanRun, Trade
from ledger.trades.queries import PlanView
from ledger.trades.rules.plans import PlanEvent, PlanState, Rhythm, next_after
from ledger.trades.service import change_plan, note_missed, run_plan
from tests.communities import ACommunity, a_cell, a_community
from tests.trades.letters import SITE, Letters, let_in


@pytest.fixture
def community(engine: Engine, now: datetime) -> ACommunity:
    return a_community(engine, now)


@pytest.fixture
def own(community: ACommunity) -> Acting:
    return community.enrol(a_cell("Sendiri").with_limit(100))


@pytest.fixture
def other(community: ACommunity) -> Acting:
    return community.enrol(a_cell("Kas Air"))


def on(community: ACommunity, day: date, hours: int = 1) -> ACommunity:
    """The community some hours after the noon of `day`."""
    later = noon_of(day, community.view.zone) + timedelta(hours=hours)
    return community.later(seconds=(later - community.now).total_seconds())


def plans(community: ACommunity, acting: Acting) -> list[PlanView]:
    return in_unit_of_work(community.engine, lambda s: queries.plans(s, acting), write=False)


def change(community: ACommunity, acting: Acting, plan: int, event: PlanEvent) -> None:
    in_unit_of_work(community.engine, lambda s: change_plan(s, acting, plan, event, community.now))


def days(community: ACommunity) -> list[date]:
    with Session(community.engine) as session:
        return list(session.scalars(select(Trade.occurred_on).order_by(Trade.occurred_on)))


@pytest.mark.parametrize(
    ("first", "rhythm", "after", "expected"),
    [
        ("2026-01-31", "monthly", "2026-01-30", "2026-01-31"),
        ("2026-01-31", "monthly", "2026-01-31", "2026-02-28"),
        ("2026-01-31", "monthly", "2026-02-28", "2026-03-31"),
        ("2026-01-31", "monthly", "2026-03-31", "2026-04-30"),
        ("2028-01-31", "monthly", "2028-01-31", "2028-02-29"),
        ("2026-12-15", "monthly", "2026-12-15", "2027-01-15"),
        ("2026-11-30", "monthly", "2027-02-10", "2027-02-28"),
        ("2026-11-30", "monthly", "2031-11-30", "2031-12-30"),
        ("2026-11-24", "weekly", "2026-11-24", "2026-12-01"),
        ("2026-11-24", "weekly", "2026-11-30", "2026-12-01"),
        ("2026-11-24", "weekly", "2026-12-25", "2026-12-29"),
        ("2026-11-24", "once", "2026-11-23", "2026-11-24"),
        ("2026-11-24", "once", "2026-11-24", None),
    ],
)
def test_dates_follow_the_rhythm(first: str, rhythm: str, after: str, expected: str | None) -> None:
    found = next_after(date.fromisoformat(first), Rhythm(rhythm), date.fromisoformat(after))
    assert found == (date.fromisoformat(expected) if expected else None)


def test_it_is_recorded_on_its_day_and_once(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    first = community.now.date() + timedelta(days=7)
    community.plan(own, other, 20, Rhythm.WEEKLY, first)
    letters = Letters(community, tmp_path / "mail")
    letters.read(on(community, first, -1))
    assert days(community) == []
    for _ in range(3):
        letters.read(on(community, first))
    assert days(community) == [first]
    assert community.balance(own) == -2000
    letters.read(on(community, first + timedelta(days=14)))
    assert days(community) == [first + timedelta(weeks=week) for week in range(3)]
    (plan,) = plans(community, own)
    assert plan.next_on == first + timedelta(weeks=3)


def test_two_runners_at_once_record_it_once(
    community: ACommunity, own: Acting, other: Acting
) -> None:
    first = community.now.date() + timedelta(days=1)
    plan = community.plan(own, other, 5, Rhythm.MONTHLY, first)
    now = on(community, first).now

    def run(_: int) -> None:
        in_unit_of_work(community.engine, lambda s: run_plan(s, plan, first, now))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, range(12)))
    assert community.balance(own) == -500
    with Session(community.engine) as session:
        assert session.scalar(select(func.count()).select_from(PlanRun)) == 1


def test_what_is_missed_is_reported_and_not_tried_again(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    let_in(community, own, "Ani", "clerk", "en")
    first = community.now.date() + timedelta(days=7)
    plan = community.plan(own, other, 60, Rhythm.WEEKLY, first)
    letters = Letters(community, tmp_path / "mail")
    assert [subject for _, subject, _ in letters.read(on(community, first))] == []
    letters.read(on(community, first + timedelta(weeks=1), -2))
    ((_, subject, text),) = letters.read(on(community, first + timedelta(weeks=1)))
    assert subject == "Not recorded as planned: Iuran air"
    assert "At most 40.00" in text
    assert f"{SITE}/c/SB/SB001/plans" in text
    community.pay(other, own, 60)
    assert letters.read(on(community, first + timedelta(weeks=1), 5)) == []
    assert days(community)[-1:] == [first]
    (seen,) = plans(community, own)
    assert [(one.due_on, one.problem.code) for one in seen.missed] == [
        (first + timedelta(weeks=1), "journal.beyond_floor")
    ]
    assert seen.state is PlanState.RUNNING
    in_unit_of_work(community.engine, lambda s: note_missed(s, own, plan, community.now))
    assert plans(community, own)[0].missed == ()


def test_a_frozen_cell_misses_its_plans(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    first = community.now.date() + timedelta(days=1)
    community.plan(own, other, 5, Rhythm.ONCE, first)
    in_unit_of_work(
        community.engine,
        lambda s: journal.set_status(
            s, community.view.id, own.account, status="frozen", authority="x", now=community.now
        ),
    )
    Letters(community, tmp_path / "mail").read(on(community, first))
    (seen,) = plans(community, own)
    assert seen.state is PlanState.ENDED
    assert [one.problem.code for one in seen.missed] == ["journal.account_frozen"]


def test_notice_is_given_three_days_before_and_on_the_home_page(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    let_in(community, own, "Ani", "clerk", "id")
    let_in(community, own, "Cici", "viewer", "id")
    first = community.now.date() + timedelta(days=7)
    plan = community.plan(own, other, 20, Rhythm.MONTHLY, first)
    letters = Letters(community, tmp_path / "mail")
    notice = first - timedelta(days=3)

    def alerts(day: date) -> list[int]:
        with Session(community.engine) as session:
            return [one.id for one in queries.alerts(session, own, day)]

    assert letters.read(on(community, notice, -1)) == []
    assert alerts(notice - timedelta(days=1)) == []
    ((to, _, text),) = letters.read(on(community, notice))
    assert to == "ani@example.org"
    assert "20,00" in text
    assert alerts(notice) == [plan]


def test_nothing_happens_while_it_is_paused_and_nothing_is_made_up_for(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    let_in(community, own, "Ani", "clerk", "id")
    first = community.now.date() + timedelta(days=7)
    plan = community.plan(own, other, 20, Rhythm.WEEKLY, first)
    letters = Letters(community, tmp_path / "mail")
    for _ in range(2):
        change(community, own, plan, PlanEvent.PAUSE)
    later = on(community, first + timedelta(weeks=1))
    assert letters.read(later) == []
    change(later, own, plan, PlanEvent.RESUME)
    assert plans(community, own)[0].next_on == first + timedelta(weeks=2)
    letters.read(on(community, first + timedelta(weeks=2)))
    assert days(community) == [first + timedelta(weeks=2)]
    change(later, own, plan, PlanEvent.END)
    letters.read(on(community, first + timedelta(weeks=9)))
    change(later, own, plan, PlanEvent.RESUME)
    assert plans(community, own) == []
    assert len(days(community)) == 1


def test_paused_and_resumed_before_its_day_it_is_recorded_once(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    first = community.now.date() + timedelta(days=7)
    plan = community.plan(own, other, 20, Rhythm.WEEKLY, first)
    change(community, own, plan, PlanEvent.PAUSE)
    change(community, own, plan, PlanEvent.RESUME)
    Letters(community, tmp_path / "mail").read(on(community, first))
    assert days(community) == [first]


def test_very_late_dates_are_missed_and_the_others_recorded(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    first = community.now.date() + timedelta(days=7)
    community.plan(own, other, 10, Rhythm.WEEKLY, first)
    Letters(community, tmp_path / "mail").read(on(community, first + timedelta(weeks=6)))
    assert days(community) == [first + timedelta(weeks=week) for week in range(2, 7)]
    (seen,) = plans(community, own)
    assert [(one.due_on, one.problem.code) for one in seen.missed] == [
        (first + timedelta(weeks=week), "trades.day_too_old") for week in range(2)
    ]


def test_a_plan_whose_maker_left_pauses_until_somebody_takes_it_over(
    community: ACommunity, own: Acting, other: Acting, tmp_path: Path
) -> None:
    heir = let_in(community, own, "Ani", "clerk", "en")
    first = community.now.date() + timedelta(days=7)
    plan = community.plan(own, other, 10, Rhythm.WEEKLY, first)

    def leave(session: Session) -> None:
        session.execute(
            update(ActsFor).where(ActsFor.person_id == own.person_id).values(until=community.now)
        )

    in_unit_of_work(community.engine, leave)
    letters = Letters(community, tmp_path / "mail")
    letters.read(on(community, first))
    (seen,) = plans(community, own)
    assert seen.state is PlanState.PAUSED
    assert [one.problem.code for one in seen.missed] == ["trades.planner_left"]
    with Session(community.engine) as session:
        taking_over = find_acting(session, heir, "SB", own.account, community.now)
    assert taking_over is not None
    change(on(community, first), taking_over, plan, PlanEvent.RESUME)
    letters.read(on(community, first + timedelta(weeks=1)))
    assert days(community) == [first + timedelta(weeks=1)]
    with Session(community.engine) as session:
        assert session.scalar(select(Trade.recorded_by)) == taking_over.actor


def test_a_double_tap_makes_one_plan(community: ACommunity, own: Acting, other: Acting) -> None:
    first = community.now.date() + timedelta(days=7)
    key = new_request_key()

    def tap(_: int) -> int:
        return community.plan(own, other, 10, Rhythm.WEEKLY, first, key=key)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(tap, range(12)))) == 1
    with pytest.raises(KeyReused):
        community.plan(own, other, 11, Rhythm.WEEKLY, first, key=key)
    with Session(community.engine) as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == 1


def test_who_may_plan_what(community: ACommunity, own: Acting, other: Acting) -> None:
    today = community.now.date()
    for day, refusal in (
        (today, errors.PlanTooSoon),
        (today + timedelta(days=367), errors.PlanTooFar),
    ):
        with pytest.raises(refusal):
            community.plan(own, other, 10, Rhythm.ONCE, day)
    with pytest.raises(errors.WithOneself):
        community.plan(own, own, 10, Rhythm.ONCE, today + timedelta(days=1))
    plan = community.plan(own, other, 10, Rhythm.ONCE, today + timedelta(days=1))
    with pytest.raises(errors.NoSuchPlan):
        change(community, other, plan, PlanEvent.END)
    with pytest.raises(errors.NoSuchPlan):
        change(community, own, plan + 1, PlanEvent.END)
    assert plans(community, other) == []
