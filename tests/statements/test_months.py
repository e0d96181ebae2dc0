"""Where a month begins and ends, in every zone we know of: to the microsecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.journal.errors import HistoryOutOfOrder
from ledger.journal.service import Draft
from ledger.members.model import Community
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.rules.months import Month, month_at, month_kept, read_month
from tests.communities import ACommunity, a_cell, a_community
from tests.statements.closing import closed_all, stated

INSTANT = timedelta(microseconds=1)

ENDS = {
    ("Asia/Jakarta", "2026-10"): datetime(2026, 10, 31, 17, tzinfo=UTC),
    ("Asia/Makassar", "2026-10"): datetime(2026, 10, 31, 16, tzinfo=UTC),
    ("Asia/Jayapura", "2026-10"): datetime(2026, 10, 31, 15, tzinfo=UTC),
    # Clocks go back on 25 October and forward on 29 March: the months have an hour
    # more and an hour less than their days.
    ("Europe/Berlin", "2026-10"): datetime(2026, 10, 31, 23, tzinfo=UTC),
    ("Europe/Berlin", "2026-09"): datetime(2026, 9, 30, 22, tzinfo=UTC),
    ("Europe/Berlin", "2026-03"): datetime(2026, 3, 31, 22, tzinfo=UTC),
    ("Europe/Berlin", "2026-02"): datetime(2026, 2, 28, 23, tzinfo=UTC),
}


@pytest.mark.parametrize(("zone", "month"), ENDS)
def test_a_month_ends_at_midnight_of_its_zone(zone: str, month: str) -> None:
    found = read_month(month)
    assert found
    assert found.ends(zone) == found.next.starts(zone) == ENDS[zone, month]
    assert month_at(ENDS[zone, month] - INSTANT, zone) == found
    assert month_at(ENDS[zone, month], zone) == found.next


def test_a_month_with_a_change_of_clocks_is_an_hour_off() -> None:
    october, march = Month(2026, 10), Month(2026, 3)
    for month, hours in ((october, 31 * 24 + 1), (march, 31 * 24 - 1)):
        length = month.ends("Europe/Berlin") - month.starts("Europe/Berlin")
        assert length == timedelta(hours=hours)


def test_months_are_written_kept_and_read_again() -> None:
    month = Month(2025, 11)
    for _ in range(30):
        assert month.next.previous == month
        assert read_month(str(month)) == month == month_kept(month.key)
        assert month.last_day + timedelta(days=1) == month.next.first_day
        month = month.next
    for text in ("2026-13", "2026-00", "0000-01", "2026-1", "26-10", "2026-10-01", "٢٠٢٦-10", ""):
        assert read_month(text) is None


@pytest.mark.parametrize(
    ("zone", "month"), [key for key in ENDS if key[1] in {"2026-10", "2026-03"}]
)
def test_the_last_microsecond_and_the_first_one_of_the_next(
    engine: Engine, zone: str, month: str
) -> None:
    """23:59:59.999999 is in the month, 00:00:00 is in the next, on both databases."""
    end, found = ENDS[zone, month], read_month(month)
    assert found
    community = in_zone(a_community(engine, end - timedelta(days=3)), zone)
    dewi, budi = (community.enrol(a_cell().with_limit(100)) for _ in range(2))
    last, first = end - INSTANT, end
    at(community, last).pay(dewi, budi, 5)
    at(community, first).pay(dewi, budi, 3)
    later = at(community, end + timedelta(hours=5))
    assert closed_all(later) == 1

    said = stated(later, dewi, found).statement
    assert [(one.booked_at, one.amount) for one in said.movements] == [(last, -500)]
    assert said.end == end
    assert closed_all(at(community, found.next.ends(zone))) == 1
    after = stated(later, dewi, found.next).statement
    assert after.opening == said.closing == -500
    assert [(one.booked_at, one.amount) for one in after.movements] == [(first, -300)]


def test_a_closed_month_refuses_history_of_before(engine: Engine) -> None:
    end = ENDS["Asia/Jakarta", "2026-10"]
    community = a_community(engine, end - timedelta(days=3))
    dewi, budi = (community.enrol(a_cell().with_limit(100)) for _ in range(2))
    community.pay(dewi, budi, 5)
    later = at(community, end + timedelta(hours=5))
    fresh = later.enrol(a_cell())
    assert closed_all(later) == 1
    other = later.enrol(a_cell())

    def booked(instant: datetime) -> None:
        draft = Draft(
            "history", ((fresh.account, -1), (other.account, 1)), date(2026, 10, 31), 1,
            f"old-books-{instant.timestamp()}", booked_at=instant,
        )  # fmt: skip
        in_unit_of_work(engine, lambda s: journal.post(s, community.view.id, draft, later.now))

    with pytest.raises(HistoryOutOfOrder):
        booked(end - INSTANT)
    booked(end)
    assert stated(later, dewi, Month(2026, 10)).is_genuine
    assert (
        in_unit_of_work(engine, lambda s: books.last_cutoff(s, community.view.id), write=False)
        == end
    )


def test_an_empty_community_closes_nothing(engine: Engine) -> None:
    """So the books of before can still be taken over."""
    community = a_community(engine, ENDS["Asia/Jakarta", "2026-10"] - timedelta(days=3))
    community.enrol(a_cell())
    assert closed_all(community.later(days=90)) == 0


def at(community: ACommunity, instant: datetime) -> ACommunity:
    """The same community at an instant."""
    return community.later(seconds=0) if instant == community.now else _moved(community, instant)


def _moved(community: ACommunity, instant: datetime) -> ACommunity:
    passed = instant - community.now
    return community.later(microseconds=passed // INSTANT)


def in_zone(community: ACommunity, zone: str) -> ACommunity:
    """The same community in another zone, from its founding on."""
    in_unit_of_work(
        community.engine,
        lambda s: s.execute(
            update(Community).where(Community.id == community.view.id).values(time_zone=zone)
        ),
    )
    return replace(community, view=replace(community.view, zone=zone))
