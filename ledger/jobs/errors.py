"""What jobs refuses."""

from __future__ import annotations

from ledger.kernel.errors import Refused


class MailUnsendable(Refused):
    """A recipient or subject that cannot stand in the head of a mail."""

    code = "jobs.mail_unsendable"
    field = "email"
