"""Amounts as people write them: read strictly, or not at all."""

import pytest

from ledger.kernel.amounts import LARGEST, AmountOutOfRange, AmountUnreadable
from ledger.kernel.units import Unit
from ledger.text.speaker import MINUS, NBSP, Speaker

POIN = Unit("poin", "poin", 2, "XPO")
JAM = Unit("jam", "jam", 0, "XJA")
GRAM = Unit("gram", "g", 3, "XGR")

INDONESIAN, ENGLISH = Speaker("id"), Speaker("en")


@pytest.mark.parametrize(
    ("speaker", "text", "unit", "value"),
    [
        (INDONESIAN, "25", POIN, 2500),
        (INDONESIAN, "0,5", POIN, 50),
        (INDONESIAN, "1.234,50", POIN, 123450),
        (INDONESIAN, "1234,5", POIN, 123450),
        (INDONESIAN, "1.500", POIN, 150000),
        (INDONESIAN, f" 25{NBSP}", POIN, 2500),
        (INDONESIAN, "1.000.000", JAM, 1000000),
        (INDONESIAN, "1,500", GRAM, 1500),
        (INDONESIAN, "10.000.000.000.000,00", POIN, LARGEST),
        (ENGLISH, "25", POIN, 2500),
        (ENGLISH, "1,234.50", POIN, 123450),
        (ENGLISH, "1234.5", POIN, 123450),
        (ENGLISH, "1,500", POIN, 150000),
        (ENGLISH, "1.500", GRAM, 1500),
    ],
)
def test_what_people_write_is_read(speaker: Speaker, text: str, unit: Unit, value: int) -> None:
    assert speaker.parse_amount(text, unit) == value


@pytest.mark.parametrize(
    ("speaker", "text"),
    [
        (INDONESIAN, "1,500"),
        (INDONESIAN, "1.5"),
        (INDONESIAN, "25.50"),
        (INDONESIAN, "1,234.50"),
        (INDONESIAN, "12.34,50"),
        (INDONESIAN, "1234.567"),
        (INDONESIAN, ".500"),
        (INDONESIAN, ",5"),
        (INDONESIAN, "5,"),
        (ENGLISH, "1.500"),
        (ENGLISH, "1500,5"),
        (ENGLISH, "1,5"),
        (ENGLISH, "1.234,50"),
    ],
)
def test_the_marks_of_another_language_are_never_guessed_at(speaker: Speaker, text: str) -> None:
    with pytest.raises(AmountUnreadable):
        speaker.parse_amount(text, POIN)


HOSTILE = [
    "", " ", "NaN", "nan", "Infinity", "-Infinity", "Inf", "1e400", "1e3", "-0", "-1", "+1",
    "--1", "0x10", "1_000", "1 000", "1'000", "１２", "٣", "१२", "²",
    "1" * 17, "9" * 10**5, "1." * 10**5, "1\n", "1\x00", "1;DROP", "true", "null", "[]", "=1+1",
    "00", "007", "0,", "\u202e21", "½", "10%", "Rp10", "1,0000", "1.0000",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize("speaker", [INDONESIAN, ENGLISH], ids=["id", "en"])
def test_hostile_amounts_are_refused(speaker: Speaker, text: str) -> None:
    with pytest.raises((AmountUnreadable, AmountOutOfRange)):
        speaker.parse_amount(text, POIN)


@pytest.mark.parametrize("text", ["0", "0,00", "9.007.199.254.740.993"])
def test_nothing_and_too_much_are_out_of_range(text: str) -> None:
    with pytest.raises(AmountOutOfRange):
        INDONESIAN.parse_amount(text, POIN)


@pytest.mark.parametrize("unit", [POIN, JAM, GRAM], ids=lambda unit: unit.name)
@pytest.mark.parametrize("value", [1, 5, 99, 100, 1005, 123456, 10**9, LARGEST])
@pytest.mark.parametrize("speaker", [INDONESIAN, ENGLISH], ids=["id", "en"])
def test_what_is_said_is_read_back(speaker: Speaker, value: int, unit: Unit) -> None:
    assert speaker.parse_amount(speaker.figure(value, unit), unit) == value


def test_amounts_are_said_with_the_unit_after_a_space_that_does_not_break() -> None:
    assert INDONESIAN.amount(123450, POIN) == f"1.234,50{NBSP}poin"
    assert ENGLISH.amount(123450, POIN) == f"1,234.50{NBSP}poin"
    assert INDONESIAN.amount(-9000, POIN) == f"{MINUS}90,00{NBSP}poin"
    assert INDONESIAN.amount(9000, POIN, signed=True) == f"+90,00{NBSP}poin"
    assert INDONESIAN.amount(0, POIN, signed=True) == f"0,00{NBSP}poin"
    assert INDONESIAN.amount(-5, POIN) == f"{MINUS}0,05{NBSP}poin"
    assert INDONESIAN.amount(1200, JAM) == f"1.200{NBSP}jam"
