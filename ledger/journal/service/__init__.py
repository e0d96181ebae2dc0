"""The one way into the books. Nothing here commits; the unit of work does.

`seal_all` alone takes the engine: it has to commit before it tells the world outside.
"""

from ledger.journal.queries import Seal
from ledger.journal.rules.entries import Draft, Line, Posted
from ledger.journal.service.accounts import (
    lock,
    lock_book,
    open_account,
    open_book,
    set_bounds,
    set_status,
)
from ledger.journal.service.anchors import seal_all
from ledger.journal.service.cutoffs import cut_off
from ledger.journal.service.posting import post, post_many, reverse
from ledger.journal.service.sealing import attest, seal

__all__ = [
    "Draft",
    "Line",
    "Posted",
    "Seal",
    "attest",
    "cut_off",
    "lock",
    "lock_book",
    "open_account",
    "open_book",
    "post",
    "post_many",
    "reverse",
    "seal",
    "seal_all",
    "set_bounds",
    "set_status",
]
