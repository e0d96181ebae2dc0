"""What the journal will not do. Facts are integers in smallest parts and account numbers."""

from __future__ import annotations

from ledger.kernel.errors import Conflict, NotFound, Refused


class UnknownAccount(NotFound):
    """The community's books have no such account."""

    code = "journal.unknown_account"


class UnknownEntry(NotFound):
    """The community's books have no such entry."""

    code = "journal.unknown_entry"


class MalformedEntry(Refused):
    """Fewer than two postings, an account twice, a zero, or a sum that is not zero."""

    code = "journal.malformed_entry"


class BeyondFloor(Refused):
    """The posting would take `account` further below its credit limit."""

    code = "journal.beyond_floor"
    field = "amount"


class BeyondCeiling(Refused):
    """The posting would take `account` further above its highest balance."""

    code = "journal.beyond_ceiling"
    field = "amount"


class AccountFrozen(Refused):
    """A frozen account receives but does not send."""

    code = "journal.account_frozen"


class AccountClosed(Refused):
    """A closed account neither sends nor receives."""

    code = "journal.account_closed"


class NotAtZero(Refused):
    """An account closes only at a balance of zero."""

    code = "journal.not_at_zero"


class HistoryOutOfOrder(Refused):
    """History may only be booked after everything its accounts hold, and not ahead of now."""

    code = "journal.history_out_of_order"


class NotReversible(Refused):
    """A reversal is not reversed again."""

    code = "journal.not_reversible"


class KeyReused(Conflict):
    """The same request key was used before with other content."""

    code = "journal.key_reused"


class AlreadyReversed(Conflict):
    """The entry was reversed before."""

    code = "journal.already_reversed"


class StaleLimit(Conflict):
    """The limit has changed since the caller looked."""

    code = "journal.stale_limit"


class AccountExists(Conflict):
    """The community's books have this account already."""

    code = "journal.account_exists"


class BookExists(Conflict):
    """The community's books are open already."""

    code = "journal.book_exists"


class CutoffOutOfOrder(Refused):
    """A month can be cut off once it is over, after those before it. Facts: at, last."""

    code = "journal.cutoff_out_of_order"
