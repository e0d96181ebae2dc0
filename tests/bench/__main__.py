"""`make bench`: every figure beside the bound measured in the same run.

python -m tests.bench [post] [shop] [many] [moving] [flat] [http] [evidence]
                      [close] [render] [--seconds S] [--entries N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ledger.persistence.engine import make_engine
from tests.bench import bulk, closing, evidence, flat, moving, paper, posting, web
from tests.bench.contest import interleaved
from tests.databases import Database, Databases
from tests.postgres import PostgresMissing

SQLITE_BOUND = 0.6
POSTGRESQL_BOUNDS = {1: 0.8, 4: 0.65, 16: 0.65}
FLAT_BOUND = 1.2
MANY_BOUND = 10_000
EVIDENCE_BOUND = 1.0
RENDER_BOUND = 240.0
ONE_PDF_BOUND = 1.0
CLOSING_BOUND = 60.0


def say(text: str = "") -> None:
    print(text, flush=True)


def verdict(met: bool) -> str:
    return "met" if met else "NOT met"


def post(databases: Databases, options: argparse.Namespace) -> None:
    """One posting with everything in force against the bare job."""
    say("Posting, in entries a second, with the commit")
    for database in each(databases):
        contestants = [posting.ours(database), posting.bare(database)]
        bounds = POSTGRESQL_BOUNDS if database.kind == "postgresql" else {1: SQLITE_BOUND}
        for clients, bound in bounds.items():
            databases.settle(database)
            found = interleaved(contestants, clients, seconds=options.seconds)
            ours, bare = (found[contestant.name] for contestant in contestants)
            say(
                f"  {database.kind:10} {clients:2} connections: post {ours:6,.0f},"
                f" {contestants[1].name} {bare:6,.0f}; ratio {ours / bare:.2f},"
                f" bound {bound}: {verdict(ours / bare >= bound)}"
            )


def shop(databases: Databases, options: argparse.Namespace) -> None:
    """Everybody pays one popular shop."""
    say("One shop receiving from 16 connections, in entries a second")
    for database in each(databases):
        bare = posting.bare(database, shop=1)
        contestants = [posting.ours(database, shop=1), bare]
        found = interleaved(contestants, 16, seconds=options.seconds)
        say(
            f"  {database.kind:10} post {found['post']:6,.0f}, {bare.name} {found[bare.name]:6,.0f}"
        )


def many(databases: Databases, _options: argparse.Namespace) -> None:
    """Trades in bulk."""
    say("post_many, in trades a second")
    for database in each(databases):
        ours, bare = bulk.grow(database, 100_000), bulk.bare_inserts(database, 100_000)
        ours = max(ours, bulk.grow(database, 100_000, "again"))
        bound = f", bound {MANY_BOUND:,}: {verdict(ours >= MANY_BOUND)}"
        say(
            f"  {database.kind:10} {ours:7,.0f}, bare inserts {bare:7,.0f}"
            + (bound if database.kind == "sqlite" else "")
        )


def moving_in(databases: Databases, _options: argparse.Namespace) -> None:
    """A hundred thousand trades of other books."""
    say("Moving in with 100,000 trades")
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as database:
            took = moving.move_in(database, 100_000)
        say(
            f"  {kind:10} read {took.read:.1f} s, foreseen {took.foreseen:.1f} s,"
            f" booked {took.booked:.1f} s; memory grew by {took.grown / 1e6:.0f} MB"
        )


def flat_costs(databases: Databases, options: argparse.Namespace) -> None:
    """The same work in a small and in a large ledger."""
    say(f"In a ledger of {flat.SMALL:,} entries and in one of {options.entries:,}, in ms")
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as open_now:
            engines = []
            for entries in (flat.SMALL, options.entries):
                database = open_now.enter_context(databases.fresh(kind))
                posting.fill(database)
                flat.fill(database, entries)
                databases.settle(database)
                engines.append(make_engine(database.url))
                open_now.callback(engines[-1].dispose)
            for name, (small, large) in flat.compare(*engines).items():
                say(
                    f"  {kind:10} {name:12} {small * 1000:6.3f} {large * 1000:6.3f};"
                    f" ratio {large / small:.2f}, bound {FLAT_BOUND}:"
                    f" {verdict(large / small <= FLAT_BOUND)}"
                )


def http(databases: Databases, options: argparse.Namespace) -> None:
    """Payments through the portal, client and database on the same machine."""
    say(f"Payments through HTTP from {web.CLIENTS} clients, signed in, keep-alive")
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as database:
            web.load(database)
            for workers in (1, 2):
                served = web.serve(database, workers, options.seconds * 3)
                say(f"  {kind:10} {workers} worker processes: {served}")


def evidence_panel(_databases: Databases, _options: argparse.Namespace) -> None:
    """The figures laid before a committee."""
    spent = evidence.measure()
    say(
        f"The evidence about a cell with {evidence.THEIRS:,} trades among {evidence.CELLS:,} cells"
        f" and {evidence.TRADES:,} trades, in s"
    )
    met = verdict(spent.panel < EVIDENCE_BOUND)
    say(
        f"  panel {spent.panel:.2f}, bound {EVIDENCE_BOUND}: {met};"
        f" of it cycles {spent.cycles:.2f}, two simulations of {spent.one_simulation:.2f}"
    )


def close(databases: Databases, _options: argparse.Namespace) -> None:
    """The month of a large community."""
    say(
        f"Closing a month of {closing.ACCOUNTS:,} accounts and {2 * closing.ENTRIES:,} postings,"
        " in s"
    )
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as database:
            spent = closing.measure(database)
        met = verdict(spent.close < CLOSING_BOUND)
        say(
            f"  {kind:10} {spent.close:5.1f}, bound {CLOSING_BOUND:.0f}: {met};"
            f" one statement read again {spent.reading:.3f}"
        )


def render(databases: Databases, _options: argparse.Namespace) -> None:
    """A month's statements as PDF."""
    say(f"Drawing {paper.STATEMENTS:,} statements on {paper.WORKERS} processors, in s")
    with databases.fresh("sqlite") as database:
        spent = paper.measure(database)
    say()
    met, single = verdict(spent.all < RENDER_BOUND), verdict(spent.one < ONE_PDF_BOUND)
    say(
        f"  {spent.drawn:,} drawn in {spent.all:.0f}, bound {RENDER_BOUND:.0f}: {met}"
        f" ({spent.busy:.0f} of processors); one in"
        f" {spent.one:.2f}, bound {ONE_PDF_BOUND:.0f}: {single}; at most {spent.memory:.0f} MB"
    )


def each(databases: Databases) -> Iterator[Database]:
    """A filled database of each kind, which somebody has open."""
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as database:
            posting.fill(database)
            with posting.held_open(database):
                yield database


SECTIONS: dict[str, Callable[[Databases, argparse.Namespace], None]] = {
    "post": post,
    "shop": shop,
    "many": many,
    "moving": moving_in,
    "flat": flat_costs,
    "http": http,
    "evidence": evidence_panel,
    "close": close,
    "render": render,
}


@contextmanager
def durable_databases() -> Iterator[Databases]:
    """Databases that sync every commit to the disk, with memory for pages, as in production."""
    home = Path(tempfile.mkdtemp(prefix="simpul-", dir="/tmp"))
    home.chmod(0o755)
    databases = Databases(home, fsync="on", shared_buffers="256MB")
    try:
        yield databases
    finally:
        databases.stop()


def main() -> int:
    """Run the sections asked for, or all."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each turn")
    parser.add_argument("--entries", type=int, default=1_000_000, help="in the large ledger")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    with durable_databases() as databases:
        for name in options.sections or SECTIONS:
            try:
                SECTIONS[name](databases, options)
            except PostgresMissing as missing:
                say(f"  no PostgreSQL: {missing}")
            say()
    return 0


if __name__ == "__main__":
    sys.exit(main())
