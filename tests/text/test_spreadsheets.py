"""What people write is data in a spreadsheet, whatever it looks like."""

import csv
from io import StringIO

import pytest

from ledger.text.spreadsheets import MARK, csv_text, harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+62 812",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        " =1+1",
        "\u00a0=1+1",
        "\uff1d1+1",
        "-1.5.2",
        "-٣",
        '=HYPERLINK("http://evil.example","Saldo")',
    ],
)
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "12", "-3", "Beras = nasi", "2 kg", "", "SB001"])
def test_figures_and_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_lines_come_back_as_they_were_written() -> None:
    lines = [("a", "what"), (-12, 'Kain "batik"; satu, dua\nbaris'), ("=x", "Jamu é")]
    text = csv_text(lines)
    assert text.startswith(MARK)
    assert list(csv.reader(StringIO(text.removeprefix(MARK)))) == [
        ["a", "what"],
        ["-12", 'Kain "batik"; satu, dua\nbaris'],
        ["'=x", "Jamu é"],
    ]
