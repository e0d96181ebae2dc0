"""Every form is read by the programs it is for, and holds what the statement holds."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal
from importlib.metadata import distribution
from pathlib import Path

import pytest

from ledger.statements import formats
from ledger.statements.formats import Extract
from ledger.text.speaker import Speaker
from tests.statements.extracts import JAM, LONG, NAMES, an_extract, tampered

MONTHS = {
    "empty": lambda rng: an_extract(0, rng),
    "empty below zero": lambda rng: an_extract(0, rng, opening=-12345),
    "one": lambda rng: an_extract(1, rng, opening=5000, name=LONG[:80]),
    "many": lambda rng: an_extract(120, rng, opening=-777, name=NAMES[2]),
    "whole units": lambda rng: an_extract(20, rng, unit=JAM, name=NAMES[4]),
}


@pytest.fixture(params=sorted(MONTHS))
def extract(request: pytest.FixtureRequest, rng: random.Random) -> Extract:
    return MONTHS[request.param](rng)


@pytest.fixture(scope="module")
def big() -> Extract:
    return an_extract(3000, random.Random(3))


def figures(extract: Extract) -> list[Decimal]:
    return [Decimal(extract.figure(line.amount)) for line in extract.lines]


def test_csv_holds_every_movement_between_opening_and_closing(extract: Extract) -> None:
    rows = list(csv.DictReader(io.StringIO(formats.csv(extract).decode("utf-8-sig"))))
    moved = [row for row in rows if row["row"] == "movement"]
    assert (rows[0]["row"], rows[-1]["row"]) == ("opening", "closing")
    assert [Decimal(r["received"] or 0) - Decimal(r["sent"] or 0) for r in moved] == figures(
        extract
    )
    assert Decimal(rows[0]["balance"]) + sum(figures(extract)) == Decimal(rows[-1]["balance"])
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


def test_a_spreadsheet_calculates_with_figures_and_runs_no_text(extract: Extract) -> None:
    from openpyxl import load_workbook

    content = formats.xlsx(extract, Speaker("id"))
    page = load_workbook(io.BytesIO(content)).active
    moved = [row for row in page.iter_rows(min_row=6) if isinstance(row[0].value, int)]
    scale = extract.unit.scale
    assert [
        round(Decimal(str(row[6].value or 0)) - Decimal(str(row[7].value or 0)), scale)
        for row in moved
    ] == figures(extract)
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"n", "s", "d"}
    assert content == formats.xlsx(extract, Speaker("id"))


@pytest.fixture(scope="module")
def camt_schema():
    import xmlschema

    # Found without importing the package, whose own needs are not installed.
    templates = distribution("camt053").locate_file("camt053/templates")
    return xmlschema.XMLSchema(f"{templates}/camt.053.001.08/camt.053.001.08.xsd")


def test_camt_053_is_valid_and_adds_up(extract: Extract, camt_schema) -> None:
    content = formats.camt053(extract)
    camt_schema.validate(io.BytesIO(content))
    found = camt_schema.to_dict(io.BytesIO(content))["BkToCstmrStmt"]["Stmt"][0]
    entries = found.get("Ntry", [])
    assert [signed(entry) for entry in entries] == figures(extract)
    opening, closing = (signed(balance) for balance in found["Bal"])
    assert opening + sum(figures(extract)) == closing == Decimal(extract.figure(extract.closing))
    named = [entry["NtryDtls"][0]["TxDtls"][0].get("RltdPties") for entry in entries]
    assert [bool(one) for one in named] == [bool(line.other) for line in extract.lines]


def signed(node) -> Decimal:
    value = Decimal(str(node["Amt"]["$"]))
    return -value if node["CdtDbtInd"] == "DBIT" else value


def test_what_is_no_camt_053_is_found(camt_schema) -> None:
    import xmlschema

    content = formats.camt053(an_extract(3)).replace(b'Ccy="XPN"', b'Ccy="poin"')
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        camt_schema.validate(io.BytesIO(content))


def test_ofx_is_read_by_its_library(extract: Extract) -> None:
    from ofxtools.Parser import OFXTree

    tree = OFXTree()
    tree.parse(io.BytesIO(formats.ofx(extract, "id")))
    statement = tree.convert().statements[0]
    assert [one.trnamt for one in statement.transactions] == figures(extract)
    assert statement.ledgerbal.balamt == Decimal(extract.figure(extract.closing))
    assert statement.account.acctid == extract.account
    ids = [one.fitid for one in statement.transactions]
    assert len(set(ids)) == len(ids)


def bean_errors(content: bytes, folder: Path) -> str:
    file = folder / "statement.beancount"
    file.write_bytes(content)
    from beancount import loader

    _entries, errors, _options = loader.load_file(str(file))
    return "\n".join(error.message for error in errors)


def test_beancount_finds_nothing_wrong(extract: Extract, tmp_path: Path) -> None:
    assert bean_errors(formats.beancount(extract), tmp_path) == ""


def test_bean_check_itself_agrees_and_finds_a_changed_figure(tmp_path: Path) -> None:
    good = an_extract(30)
    file = tmp_path / "statement.beancount"
    check = [str(Path(sys.executable).with_name("bean-check")), str(file)]
    file.write_bytes(formats.beancount(good))
    assert subprocess.run(check).returncode == 0
    file.write_bytes(formats.beancount(tampered(good, 11)))
    assert subprocess.run(check, capture_output=True).returncode == 1


def hledger_says(content: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("no hledger: install Debian's package of this name")
    file = folder / "statement.journal"
    file.write_bytes(content)
    return subprocess.run(
        [program, "-f", str(file), "check", "--strict"],
        capture_output=True, text=True, env={"LANG": "C.UTF-8", "PATH": "/usr/bin"},
    )  # fmt: skip


def test_hledger_finds_nothing_wrong(extract: Extract, tmp_path: Path) -> None:
    said = hledger_says(formats.hledger(extract), tmp_path)
    assert said.returncode == 0, said.stderr


def test_hledger_finds_a_changed_figure(tmp_path: Path) -> None:
    said = hledger_says(formats.hledger(tampered(an_extract(30), 20)), tmp_path)
    assert said.returncode != 0
    assert "balance assertion" in said.stderr


def frictionless_report(content: bytes, folder: Path):
    from frictionless import Package, system

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    with system.use_context(trusted=True):
        return Package(str(folder / "datapackage.json")).validate()


def a_package(rng: random.Random) -> bytes:
    extracts = [an_extract(rng.randrange(8), rng, account=number, name=NAMES[number % 6])
              for number in range(1, 9)]  # fmt: skip
    return formats.package("Simpul Oktober 2026", "sb-2026-10", extracts)


def test_a_data_package_is_valid(rng: random.Random, tmp_path: Path) -> None:
    report = frictionless_report(a_package(rng), tmp_path)
    assert report.valid, report.flatten(["title", "message"])


def test_a_data_package_of_nothing_is_valid(tmp_path: Path) -> None:
    assert frictionless_report(
        formats.package("Kosong", "sb-2026-10", [an_extract(0)]), tmp_path
    ).valid


def test_a_changed_byte_of_a_data_package_is_found(rng: random.Random, tmp_path: Path) -> None:
    frictionless_report(a_package(rng), tmp_path)
    file = tmp_path / "accounts.csv"
    content = bytearray(file.read_bytes())
    place = content.rindex(b"0")
    content[place] = ord("1")
    file.write_bytes(content)
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "datapackage.json")).validate()
    assert "hash-count" in str(report.flatten(["type"]))


def test_a_data_package_names_its_files(rng: random.Random) -> None:
    content = a_package(rng)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        about = json.loads(archive.read("datapackage.json"))
        assert {one["path"] for one in about["resources"]} | {"datapackage.json"} == set(
            archive.namelist()
        )


@pytest.mark.parametrize("form", ["csv", "camt053", "beancount", "hledger"])
def test_three_thousand_trades_are_written_at_once(big: Extract, form: str, camt_schema) -> None:
    content = getattr(formats, form)(big)
    assert content.count(str(big.lines[-1].entry_id).encode()) >= 1
    if form == "camt053":
        camt_schema.validate(io.BytesIO(content))
