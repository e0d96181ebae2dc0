"""Lines of a CSV file with their numbers, one at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.text.phrases import N_, Phrase

_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why one line of one file can't be taken. `reason` is still to be translated."""

    file: str
    number: int
    reason: Phrase


class Problem(Exception):
    """What is wrong with a line: a message to be translated, and its facts."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.reason = Phrase(message, **facts)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its values by column, trimmed; or why it has none."""

    number: int
    values: dict[str, str]
    problem: Problem | None = None


def lines_of(file: Path, columns: Sequence[str]) -> Iterator[Line]:
    """The lines of `file` below its header, which must name exactly `columns`.

    UTF-8 with or without a byte order mark. `number` is the line in the file as an
    editor counts. A header that does not fit yields one line with its problem.
    """
    with file.open(encoding="utf-8-sig", errors="strict", newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            if header != list(columns):
                yield Line(1, {}, Problem(_WRONG_HEADER, columns=",".join(columns)))
                return
            for row in reader:
                if row:
                    yield _line(reader.line_num, row, columns)
        except UnicodeDecodeError:
            yield Line(reader.line_num + 1, {}, Problem(_NOT_UTF8))
        except csv.Error:
            yield Line(reader.line_num, {}, Problem(_BROKEN))


def _line(number: int, row: list[str], columns: Sequence[str]) -> Line:
    if len(row) != len(columns):
        wrong = Problem(_WRONG_COUNT, found=len(row), expected=len(columns))
        return Line(number, {}, wrong)
    if any(len(value) > _LONGEST_VALUE for value in row):
        return Line(number, {}, Problem(_TOO_LONG, longest=_LONGEST_VALUE))
    return Line(number, dict(zip(columns, (value.strip() for value in row), strict=True)))


_WRONG_HEADER = N_("The first line must be: %(columns)s")
_WRONG_COUNT = N_("It has %(found)s values instead of %(expected)s.")
_TOO_LONG = N_("A value is longer than %(longest)s characters.")
_NOT_UTF8 = N_("It is not written in UTF-8.")
_BROKEN = N_("Its quotation marks do not match.")
