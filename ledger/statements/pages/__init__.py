"""The pages of statements and closings."""

from ledger.statements.pages.blueprint import pages

__all__ = ["pages"]
