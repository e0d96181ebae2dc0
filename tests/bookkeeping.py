"""A bookkeeper for tests: the journal's services on one community, one commit per act."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.audit.service import Proven, Report, prove, snapshot
from ledger.journal import queries, service
from ledger.journal.model import Book
from ledger.journal.queries import Account
from ledger.journal.service import Draft, Posted, Seal
from ledger.persistence.unit_of_work import in_unit_of_work

MORNING = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ALICE = 7001
BUDI = 7002


class Bookkeeper:
    """Keeps the books of `community`. Its clock stands still until somebody moves it."""

    def __init__(self, engine: Engine, community: int = 1, now: datetime = MORNING) -> None:
        self.engine = engine
        self.community = community
        self.now = now
        self._keys = itertools.count(1)

    def with_accounts(
        self, *numbers: int, floor: int = -100, ceiling: int | None = None
    ) -> Bookkeeper:
        """Open the book if need be, and an account of each number with these limits."""

        def work(session: Session) -> None:
            if session.get(Book, self.community) is None:
                service.open_book(session, self.community, self.now)
            for number in numbers:
                service.open_account(
                    session,
                    self.community,
                    number=number,
                    kind="cell",
                    floor=floor,
                    ceiling=ceiling,
                    authority="founding",
                    now=self.now,
                )

        in_unit_of_work(self.engine, work)
        return self

    def new_key(self) -> str:
        """A request key that nobody used."""
        return f"request-key-{next(self._keys):06}"

    def draft(self, *postings: tuple[int, int], kind: str = "trade", **more: object) -> Draft:
        """A draft of today, by Alice, with a fresh key, unless `more` says otherwise."""
        fields = {"occurred_on": TODAY, "actor": ALICE, "request_key": self.new_key()} | more
        return Draft(kind=kind, postings=postings, **fields)

    def pay(self, giver: int, receiver: int, amount: int, **more: object) -> Posted:
        """Post a trade of two postings."""
        return self.post(self.draft((giver, -amount), (receiver, amount), **more))

    def post(self, draft: Draft) -> Posted:
        """Post one draft."""
        return in_unit_of_work(
            self.engine, lambda session: service.post(session, self.community, draft, self.now)
        )

    def post_many(self, drafts: Sequence[Draft]) -> list[Posted]:
        """Post drafts together."""
        return in_unit_of_work(
            self.engine,
            lambda session: service.post_many(session, self.community, drafts, self.now),
        )

    def reverse(self, entry_id: int, *, actor: int = ALICE, key: str | None = None) -> Posted:
        """Reverse an entry."""
        key = key or self.new_key()
        return in_unit_of_work(
            self.engine,
            lambda session: service.reverse(
                session,
                self.community,
                entry_id,
                actor=actor,
                request_key=key,
                occurred_on=TODAY,
                memo_digest=None,
                now=self.now,
            ),
        )

    def limit(
        self, number: int, floor: int, ceiling: int | None = None, *, version: int | None = None
    ) -> int:
        """Set an account's limits."""
        if version is None:
            version = self.account(number).limit_version
        return in_unit_of_work(
            self.engine,
            lambda session: service.set_bounds(
                session,
                self.community,
                number,
                floor=floor,
                ceiling=ceiling,
                expected_version=version,
                authority="decision:1",
                now=self.now,
            ),
        )

    def mark(self, number: int, status: str) -> None:
        """Freeze, thaw or close an account."""
        in_unit_of_work(
            self.engine,
            lambda session: service.set_status(
                session, self.community, number, status=status, authority="steward", now=self.now
            ),
        )

    def attest(self, digest: bytes, about: str = "papers") -> int:
        """Hand in a digest."""
        return in_unit_of_work(
            self.engine,
            lambda session: service.attest(session, self.community, about, digest, self.now),
        )

    def seal(self) -> Seal | None:
        """Make one seal."""
        return in_unit_of_work(
            self.engine, lambda session: service.seal(session, self.community, self.now)
        )

    def anchor(self, file: Path) -> int:
        """Seal all that waits and anchor it."""
        return service.seal_all(self.engine, file, self.now)

    def account(self, number: int) -> Account:
        """The account as it stands."""
        found = in_unit_of_work(
            self.engine,
            lambda session: queries.account(session, self.community, number),
            write=False,
        )
        assert found is not None
        return found

    def balance(self, number: int) -> int:
        """The account's balance."""
        return self.account(number).balance

    def movements(self, number: int, limit: int = 50) -> list[queries.Movement]:
        """The account's newest movements."""
        return in_unit_of_work(
            self.engine,
            lambda session: queries.movements(session, self.community, number, limit=limit),
            write=False,
        )

    def later(self, **passing: float) -> Bookkeeper:
        """Move the clock by a `timedelta`'s worth."""
        self.now += timedelta(**passing)
        return self


def audited(engine: Engine, anchor_file: Path | None = None) -> Report:
    """What the audit says of all books."""
    with snapshot(engine) as connection:
        return prove(connection, anchor_file)


def proven(engine: Engine, anchor_file: Path | None = None) -> list[Proven]:
    """The totals of all books, which must prove themselves."""
    report = audited(engine, anchor_file)
    assert report.wrong is None, str(report.wrong)
    return list(report.proven)
