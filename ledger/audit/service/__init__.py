"""Prove the books: recompute everything they say and name the first thing that is wrong.

Each number comes from the rows again, by SQL and hashing of the audit's own. What
no seal covers yet is proven to agree with itself, not to be what was booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from ledger.audit.errors import Wrong
from ledger.audit.service.accounts import prove_accounts, read_accounts
from ledger.audit.service.anchors import Anchored
from ledger.audit.service.closings import CLOSING_TABLES, prove_closings
from ledger.audit.service.entries import prove_entries
from ledger.audit.service.limits import prove_changes
from ledger.audit.service.reading import Advance, Books, keep_quiet, snapshot
from ledger.audit.service.seals import prove_attestations, prove_chain, prove_coverage
from ledger.kernel.clock import to_micros

__all__ = ["Community", "Proven", "Report", "communities", "prove", "rows_to_read", "snapshot"]

_TABLES = (
    "account", "entry", "posting", "account_change", "attestation", "seal", "sealed", "seal_mark",
)  # fmt: skip
_READ = ("account", "posting", "posting", "account_change", "attestation", "seal", "sealed")


@dataclass(frozen=True, slots=True)
class Community:
    """A community with books; `code` None where nobody wrote one down."""

    id: int
    code: str | None


@dataclass(frozen=True, slots=True)
class Proven:
    """The totals of one community's books, all proven.

    `closings` months are closed. `waiting` leaves have no seal yet, `unanchored` seals are
    not in the anchor file yet; `head` is the newest seal's hash.
    """

    community: Community
    accounts: int
    entries: int
    postings: int
    sum: int
    seals: int
    closings: int
    waiting: int
    unanchored: int
    head: bytes | None


@dataclass(frozen=True, slots=True)
class Report:
    """The communities proven, and the first thing that is wrong; None if all is well."""

    proven: tuple[Proven, ...]
    wrong: Wrong | None


def prove(
    connection: Connection,
    anchor_file: Path | None,
    *,
    only: Community | None = None,
    advance: Advance = keep_quiet,
    now: datetime | None = None,
) -> Report:
    """Prove the books of all communities, or of `only` one, as `connection` sees them.

    It should come fresh from `snapshot`, so that all is read as of one instant.
    `anchor_file` None leaves out the comparison with the world outside; a file that
    does not exist knows no seal. `advance` is told the number of rows read. `now` None
    leaves out whether anything is booked in the future.
    """
    proven: list[Proven] = []
    instant = None if now is None else to_micros(now)
    try:
        # Before the first row: a seal's line is written after its commit.
        anchored = Anchored(anchor_file)
        for community in [only] if only else _all_with_books(connection, anchored):
            books = Books(connection, community.id, advance, instant)
            proven.append(_prove_community(books, community, anchored))
    except Wrong as wrong:
        return Report(tuple(proven), wrong)
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        return Report(tuple(proven), Wrong("database", "all communities", f"unreadable: {why}"))
    return Report(tuple(proven), None)


def communities(connection: Connection) -> list[Community]:
    """The communities with books, by id. Codes are another room's: None without its table."""
    codes: dict[int, str] = {}
    if inspect(connection).has_table("community"):
        found = connection.execute(text("SELECT id, code FROM community"))
        codes = {row.id: row.code for row in found}
    numbers = connection.scalars(text("SELECT community_id FROM book ORDER BY 1"))
    return [Community(number, codes.get(number)) for number in numbers]


def rows_to_read(connection: Connection, only: Community | None = None) -> int:
    """How many rows `prove` will read: what a progress bar counts to."""
    where = "WHERE community_id = :community" if only else ""
    counts = ", ".join(f"(SELECT count(*) FROM {table} {where})" for table in _READ)  # noqa: S608
    parameters = {"community": only.id} if only else {}
    return sum(connection.execute(text(f"SELECT {counts}"), parameters).one())


def _prove_community(books: Books, community: Community, anchored: Anchored) -> Proven:
    prove_coverage(books)
    accounts = read_accounts(books)
    limits = prove_changes(books, accounts)
    postings = prove_accounts(books, accounts, limits.reaches)
    entries = prove_entries(books)
    waiting = entries.waiting + limits.waiting + prove_attestations(books)
    chain = prove_chain(books, anchored)
    return Proven(
        community,
        accounts=len(accounts),
        entries=entries.entries,
        postings=postings,
        sum=sum(account.balance for account in accounts.values()),
        seals=chain.length,
        closings=prove_closings(books, community.code),
        waiting=waiting,
        unanchored=chain.length - chain.anchored,
        head=chain.head if chain.length else None,
    )


def _closing_tables(connection: Connection) -> tuple[str, ...]:
    """Those of another room: none without it."""
    return CLOSING_TABLES if inspect(connection).has_table("closing") else ()


def _all_with_books(connection: Connection, anchored: Anchored) -> list[Community]:
    """The communities to prove. Raises `Wrong` where rows or anchors belong to none of them."""
    found = communities(connection)
    known = {community.id for community in found}
    if len(known) < len(found):
        raise Wrong("book", "all communities", "a community has two books")
    for table in (*_TABLES, *_closing_tables(connection)):
        stray = connection.execute(
            text(
                f"SELECT community_id FROM {table} WHERE community_id NOT IN"  # noqa: S608
                " (SELECT community_id FROM book) ORDER BY community_id LIMIT 1"
            )
        ).scalar()
        if stray is not None:
            raise Wrong(table, f"community {stray}", "the community has no book")
    for stray in sorted(anchored.communities() - known):
        raise Wrong("book", f"community {stray}", "the anchor file knows it; the books do not")
    return found
