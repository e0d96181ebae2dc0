"""Reading closings and statements: frozen values for pages, mail, files and checks."""

from ledger.journal.queries import Seal
from ledger.statements.queries.closings import (
    ClosingView,
    LineView,
    closing,
    closings,
    count_lines,
    count_movements,
    latest,
    lines,
    statements_in,
    statements_of,
)
from ledger.statements.queries.mail import (
    MailCounts,
    MailState,
    MailView,
    mail_counts,
    mails,
    unreached,
    wants_mail,
    wish_of,
)
from ledger.statements.queries.objections import (
    ObjectionView,
    count_open,
    entry_of,
    objection,
    objections_in,
    objections_of,
)
from ledger.statements.queries.own_data import own_data
from ledger.statements.queries.papers import DAYS_TO_OBJECT, Paper, number_of, object_by, paper
from ledger.statements.queries.roots import (
    Known,
    known,
    lines_file,
    roots,
    roots_file,
    seal_of,
)
from ledger.statements.queries.seeing import Sight, sight
from ledger.statements.queries.statements import (
    StatementView,
    frozen_names,
    proof,
    statement,
    statement_file,
)

__all__ = [
    "DAYS_TO_OBJECT",
    "ClosingView",
    "Known",
    "LineView",
    "MailCounts",
    "MailState",
    "MailView",
    "ObjectionView",
    "Paper",
    "Seal",
    "Sight",
    "StatementView",
    "closing",
    "closings",
    "count_lines",
    "count_movements",
    "count_open",
    "entry_of",
    "frozen_names",
    "known",
    "latest",
    "lines",
    "lines_file",
    "mail_counts",
    "mails",
    "number_of",
    "object_by",
    "objection",
    "objections_in",
    "objections_of",
    "own_data",
    "paper",
    "proof",
    "roots",
    "roots_file",
    "seal_of",
    "sight",
    "statement",
    "statement_file",
    "statements_in",
    "statements_of",
    "unreached",
    "wants_mail",
    "wish_of",
]
