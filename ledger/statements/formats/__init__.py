"""The forms a statement takes for machines: pure writers, from an `Extract` to bytes."""

from ledger.statements.formats.camt import camt053
from ledger.statements.formats.extract import Extract, Line
from ledger.statements.formats.journals import beancount, hledger
from ledger.statements.formats.ofx import ofx
from ledger.statements.formats.package import package
from ledger.statements.formats.tables import csv, xlsx

__all__ = ["Extract", "Line", "beancount", "camt053", "csv", "hledger", "ofx", "package", "xlsx"]
