"""Which units a community may count in: any that is not a state's money.

Indonesian law (UU 7/2011) reserves names and codes of money; a unit called
*rupiah* would also tell members that they hold what they do not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain, combinations, product
from string import ascii_uppercase

from ledger.kernel.errors import Refused
from ledger.kernel.names import folded, skeleton
from ledger.kernel.units import Unit
from ledger.members.errors import (
    ExportCodeIsStateMoney,
    ExportCodeUnreadable,
    ScaleOutOfRange,
    SymbolIsStateMoney,
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

_PARTS = ("rupiah", "dollar", "dolar", "sterling", "renminbi")
"""No unit's name holds these, however it goes on."""

_WORDS = frozenset(
    {
        *("idr", "rp", "sen", "euro", "cent", "yen", "yuan", "won", "ringgit", "baht", "peso"),
        *("pound", "franc", "frank", "dinar", "dirham", "rupee", "rupe", "rubel", "ruble"),
        *("rouble", "krona", "krone", "koruna", "lira", "riyal", "rial", "zloty", "shekel"),
        *("shilling", "escudo", "forint", "guilder", "gulden", "cedi", "naira"),
        *("manat", "kwacha", "metical", "cordoba", "colon", "sheqel", "hryvnia", "lempira"),
    }
)
"""No unit's name has one of these among its words."""

_NAMES = frozenset(
    {
        *("afghani", "ariary", "austral", "balboa", "birr", "bolivar", "boliviano"),
        *("convertible mark", "cruzado", "cruzeiro", "dalasi", "denar", "dobra", "dong", "drachma"),
        *("dram", "florin", "gourde", "guarani", "inti", "karbovanets", "kina"),
        *("kip", "kroon", "kuna", "kwanza", "kyat", "lari", "lats", "lao kip", "lek"),
        *("leone", "leu", "lev", "lilangeni", "litas", "loti", "mark", "markka"),
        *("mvdol", "nakfa", "ngultrum", "ouguiya", "pa'anga", "pataca", "peseta"),
        *("pula", "quetzal", "rand", "real", "riel", "rufiyaa", "schilling", "sol", "som"),
        *("somoni", "soum", "sucre", "tael", "taka", "tala", "tenge", "togrog", "tolar"),
        *("tugrik", "vatu", "unidad de fomento", "unidad previsional", "cfa", "sdr", "eurco"),
        *("gold", "emas", "silver", "perak", "platinum", "platina", "palladium", "paladium"),
        *("adb unit of account", "special drawing right", "hak penarikan khusus"),
        *("arab accounting dinar", "no currency", "uzbekistan sum", "zimbabwe gold"),
    }
)
"""ISO 4217's own names without their countries, and the metals: no unit bears one alone."""


def is_code(code: str) -> bool:
    """Whether `code` can begin account numbers, as in `SB001`."""
    return _CODE.fullmatch(code) is not None


def faults_of(unit: Unit, state_money: frozenset[str]) -> list[Refused]:
    """All that speaks against a unit, each fault at a field of its own.

    `state_money` holds codes, names and symbols of ISO 4217 as they are written. May hold
    `ScaleOutOfRange`, `UnitIsStateMoney`, `SymbolIsStateMoney`, and `ExportCodeUnreadable`
    or `ExportCodeIsStateMoney`.
    """
    found: list[Refused] = []
    if not 0 <= unit.scale <= 3:
        found.append(ScaleOutOfRange(scale=unit.scale))
    if is_state_money(unit.name, state_money):
        found.append(UnitIsStateMoney(word=unit.name))
    if is_state_money(unit.symbol, state_money):
        found.append(SymbolIsStateMoney(word=unit.symbol))
    if unit.export_code in ISO_X_CODES or unit.export_code in state_money:
        found.append(ExportCodeIsStateMoney(word=unit.export_code))
    elif not _EXPORT_CODE.fullmatch(unit.export_code):
        found.append(ExportCodeUnreadable())
    return found


def export_code_for(name: str, state_money: frozenset[str]) -> str:
    """A code for a unit of this name that means nothing in ISO 4217: `"jam"` → `"XJA"`."""
    own = [sign for sign in folded(name).upper() if sign in ascii_uppercase]
    pairs = chain(combinations(own, 2), product(ascii_uppercase, repeat=2))
    codes = (f"X{first}{second}" for first, second in pairs)
    return next(code for code in codes if code not in ISO_X_CODES and code not in state_money)


def is_state_money(word: str, state_money: frozenset[str]) -> bool:
    """Whether `word` is a name, symbol or code of a state's money, however it is written.

    Letters of other scripts, digits, dots and spaces that make it look like one count too.
    """
    if word.upper() in ISO_X_CODES or any(unicodedata.category(sign) == "Sc" for sign in word):
        return True
    looks = {skeleton(part) for part in (word, *folded(word).split())}
    whole = skeleton(word)
    return (
        folded(word) in _folded(state_money)
        or whole in _skeletons(state_money | _NAMES)
        or not looks.isdisjoint(_skeletons(_WORDS))
        or any(skeleton(part) in whole for part in _PARTS)
    )


@cache
def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


@cache
def _skeletons(words: frozenset[str]) -> frozenset[str]:
    """What the words look like; one letter alone looks like too much."""
    return frozenset(look for word in words if len(look := skeleton(word)) > 1)
