"""The errors of the domain: a stable code and typed facts, never prose.

Prose belongs to `ledger.text.prose`, the HTTP status to `ledger.web.problems`.
"""

from __future__ import annotations

from typing import ClassVar


class LedgerError(Exception):
    """Something the domain will not do. `facts` are the values a message may name."""

    code: ClassVar[str] = "error"
    field: ClassVar[str | None] = None
    """The input field a person would correct, where there is one."""

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({named})"


class NotFound(LedgerError):
    """No such thing, or none that this person may know of: the two look the same."""

    code = "not_found"


class Forbidden(LedgerError):
    """This person may see the thing but not do this to it."""

    code = "forbidden"


class Refused(LedgerError):
    """A rule of the ledger says no."""

    code = "refused"


class Conflict(LedgerError):
    """The request contradicts something already recorded."""

    code = "conflict"


class Busy(LedgerError):
    """Somebody else writes for long: nothing was done, and the same may be asked again soon."""

    code = "busy"


class Away(Busy):
    """The database does not answer: nothing was done, and the same may be asked again soon."""

    code = "away"
