"""A community counts in a unit of its own, never in a state's money."""

import pytest

from ledger.kernel.names import folded
from ledger.kernel.units import Unit
from ledger.members.errors import (
    CodeUnreadable,
    ExportCodeUnreadable,
    ScaleOutOfRange,
    UnitIsStateMoney,
)
from ledger.members.rules.units import ensure_code, ensure_own_unit
from ledger.text.currencies import names_of_state_money

STATE_MONEY = frozenset(folded(word) for word in names_of_state_money())


@pytest.mark.parametrize("name", ["poin", "jam", "rukun", "beras", "satuan waktu"])
def test_a_unit_of_its_own_is_taken(name: str) -> None:
    ensure_own_unit(Unit(name, name, 2, "XPN"), STATE_MONEY)


@pytest.mark.parametrize(
    "word",
    [
        "rupiah", "Rupiah Desa", "r u p i a h", "Rp", "IDR", "Rp Sragen", "rupiah Indonesia",
        "US Dollar", "dolar", "Euro", "\N{EURO SIGN}", "Swiss Franc", "RUPIAH", "USD", "Gold",
    ],
)  # fmt: skip
def test_the_money_of_a_state_is_refused(word: str) -> None:
    with pytest.raises(UnitIsStateMoney):
        ensure_own_unit(Unit(word, "poin", 2, "XPN"), STATE_MONEY)
    with pytest.raises(UnitIsStateMoney):
        ensure_own_unit(Unit("poin", word, 2, "XPN"), STATE_MONEY)


@pytest.mark.parametrize("code", ["XAU", "XDR", "XOF", "XXX", "XTS"])
def test_x_codes_that_mean_something_are_refused(code: str) -> None:
    with pytest.raises(UnitIsStateMoney):
        ensure_own_unit(Unit("poin", "poin", 2, code), STATE_MONEY)


@pytest.mark.parametrize("code", ["POI", "xpn", "XP", "XPNN", "X1N", "X\u0420N"])
def test_the_export_code_is_x_and_two_capitals(code: str) -> None:
    with pytest.raises(ExportCodeUnreadable):
        ensure_own_unit(Unit("poin", "poin", 2, code), STATE_MONEY)


def test_a_unit_has_at_most_three_decimals() -> None:
    with pytest.raises(ScaleOutOfRange):
        ensure_own_unit(Unit("poin", "poin", 4, "XPN"), STATE_MONEY)


@pytest.mark.parametrize("code", ["S", "sb", "SB1", "SIMPULS", ""])
def test_a_code_is_capitals(code: str) -> None:
    with pytest.raises(CodeUnreadable):
        ensure_code(code)
