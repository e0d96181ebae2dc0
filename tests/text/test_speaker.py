"""Days, times, sentences and the choice of a language."""

from datetime import UTC, date, datetime

import pytest

from ledger.text.speaker import NBSP, Speaker, negotiate

INSTANT = datetime(2026, 11, 3, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("id", "Asia/Jakarta", f"3 November 2026, 14.05{NBSP}WIB"),
        ("id", "Asia/Makassar", f"3 November 2026, 15.05{NBSP}WITA"),
        ("id", "Asia/Jayapura", f"3 November 2026, 16.05{NBSP}WIT"),
        ("en", "Asia/Jakarta", f"3 November 2026, 14:05{NBSP}WIB"),
    ],
)
def test_a_moment_is_said_in_the_communitys_zone(language: str, zone: str, said: str) -> None:
    assert Speaker(language, zone).moment(INSTANT) == said


def test_an_instant_falls_on_the_day_of_its_zone() -> None:
    late = datetime(2026, 10, 31, 17, 30, tzinfo=UTC)
    assert Speaker("id", "Asia/Jakarta").day(late) == "1 November 2026"
    assert Speaker("id", "Asia/Jakarta").month(late) == "November 2026"
    assert Speaker("id", "Europe/Lisbon").day(late) == "31 Oktober 2026"


def test_days_carry_the_months_name() -> None:
    day = date(2026, 8, 17)
    assert Speaker("id").day(day) == "17 Agustus 2026"
    assert Speaker("en").day(day) == "17 August 2026"
    assert Speaker("id").short_day(day) == "17 Agu 2026"


@pytest.mark.parametrize(
    ("chosen", "accepted", "spoken"),
    [
        (None, [], "id"),
        ("en", ["id"], "en"),
        ("tlh", ["en-GB", "id"], "en"),
        (None, ["de", "id-ID", "en"], "id"),
        (None, ["de", "fr"], "id"),
        ("<script>", ["*"], "id"),
    ],
)
def test_the_chosen_language_comes_before_the_browsers(
    chosen: str | None, accepted: list[str], spoken: str
) -> None:
    assert negotiate(chosen, accepted) == spoken


def test_indonesian_has_no_plural_and_english_has_one() -> None:
    one, many = "%(count)s member", "%(count)s members"
    assert Speaker("en").ngettext(one, many, 1) == "1 member"
    assert Speaker("en").ngettext(one, many, 1200) == "1,200 members"
