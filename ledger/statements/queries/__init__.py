"""Reading closings and statements: frozen values for pages, mail, files and checks."""

from ledger.statements.queries.closings import (
    ClosingView,
    LineView,
    closing,
    closings,
    count_lines,
    latest,
    lines,
    statements_in,
    statements_of,
)
from ledger.statements.queries.statements import (
    StatementView,
    proof,
    statement,
    statement_file,
)

__all__ = [
    "ClosingView",
    "LineView",
    "StatementView",
    "closing",
    "closings",
    "count_lines",
    "latest",
    "lines",
    "proof",
    "statement",
    "statement_file",
    "statements_in",
    "statements_of",
]
