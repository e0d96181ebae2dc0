"""Reading the books: frozen values, one range scan each."""

from ledger.journal.queries.accounts import (
    Account,
    account,
    accounts,
    accounts_by_number,
    earliest_bookings,
    last_cutoff,
)
from ledger.journal.queries.entries import (
    Entry,
    entries_at,
    entry,
    exchanges,
    has_own_trades,
    postings_of,
    postings_since,
    reversal_of,
)
from ledger.journal.queries.months import (
    Laid,
    booked_kinds,
    closed_before,
    first_booked,
    laid_between,
    laid_until,
    opened_before,
    partners,
)
from ledger.journal.queries.movements import Movement, Wanted, movements
from ledger.journal.queries.seals import (
    Seal,
    first_seal_from,
    head,
    seal_over,
    seal_over_attestation,
    seals,
    seals_over_attestations,
)
from ledger.journal.rules.entries import Line

__all__ = [
    "Account",
    "Entry",
    "Laid",
    "Line",
    "Movement",
    "Seal",
    "Wanted",
    "account",
    "accounts",
    "accounts_by_number",
    "booked_kinds",
    "closed_before",
    "earliest_bookings",
    "entries_at",
    "entry",
    "exchanges",
    "first_booked",
    "first_seal_from",
    "has_own_trades",
    "head",
    "laid_between",
    "laid_until",
    "last_cutoff",
    "movements",
    "opened_before",
    "partners",
    "postings_of",
    "postings_since",
    "reversal_of",
    "seal_over",
    "seal_over_attestation",
    "seals",
    "seals_over_attestations",
]
