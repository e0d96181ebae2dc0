"""Lots in tests: stewards promise and reveal, the books are sealed, and the lot draws itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.queries import LotView
from ledger.journal import service as journal
from ledger.members.queries import Acting
from tests.governance.councils import Council


def nonce_of(acting: Acting) -> bytes:
    """A nonce that comes again: real ones are random."""
    return acting.person_id.to_bytes(32, "big")


def promise(council: Council, number: int, by: Acting, *, keep: bool = True) -> None:
    standing = council.standing(by)
    council.do(
        lambda s: service.promise_nonce(
            s, standing, number, nonce_of(by), keep=keep, now=council.now
        )
    )


def reveal(council: Council, number: int, by: Acting, nonce: bytes | None = None) -> None:
    standing = council.standing(by)
    council.do(lambda s: service.reveal_nonce(s, standing, number, nonce, council.now))


def seal(council: Council) -> None:
    """Seal the books, as the service does every minute."""
    council.do(lambda s: journal.seal(s, council.community.view.id, council.now))


def lots(council: Council) -> list[LotView]:
    """Every lot with all that is known of it, the newest first."""

    def look(session: Session) -> list[LotView]:
        place, now = council.community.view, council.now
        found = (
            queries.lot(session, place, one.number, now)
            for one in queries.lots(session, place, now).lots
        )
        return [one for one in found if one]

    return council.do(look, write=False)


def draw(council: Council, number: int, promising: Sequence[Acting] = ()) -> LotView:
    """Take a lot through its two steps to its drawing; whoever promises also reveals."""
    (found,) = [one for one in lots(council) if one.number == number]
    for one in promising:
        promise(council, number, one)
    council.now = found.commit_until
    council.run_jobs()
    for one in promising:
        reveal(council, number, one)
    council.now = found.reveal_until
    council.run_jobs()
    seal(council)
    council.pass_time(minutes=1)
    council.run_jobs()
    (found,) = [one for one in lots(council) if one.number == number]
    assert found.drawn_at is not None
    return found


def published(lot: LotView) -> Any:
    """The lot as a file says it."""
    return json.loads(json.dumps(lot.published()))
