"""Memory does not grow with the books that are taken in."""

from __future__ import annotations

import pytest

from tests.bench.moving import move_in
from tests.databases import Databases

HELD = 12_000_000
"""Bytes that Python may hold at once, of which a batch of trades is the most."""


@pytest.mark.soak
def test_many_more_trades_take_no_more_memory(databases: Databases, soaking: bool) -> None:
    few, many = (10_000, 100_000) if soaking else (2_100, 4_200)
    for kind in ("sqlite", "postgresql") if soaking else ("sqlite",):
        held = []
        for trades in (few, many):
            with databases.fresh(kind) as database:
                held.append(move_in(database, trades, traced=True).held)
        assert max(held) < HELD
        assert held[1] < held[0] * 1.25
