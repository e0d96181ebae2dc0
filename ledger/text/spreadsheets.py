"""Tables people take away: CSV that a spreadsheet reads as data, never as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

MARK = "\ufeff"
"""At the head of the file: without it Excel takes UTF-8 for something else."""

_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_FIGURE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def csv_line(values: Sequence[object]) -> str:
    """One line of CSV, every text in it harmless."""
    out = StringIO()
    csv.writer(out).writerow([harmless(str(value)) for value in values])
    return out.getvalue()


def csv_text(lines: Iterable[Sequence[object]]) -> str:
    """A whole file."""
    return MARK + "".join(csv_line(line) for line in lines)


def harmless(text: str) -> str:
    """`text` behind an apostrophe where a spreadsheet would run it; figures stay figures."""
    if _FORMULA.match(text.lstrip(" \u00a0")) and not _FIGURE.fullmatch(text):
        return f"'{text}"
    return text
