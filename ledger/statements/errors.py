"""What closing a month refuses."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, NotFound, Refused


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


class NoPdfHere(Refused):
    """The libraries that draw PDFs are not on this machine."""

    code = "statements.no_pdf_here"


class StatementChanged(Refused):
    """What the books say today is not what was frozen: nothing more is drawn from it."""

    code = "statements.changed"


class NoSuchForm(NotFound):
    """There is no form of a statement by this name."""

    code = "statements.no_such_form"


class NoSuchWish(NotFound):
    """No mail of ours has this address for ending it."""

    code = "statements.no_such_wish"


class NobodyToMail(Refused):
    """This person has no statement of the month, no address, or wants no mail."""

    code = "statements.nobody_to_mail"


class StillSending(Conflict):
    """A mail to this person waits to be sent already."""

    code = "statements.still_sending"
