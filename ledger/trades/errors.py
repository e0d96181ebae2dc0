"""What trades refuses. A refusal names figures of one's own account only."""

from __future__ import annotations

from ledger.kernel.errors import Forbidden, NotFound, Refused


class OnlyLooking(Forbidden):
    """This person may look at the cell's books, not record for it."""

    code = "trades.only_looking"


class WithOneself(Refused):
    """A cell does not trade with itself."""

    code = "trades.with_oneself"
    field = "payee"


class UnknownPayee(Refused):
    """No cell of the community has this number or name."""

    code = "trades.unknown_payee"
    field = "payee"


class SeveralPayees(Refused):
    """The name fits several cells."""

    code = "trades.several_payees"
    field = "payee"


class PayeeClosed(Refused):
    """The other's account is closed."""

    code = "trades.payee_closed"
    field = "payee"


class TheirLimit(Refused):
    """The trade would pass the other's limit; how much that is, is theirs to know."""

    code = "trades.their_limit"
    field = "amount"


class DayAhead(Refused):
    """A trade is recorded once it has happened. Fact: `today`."""

    code = "trades.day_ahead"
    field = "occurred_on"


class DayTooOld(Refused):
    """Longer ago than people remember alike. Fact: `earliest`."""

    code = "trades.day_too_old"
    field = "occurred_on"


class NoSuchReceipt(NotFound):
    """No receipt has this address."""

    code = "trades.no_such_receipt"


class ImportRefused(Refused):
    """Some lines are bad, so none was taken. `lines` holds a `formats.BadLine` for each."""

    code = "trades.import_refused"
