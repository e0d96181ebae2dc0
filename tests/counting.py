"""How many statements a page takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_LIST = re.compile(r"IN \(\?(?:, \?)+\)")


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the database within, in their order.

    Lists of values are written as one, so that the same statement reads the same.
    """
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(_LIST.sub("IN (?)", " ".join(statement.split())))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
