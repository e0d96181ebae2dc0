"""What a proof costs, and that it is the same however it was made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Engine, event

from ledger.kernel.merkle import root_along
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries
from ledger.statements.rules.months import Month
from tests.communities import a_cell, a_community
from tests.statements.closing import closed, proof_of

OCTOBER = Month(2026, 10)
CELLS = 21


@contextmanager
def rows_read(engine: Engine) -> Iterator[list[int]]:
    """How many lines of closings each statement read, so far as statements ask for them."""
    counted: list[int] = []

    def count(conn: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "FROM closing_line" in statement and not statement.startswith("SELECT count"):
            asked = f"SELECT count(*) FROM ({statement}) AS those"
            again = conn.exec_driver_sql(asked, parameters)
            counted.append(again.scalar())

    event.listen(engine, "after_cursor_execute", count)
    try:
        yield counted
    finally:
        event.remove(engine, "after_cursor_execute", count)


def test_only_the_first_proof_of_a_closing_reads_its_lines(engine: Engine) -> None:
    community = a_community(engine, datetime(2026, 10, 10, 3, tzinfo=UTC))
    cells = [community.enrol(a_cell().with_limit(100)) for _ in range(CELLS)]
    for one, other in pairwise(cells):
        community.pay(one, other, 5)
    later = community.later(days=23)
    closing = closed(later, OCTOBER)
    with rows_read(engine) as read:
        proof_of(later, cells[0], OCTOBER)
        assert read == [1, CELLS]
        read.clear()
        proofs = [proof_of(later, cell, OCTOBER) for cell in cells]
        assert read == [1] * CELLS
    lines = in_unit_of_work(
        engine, lambda db: list(queries.lines(db, community.view.id, OCTOBER)), write=False
    )
    for index, (line, proof) in enumerate(zip(lines, proofs, strict=True)):
        assert len(proof.path) <= 5
        found = root_along(line.leaf(), proof.index, CELLS, proof.path)
        assert (proof.index, proof.salt, found) == (index, line.salt, closing.head.root)
