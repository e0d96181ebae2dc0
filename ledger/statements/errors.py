"""What closing a month refuses."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, Forbidden, NotFound, Refused


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


class NoSuchObjection(NotFound):
    """The cell, or the community, has no such objection."""

    code = "statements.no_such_objection"


class ObjectionMovedOn(Conflict):
    """The objection is not in a state in which this can be done. Fact: `state`."""

    code = "statements.objection_moved_on"


class ObjectionTooLate(Refused):
    """The time to object to this statement is over. Fact: `until`."""

    code = "statements.objection_too_late"


class WordsMissing(Refused):
    """Whoever reads it is owed words."""

    code = "statements.words_missing"
    field = "words"


class NoSuchMovement(Refused):
    """The statement has no movement of this number."""

    code = "statements.no_such_movement"
    field = "seq"


class NoReversal(Refused):
    """No transaction of this number reverses what is objected to."""

    code = "statements.no_reversal"
    field = "reversal"


class OwnObjection(Forbidden):
    """Nobody answers an objection of their own cell."""

    code = "statements.own_objection"


class NotAllDrawn(Conflict):
    """Some statements of the month are still to be drawn."""

    code = "statements.not_all_drawn"
