"""What closing a month refuses."""

from __future__ import annotations

from ledger.kernel.errors import NotFound, Refused


class NoSuchClosing(NotFound):
    """The community has no closing of this month."""

    code = "statements.no_such_closing"


class NoSuchStatement(NotFound):
    """No closing of this month has a line of this account."""

    code = "statements.no_such_statement"


class MonthNotOver(Refused):
    """A month can be closed once it is over, right after the one before. Facts: month."""

    code = "statements.month_not_over"
    field = "month"
