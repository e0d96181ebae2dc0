"""What credit refuses."""

from __future__ import annotations

from ledger.kernel.errors import Refused


class ImportedTooLate(Refused):
    """Limits are taken over from earlier books only before the first trade of one's own."""

    code = "credit.imported_too_late"
