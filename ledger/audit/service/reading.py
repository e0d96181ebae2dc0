"""One community's tables as streams: whatever the size of the books, little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

_BATCH = 5_000

Advance = Callable[[int], object]
"""Told how many rows more were read: for a progress bar."""


def keep_quiet(rows: int) -> None:
    """Nobody watches the progress."""


@dataclass(frozen=True, slots=True)
class Books:
    """One community's books, read through one connection."""

    connection: Connection
    community: int
    advance: Advance = keep_quiet
    now: int | None = None
    """In microseconds; None where the books are not held against a clock."""

    def rows(self, query: str) -> Iterator[Any]:
        """Stream the rows of `query`, whose parameter `:community` is this one."""
        result = self.connection.execute(
            text(query), {"community": self.community}, execution_options={"yield_per": _BATCH}
        )
        for some in result.partitions():
            self.advance(len(some))
            yield from some

    def first(self, query: str) -> Any | None:
        """The first row of `query`, or None."""
        result = self.connection.execute(text(query), {"community": self.community})
        try:
            return result.first()
        finally:
            result.close()

    def key(self, **named: object) -> str:
        """How a row of these books is named in a finding."""
        parts = {"community": self.community, **named}
        return ", ".join(f"{name} {value}" for name, value in parts.items())


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one instant throughout, while others go on writing."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL datestyle = 'ISO'"))  # days are read as text
        yield connection
