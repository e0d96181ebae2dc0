"""The pages of statements and closings."""

from ledger.statements.pages import closings, statements, verifying, wishes
from ledger.statements.pages.blueprint import pages

__all__ = ["closings", "pages", "statements", "verifying", "wishes"]
