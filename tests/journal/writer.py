"""A writer to be killed: posts without end and says after each commit what stands there.

`python -m tests.journal.writer URL` forks one writer for each line of its input, a
generation's number, and says `writer PID`, then of that writer `ack NUMBER ENTRY`
after each commit, then `gone`. With `--once COUNT` it posts so many itself, and with
`--careless` SQLite does not sync before it answers: the negative control.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from typing import Any

from sqlalchemy import event

from ledger.journal.service import Draft
from ledger.persistence.engine import make_engine
from tests.bookkeeping import TODAY, Bookkeeper


def draft_of(generation: int, number: int) -> Draft:
    """What the writer of a generation asks for as its `number`th: always the same."""
    amount = 1 + number % 7
    there, back = ((1, -2 * amount), (2, amount), (3, amount)), ((1, 2), (2, -1), (3, -1))
    return Draft(
        "trade",
        there if number % 2 else tuple((account, part * amount) for account, part in back),
        TODAY,
        actor=generation,
        request_key=f"crash-key-{number:06}",
    )


def write(url: str, generation: int, count: int | None, *, careless: bool = False) -> None:
    """Post `count` entries, or post until the end of the world."""
    engine = make_engine(url)
    if careless:
        event.listen(engine, "connect", _do_not_sync)
    books = Bookkeeper(engine)
    for number in itertools.count(1) if count is None else range(1, count + 1):
        posted = books.post(draft_of(generation, number))
        _say(f"ack {number} {posted.entry_id}")
    engine.dispose()


def main() -> None:
    """Read the arguments and do as they say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--once", type=int)
    parser.add_argument("--careless", action="store_true")
    options = parser.parse_args()
    if options.once:
        write(options.url, 1, options.once, careless=options.careless)
        return
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _write_until_death(options.url, int(line))
        _say(f"writer {child}")
        os.waitpid(child, 0)
        _say("gone")


def _write_until_death(url: str, generation: int) -> None:
    try:
        write(url, generation, None)
    finally:  # the database was killed under us
        os._exit(1)


def _do_not_sync(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _say(line: str) -> None:
    """One call, so that a line is said whole or not at all."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
