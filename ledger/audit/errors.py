"""What the audit finds wrong."""

from __future__ import annotations


class Wrong(Exception):
    """The first thing in the books that can't be: the table, the row's key, and why.

    No `LedgerError`: no member's request ever meets it.
    """

    def __init__(self, table: str, key: str, why: str) -> None:
        super().__init__(table, key, why)
        self.table = table
        self.key = key
        self.why = why

    def __str__(self) -> str:
        return f"{self.table} ({self.key}): {self.why}"
