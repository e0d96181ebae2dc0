"""What a savepoint gives up is not booked, whether or not the session was used before."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.journal import service
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.bookkeeping import Bookkeeper, proven


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("plain", [False, True])
def test_what_a_savepoint_gives_up_is_not_booked(
    books: Bookkeeper, used: bool, plain: bool
) -> None:
    def post(session: Session, amount: int) -> None:
        postings = ((1, -amount), (2, amount)) if plain else ((1, -amount), (2, 1), (3, amount - 1))
        service.post(session, books.community, books.draft(*postings), books.now)

    def work(session: Session) -> None:
        if used:
            session.execute(text("SELECT 1"))
        post(session, 2)
        with suppress(LookupError), session.begin_nested():
            post(session, 30)
            raise LookupError
        with session.begin_nested():
            post(session, 5)
        post(session, 4)

    in_unit_of_work(books.engine, work)

    assert [movement.amount for movement in books.movements(1)] == [-4, -5, -2]
    assert [one.entries for one in proven(books.engine)] == [3]
