"""CSV and XLSX: for whoever goes on calculating."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from ledger.statements.formats.extract import Extract, Line
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.text.spreadsheets import csv_text

CSV_COLUMNS = (
    "statement", "account", "row", "seq", "booked_at", "booked_on", "occurred_on", "entry",
    "other_account", "other_name", "what", "received", "sent", "balance", "unit",
)  # fmt: skip


def csv(extract: Extract) -> bytes:
    """The opening, each movement and the closing, a row each, in UTF-8 with its mark.

    Figures have a decimal point, days are ISO days, as in every CSV of ours.
    """
    return csv_text([CSV_COLUMNS, *_rows(extract)]).encode()


def _rows(extract: Extract) -> Iterator[tuple[object, ...]]:
    head, unit = (extract.number, extract.account), extract.unit.symbol
    nothing = ("",) * 9
    yield (*head, "opening", "", *nothing, extract.figure(extract.opening), unit)
    for line in extract.lines:
        yield (
            *head,
            "movement",
            line.seq,
            line.booked_at.isoformat(),
            line.booked_on.isoformat(),
            line.occurred_on.isoformat(),
            line.entry_id,
            line.other,
            line.other_name,
            line.what,
            extract.figure(line.amount) if line.amount > 0 else "",
            extract.figure(-line.amount) if line.amount < 0 else "",
            extract.figure(line.balance),
            unit,
        )
    yield (*head, "closing", "", *nothing, extract.figure(extract.closing), unit)


_HEADINGS = (
    (N_("No."), 7),
    (N_("Booked"), 12),
    (N_("Day"), 12),
    (N_("Account"), 10),
    (N_("With whom"), 30),
    (N_("What for"), 40),
    (N_("Received"), 14),
    (N_("Sent"), 14),
    (N_("Balance"), 14),
    (N_("Transaction"), 13),
)


def xlsx(extract: Extract, speaker: Speaker) -> bytes:
    """One worksheet with figures that calculate and days that sort; no text is a formula."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(out, options)
    # Made when the month ended, whenever it is written: the same file each time.
    book.set_properties(
        {"title": extract.number, "author": extract.community_name,
         "created": extract.ends_at.astimezone(UTC).replace(tzinfo=None)}
    )  # fmt: skip
    page = book.add_worksheet(extract.number[:31])
    _fill(book, page, extract, speaker)
    book.close()
    return out.getvalue()


def _fill(book: Any, page: Any, extract: Extract, speaker: Speaker) -> None:
    styles = _styles(book, extract.unit.scale)
    page.write_string(0, 0, f"{extract.name} ({extract.account})", styles["title"])
    period = f"{speaker.day(extract.first_day)} – {speaker.day(extract.last_day)}"
    page.write_string(1, 0, f"{extract.community_name} · {extract.number} · {period}")
    for column, (heading, width) in enumerate(_HEADINGS):
        page.set_column(column, column, width)
        page.write_string(3, column, speaker.gettext(heading), styles["heading"])
    row = 4
    page.write_string(row, 5, speaker.gettext(N_("Opening balance")), styles["strong"])
    page.write_number(row, 8, _decimal(extract, extract.opening), styles["strong_figure"])
    for line in extract.lines:
        row += 1
        _write(page, row, extract, line, styles)
    row += 1
    page.write_string(row, 5, speaker.gettext(N_("Closing balance")), styles["strong"])
    for column, value in ((6, extract.received), (7, extract.sent), (8, extract.closing)):
        page.write_number(row, column, _decimal(extract, value), styles["strong_figure"])
    page.write_string(row + 2, 0, speaker.gettext(N_("Fingerprint")) + f": {extract.fingerprint}")
    page.freeze_panes(4, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(3)


def _write(page: Any, row: int, extract: Extract, line: Line, styles: dict[str, Any]) -> None:
    page.write_number(row, 0, line.seq)
    page.write_datetime(row, 1, line.booked_on, styles["day"])
    page.write_datetime(row, 2, line.occurred_on, styles["day"])
    for column, text in ((3, line.other), (4, line.other_name), (5, line.what)):
        page.write_string(row, column, text)
    page.write_number(
        row, 6 if line.amount > 0 else 7, _decimal(extract, abs(line.amount)), styles["figure"]
    )
    page.write_number(row, 8, _decimal(extract, line.balance), styles["figure"])
    page.write_number(row, 9, line.entry_id)


def _styles(book: Any, scale: int) -> dict[str, Any]:
    figure = "#,##0" + (f".{'0' * scale}" if scale else "")
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "heading": book.add_format({"bold": True, "bottom": 1}),
        "strong": book.add_format({"bold": True}),
        "strong_figure": book.add_format({"bold": True, "num_format": figure}),
        "figure": book.add_format({"num_format": figure}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }


def _decimal(extract: Extract, value: int) -> Decimal:
    return Decimal(value).scaleb(-extract.unit.scale)
