"""Lines of a CSV file with their numbers, one at a time, whatever is in the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from ledger.text.phrases import N_, Phrase

_LONGEST_VALUE = 1000
_LONGEST_LINE = 100_000
"""In bytes: more than any table of people and trades has, and little enough to hold."""

_MARK = b"\xef\xbb\xbf"
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f]")


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
    values: Mapping[str, str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table has to have. Without a header the columns stand in this very order.

    With one, `optional` columns may be missing; where `in_any_order`, all may stand
    anywhere and others beside them, which are passed over.
    """

    names: tuple[str, ...]
    has_header: bool = True
    optional: frozenset[str] = frozenset()
    in_any_order: bool = False


def lines_of(file: BinaryIO, columns: Columns) -> Iterator[Line]:
    """The lines of `file`, without its header and without empty ones.

    UTF-8 with or without a byte order mark; values apart by commas or semicolons,
    whichever makes more of the first line. `number` is the line in the file as an
    editor counts, the first of several. Where nothing more can be read, the last line says why.
    """
    text = _Text(file)
    reader = csv.reader(text, delimiter=_delimiter(text), strict=True)
    names: Sequence[str] = columns.names
    number = 1
    try:
        if columns.has_header:
            names = [name.strip().lower() for name in next(reader, [])]
            if problem := _of_header(names, columns):
                yield Line(1, {}, problem)
                return
        number = reader.line_num + 1
        for row in reader:
            if any(row):
                yield _line(number, row, names, columns)
            number = reader.line_num + 1
    except _TooLong:
        yield Line(text.number, {}, Problem(_LINE_TOO_LONG))
    except csv.Error:
        yield Line(number, {}, Problem(_BROKEN))


class _TooLong(Exception):
    """A line that has no end within reason."""


class _Text:
    """The lines of a file as text; what is no UTF-8 is kept as surrogates, to be named.

    Decoding line by line is what makes the number of a bad one right.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0
        self.first = self._read().removeprefix(_MARK)
        self._ahead: bytes | None = self.first

    def __iter__(self) -> _Text:
        return self

    def __next__(self) -> str:
        line, self._ahead = self._read() if self._ahead is None else self._ahead, None
        self.number += 1
        if not line:
            raise StopIteration
        if len(line) > _LONGEST_LINE:
            raise _TooLong
        return line.decode("utf-8", "surrogateescape")

    def _read(self) -> bytes:
        return self._file.readline(_LONGEST_LINE + 1)


def _delimiter(text: _Text) -> str:
    first = text.first.decode("utf-8", "replace")
    widths = {}
    for mark in (",", ";"):
        try:
            widths[mark] = len(next(csv.reader([first], delimiter=mark), []))
        except csv.Error:
            widths[mark] = 0
    return max(widths, key=lambda mark: widths[mark])


def _of_header(found: Sequence[str], columns: Columns) -> Problem | None:
    wanted = list(columns.names)
    if not columns.in_any_order:
        return None if found == wanted else Problem(_WRONG_HEADER, columns=",".join(wanted))
    needed = [name for name in wanted if name not in columns.optional]
    if set(needed) <= set(found) and len(set(found)) == len(found):
        return None
    return Problem(_HEADER_LACKS, columns=",".join(needed))


def _line(number: int, row: list[str], names: Sequence[str], columns: Columns) -> Line:
    if any(_SURROGATE.search(value) for value in row):
        return Line(number, {}, Problem(_NOT_UTF8))
    if len(row) != len(names):
        wrong = Problem(_WRONG_COUNT, found=len(row), expected=len(names))
        return Line(number, {}, wrong)
    if any(len(value) > _LONGEST_VALUE for value in row):
        return Line(number, {}, Problem(_TOO_LONG, longest=_LONGEST_VALUE))
    row = [_BLANK.sub(" ", value).strip() for value in row]
    if any(_UNSEEN.search(value) for value in row):
        return Line(number, {}, Problem(_HIDDEN))
    found = dict(zip(names, row, strict=True))
    return Line(number, {name: found.get(name, "") for name in columns.names})


_WRONG_HEADER = N_("The first line must be: %(columns)s")
_HEADER_LACKS = N_("The first line must name each column once, among them: %(columns)s")
_WRONG_COUNT = N_("It has %(found)s values instead of %(expected)s.")
_TOO_LONG = N_("A value is longer than %(longest)s characters.")
_LINE_TOO_LONG = N_("It is too long to be a line of a table. Nothing after it was read.")
_NOT_UTF8 = N_("It is not written in UTF-8.")
_HIDDEN = N_("It has characters that cannot be seen.")
_BROKEN = N_("Its quotation marks do not match. Nothing after it was read.")
