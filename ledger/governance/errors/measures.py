"""What cannot be proposed besides limits: about funds, debts and freezes."""

from __future__ import annotations

from ledger.kernel.errors import NotFound, Refused


class FundUnknown(NotFound):
    """The community has no such fund."""

    code = "governance.fund_unknown"
    field = "fund"


class AmountMissing(Refused):
    """Funds pay, and debts are taken over, in amounts above zero."""

    code = "governance.amount_missing"
    field = "amount"


class NothingOwed(Refused):
    """The account is not below zero: there is nothing to write off or to take over."""

    code = "governance.nothing_owed"


class MoreThanOwed(Refused):
    """More than the account owes. Fact: `owed`, in smallest parts."""

    code = "governance.more_than_owed"
    field = "amount"


class SponsorUnfit(Refused):
    """Another cell of the community takes over a debt, and its account is open."""

    code = "governance.sponsor_unfit"
    field = "sponsor"


class SponsorSilent(Refused):
    """The cell that is to take over the debt has not agreed to it."""

    code = "governance.sponsor_silent"


class FreezeUnfit(Refused):
    """The account is frozen by a decision already, or is not and can't be freed from one."""

    code = "governance.freeze_unfit"
