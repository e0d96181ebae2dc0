"""What a community has agreed on about deciding: a document of integers and words, versioned.

Figures in the unit's smallest parts, periods in seconds, ratios as pairs, so that a
version has one spelling and one hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from fractions import Fraction
from typing import Any

from ledger.governance.errors import ConstitutionUnreadable
from ledger.governance.rules.course import Terms
from ledger.governance.rules.grid import Grid
from ledger.governance.rules.tally import ALL_MEMBERS, EXCEPTIONAL, ORDINARY, Rule, ratio
from ledger.kernel.errors import LedgerError
from ledger.kernel.merkle import canonical

SEATS = (5, 7)
LEVELS = ("own", "members", "everyone")
LONGEST_PERIOD = timedelta(days=366)
_PERIODS = tuple(one.name for one in fields(Terms))
_RULES = ("ordinary", "exceptional", "all_members")
_GRID = ("step", "least", "cap")


@dataclass(frozen=True, slots=True)
class Constitution:
    """One version. `newcomers` is the limit of a cell that enrols.

    Raises `ConstitutionUnreadable` for what no constitution can say.
    """

    grid: Grid
    newcomers: int
    seats: int = 5
    alternates: int = 3
    term_months: int = 18
    terms_in_a_row: int = 2
    ordinary: Rule = ORDINARY
    exceptional: Rule = EXCEPTIONAL
    all_members: Rule = ALL_MEMBERS
    terms: Terms = field(default_factory=Terms)
    transparency: str = "members"

    def __post_init__(self) -> None:
        _ensure(self.seats in SEATS, "seats")
        _ensure(0 <= self.alternates <= 9, "alternates")
        _ensure(6 <= self.term_months <= 60, "term_months")
        _ensure(1 <= self.terms_in_a_row <= 5, "terms_in_a_row")
        _ensure(self.grid.least <= self.newcomers <= self.grid.cap, "newcomers")
        _ensure(self.transparency in LEVELS, "transparency")
        for period in _PERIODS:
            _ensure(timedelta() < getattr(self.terms, period) <= LONGEST_PERIOD, period)
        _ensure(self.terms.late <= self.terms.voting, "late")

    def document(self) -> dict[str, Any]:
        """The version as it is kept, published and hashed."""
        return {
            "seats": self.seats,
            "alternates": self.alternates,
            "term_months": self.term_months,
            "terms_in_a_row": self.terms_in_a_row,
            "newcomers": self.newcomers,
            "transparency": self.transparency,
            "grid": {
                **{name: getattr(self.grid, name) for name in _GRID},
                "growth": list(self.grid.growth.as_integer_ratio()),
                "growth_time": _seconds(self.grid.growth_time),
            },
            "rules": {name: _written_rule(getattr(self, name)) for name in _RULES},
            "periods": {name: _seconds(getattr(self.terms, name)) for name in _PERIODS},
        }

    def digest(self) -> bytes:
        """SHA-256 over the canonical document."""
        return hashlib.sha256(canonical(self.document())).digest()


def founding(least: int, scale: int) -> Constitution:
    """What holds until the members change it; `least` is the limit that every cell has.

    `scale` is the unit's number of decimals: steps of fifty whole units, up to a
    thousand or five times what everybody has.
    """
    whole = 10**scale
    grid = Grid(step=50 * whole, least=least, cap=max(1_000 * whole, 5 * least))
    return Constitution(grid, newcomers=least)


def read(document: Mapping[str, Any]) -> Constitution:
    """A version from its document. Raises `ConstitutionUnreadable`, naming the article."""
    _ensure(set(document) == _ARTICLES, "articles")
    return Constitution(
        grid=_read_grid(document["grid"]),
        newcomers=_integer(document, "newcomers"),
        seats=_integer(document, "seats"),
        alternates=_integer(document, "alternates"),
        term_months=_integer(document, "term_months"),
        terms_in_a_row=_integer(document, "terms_in_a_row"),
        terms=_read_terms(document["periods"]),
        transparency=document["transparency"],
        **_read_rules(document["rules"]),
    )


_ARTICLES = {
    *("seats", "alternates", "term_months", "terms_in_a_row", "newcomers", "transparency"),
    *("grid", "rules", "periods"),
}


def _read_grid(part: Any) -> Grid:
    _ensure(isinstance(part, dict) and set(part) == {*_GRID, "growth", "growth_time"}, "grid")
    step, least, cap = (_integer(part, name) for name in _GRID)
    growth, growth_time = _read_ratio(part["growth"], "growth"), _period(part, "growth_time")
    try:
        return Grid(step, least, cap, growth, growth_time)
    except LedgerError:
        raise ConstitutionUnreadable(article="grid") from None


def _read_rules(part: Any) -> dict[str, Rule]:
    _ensure(isinstance(part, dict) and set(part) == set(_RULES), "rules")
    found = {}
    for name in _RULES:
        rule = part[name]
        _ensure(isinstance(rule, dict) and set(rule) == {"quorum", "threshold"}, name)
        try:
            found[name] = Rule(*(_read_ratio(rule[one], name) for one in ("quorum", "threshold")))
        except LedgerError:
            raise ConstitutionUnreadable(article=name) from None
    return found


def _read_terms(part: Any) -> Terms:
    _ensure(isinstance(part, dict) and set(part) == set(_PERIODS), "periods")
    return Terms(**{name: _period(part, name) for name in _PERIODS})


def _period(part: Mapping[str, Any], article: str) -> timedelta:
    seconds = _integer(part, article)
    _ensure(0 < seconds <= _seconds(LONGEST_PERIOD), article)
    return timedelta(seconds=seconds)


def _read_ratio(part: Any, article: str) -> Fraction:
    _ensure(isinstance(part, list) and len(part) == 2, article)
    try:
        return ratio(*part)
    except LedgerError:
        raise ConstitutionUnreadable(article=article) from None


def _written_rule(rule: Rule) -> dict[str, list[int]]:
    return {
        "quorum": list(rule.quorum.as_integer_ratio()),
        "threshold": list(rule.threshold.as_integer_ratio()),
    }


def _integer(part: Mapping[str, Any], article: str) -> int:
    value = part[article]
    _ensure(type(value) is int, article)
    return int(value)


def _seconds(period: timedelta) -> int:
    return period // timedelta(seconds=1)


def _ensure(holds: bool, article: str) -> None:
    if not holds:
        raise ConstitutionUnreadable(article=article)
