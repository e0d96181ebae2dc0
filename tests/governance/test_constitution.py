"""A constitution reads back as it was written, and refuses what none can say."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from ledger.governance.errors import ConstitutionUnreadable
from ledger.governance.rules.constitution import Constitution, founding, read
from ledger.governance.rules.course import Terms
from ledger.governance.rules.grid import Grid

FOUNDING = founding(10_000, 2)


def test_the_founding_one_says_what_the_rules_say() -> None:
    document = FOUNDING.document()
    assert document["grid"] == {
        "step": 5_000,
        "least": 10_000,
        "cap": 100_000,
        "growth": [1, 2],
        "growth_time": 90 * 86_400,
    }
    assert document["rules"]["ordinary"] == {"quorum": [2, 3], "threshold": [1, 2]}
    assert document["rules"]["exceptional"] == {"quorum": [1, 1], "threshold": [2, 3]}
    assert document["rules"]["all_members"] == {"quorum": [1, 5], "threshold": [1, 2]}
    assert document["periods"]["discussion"] == 72 * 3_600
    assert (document["seats"], document["term_months"], document["terms_in_a_row"]) == (5, 18, 2)
    assert FOUNDING.newcomers == 10_000


def test_it_reads_back_as_it_was_written() -> None:
    other = Constitution(
        Grid(10, 20, 500),
        30,
        seats=7,
        terms=Terms(voting=timedelta(days=9)),
        transparency="everyone",
    )
    for one in (FOUNDING, other):
        assert read(json.loads(json.dumps(one.document()))) == one
    assert FOUNDING.digest() != other.digest()


def changed(way: tuple[str, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(FOUNDING.document())
    inside = document
    for name in way[:-1]:
        inside = inside[name]
    if value is None:
        del inside[way[-1]]
    else:
        inside[way[-1]] = value
    return document


@pytest.mark.parametrize(
    ("way", "value", "article"),
    [
        (("seats",), 6, "seats"),
        (("seats",), 3, "seats"),
        (("seats",), 5.0, "seats"),
        (("seats",), "5", "seats"),
        (("alternates",), -1, "alternates"),
        (("alternates",), True, "alternates"),
        (("term_months",), 0, "term_months"),
        (("terms_in_a_row",), 0, "terms_in_a_row"),
        (("newcomers",), 9_999, "newcomers"),
        (("newcomers",), 100_001, "newcomers"),
        (("transparency",), "nobody", "transparency"),
        (("transparency",), None, "articles"),
        (("motto",), "together", "articles"),
        (("grid",), [], "grid"),
        (("grid", "step"), 0, "grid"),
        (("grid", "step"), None, "grid"),
        (("grid", "growth"), [1, 0], "growth"),
        (("grid", "growth"), [-1, 2], "grid"),
        (("grid", "growth_time"), 0, "growth_time"),
        (("grid", "growth_time"), 10**20, "growth_time"),
        (("rules",), None, "articles"),
        (("rules", "ordinary"), {"quorum": [2, 3]}, "ordinary"),
        (("rules", "ordinary", "quorum"), [4, 3], "ordinary"),
        (("rules", "exceptional", "threshold"), [1, 1], "exceptional"),
        (("rules", "all_members", "quorum"), 0.2, "all_members"),
        (("periods", "voting"), 0, "voting"),
        (("periods", "voting"), 10**30, "voting"),
        (("periods", "late"), 6 * 86_400, "late"),
        (("periods", "panel"), None, "periods"),
    ],
)
def test_what_none_can_say(way: tuple[str, ...], value: Any, article: str) -> None:
    with pytest.raises(ConstitutionUnreadable) as refused:
        read(changed(way, value))
    assert refused.value.facts == {"article": article}
