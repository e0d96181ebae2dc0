"""Which units a community may count in: any that is not a state's money.

Indonesian law (UU 7/2011) reserves names and codes of money; a unit called
*rupiah* would also tell members that they hold what they do not.
"""

from __future__ import annotations

import re
from collections.abc import Set

from ledger.kernel.names import folded
from ledger.kernel.units import Unit
from ledger.members.errors import (
    CodeUnreadable,
    ExportCodeUnreadable,
    ScaleOutOfRange,
    UnitIsStateMoney,
)

_CODE = re.compile(r"[A-Z]{2,6}", re.ASCII)
_EXPORT_CODE = re.compile(r"X[A-Z]{2}", re.ASCII)

ISO_X_CODES = frozenset(
    {
        *("XAD", "XAF", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XCD", "XCG", "XDR", "XEU"),
        *("XFO", "XFU", "XOF", "XPD", "XPF", "XPT", "XRE", "XSU", "XTS", "XUA", "XXX"),
    }
)
"""X-codes of ISO 4217, past and present: legal tender, metals, funds and tests."""

_FORBIDDEN_PARTS = ("rupiah", "dollar", "dolar")
_FORBIDDEN_WORDS = frozenset({"idr", "rp", "rp.", "euro", "ringgit", "yen", "yuan", "peso"})


def ensure_code(code: str) -> None:
    """Raise `CodeUnreadable` unless `code` can begin account numbers, as in `SB001`."""
    if not _CODE.fullmatch(code):
        raise CodeUnreadable


def ensure_own_unit(unit: Unit, state_money: Set[str]) -> None:
    """Refuse a unit that could be taken for a state's money.

    `state_money` holds codes, names and symbols of ISO 4217, folded as by `kernel.names.folded`.
    Raises `ScaleOutOfRange`, `ExportCodeUnreadable` or `UnitIsStateMoney`.
    """
    if not 0 <= unit.scale <= 3:
        raise ScaleOutOfRange(scale=unit.scale)
    if not _EXPORT_CODE.fullmatch(unit.export_code):
        raise ExportCodeUnreadable
    for word in (unit.name, unit.symbol, unit.export_code):
        if is_state_money(word, state_money):
            raise UnitIsStateMoney(word=word)


def is_state_money(word: str, state_money: Set[str]) -> bool:
    """Whether `word` is a name, symbol or code of a state's money, however written."""
    plain = folded(word)
    return (
        plain in state_money
        or word.upper() in ISO_X_CODES
        or any(part in plain.replace(" ", "") for part in _FORBIDDEN_PARTS)
        or not _FORBIDDEN_WORDS.isdisjoint(plain.split())
    )
