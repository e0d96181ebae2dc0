"""Simpul: a community's mutual credit ledger and the votes that set its limits.

The folders are the table of contents of the domain; `docs/architecture.md`
follows one payment through them.
"""
