"""What does not fit a lot, or a part in its seed."""

from __future__ import annotations

from ledger.kernel.errors import NotFound, Refused


class NonceUnreadable(Refused):
    """A nonce has 32 bytes."""

    code = "governance.nonce_unreadable"


class NonceMismatch(Refused):
    """The revealed nonce is not the one committed to, or none was."""

    code = "governance.nonce_mismatch"


class LotTooLarge(Refused):
    """More are to be drawn than there are, or the same one stands in the pool twice."""

    code = "governance.lot_too_large"


class LotUnknown(NotFound):
    """There is no such lot in this community."""

    code = "governance.lot_unknown"


class NoncePromised(Refused):
    """A steward promises one nonce for a lot, and it stands."""

    code = "governance.nonce_promised"


class NonceNeeded(Refused):
    """The nonce was not kept here: whoever promised it has to bring it."""

    code = "governance.nonce_needed"
    field = "nonce"
