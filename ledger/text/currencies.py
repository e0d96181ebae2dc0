"""What states call their money, so that no community's unit is called the same."""

from __future__ import annotations

from functools import cache

from babel.core import Locale
from babel.numbers import get_currency_name, get_currency_symbol, list_currencies

from ledger.text.speaker import LANGUAGES


@cache
def names_of_state_money() -> frozenset[str]:
    """Codes, names and symbols of every currency that has or had an ISO 4217 code.

    Names in the languages we speak, each as CLDR writes it.
    """
    words: set[str] = set(list_currencies())
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for code in list_currencies(locale=locale):
            words.add(get_currency_symbol(code, locale=locale))
            for count in (1, 2, None):
                words.add(get_currency_name(code, count=count, locale=locale))
    return frozenset(words)
