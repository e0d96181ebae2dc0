"""The pages of statements and closings."""

from ledger.statements.pages import statements
from ledger.statements.pages.blueprint import pages

__all__ = ["pages", "statements"]
