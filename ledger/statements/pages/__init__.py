"""The pages of statements and closings."""

from ledger.statements.pages import closings, desk, objections, statements, verifying, wishes
from ledger.statements.pages.blueprint import pages

__all__ = ["closings", "desk", "objections", "pages", "statements", "verifying", "wishes"]
