"""The forms a statement takes for machines: pure writers, from a `Sheet` to bytes."""

from ledger.statements.formats.camt import camt053
from ledger.statements.formats.journals import beancount, hledger
from ledger.statements.formats.ofx import ofx
from ledger.statements.formats.package import package
from ledger.statements.formats.sheet import Line, Sheet
from ledger.statements.formats.tables import csv, xlsx

__all__ = ["Line", "Sheet", "beancount", "camt053", "csv", "hledger", "ofx", "package", "xlsx"]
