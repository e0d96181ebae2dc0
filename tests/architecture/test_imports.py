"""Who may import whom: what import-linter can't say, and a proof that it notices.

The contracts themselves are in pyproject.toml.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from config import PROJECT

FLOORS = {"kernel", "persistence", "text", "web"}
"""Folders that are no rooms: everybody above may use all of them."""

PRIVATE = {"model", "schemas", "pages", "api"}
EDGES = {"pages", "api", "commands"}


def complaints(graph: grimp.ImportGraph) -> Iterator[str]:
    """Say each import that breaks a rule of the house."""
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            _, room, part, *_ = [*importer.split("."), "", ""]
            _, other, wanted, *_ = [*imported.split("."), "", ""]
            if other not in FLOORS and room != other and wanted in PRIVATE:
                yield f"{importer} -> {imported}: ask its service or its queries"
            if other == "web" != room and part not in EDGES:
                yield f"{importer} -> {imported}: only pages, api and commands know the web"


def test_rooms_keep_their_insides_to_themselves() -> None:
    assert list(complaints(grimp.build_graph("ledger"))) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("ledger.trades.service", "ledger.members.model"),
        ("ledger.trades.queries.history", "ledger.credit.schemas"),
        ("ledger.portal.pages", "ledger.trades.pages"),
        ("ledger.trades.schemas", "ledger.web.guard"),
    ],
)
def test_a_look_into_another_room_is_noticed(importer: str, imported: str) -> None:
    graph = grimp.build_graph("ledger")
    graph.add_import(importer=importer, imported=imported)
    assert [complaint.split(":")[0] for complaint in complaints(graph)] == [
        f"{importer} -> {imported}"
    ]


VIOLATIONS = {
    "The house: who stands on whom": [
        ("credit.proof", "ledger.members.service"),
        ("identity.proof", "ledger.credit.service"),
        ("web.proof", "ledger.trades.service"),
        ("jobs.proof", "ledger.web.guard"),
        ("market.proof", "ledger.governance.service"),
    ],
    "Identity knows nothing of money": [("identity.proof", "ledger.journal.service")],
    "The audit shares no code with the writer of money": [
        ("audit.proof", "ledger.journal.queries")
    ],
    "Kernel and rules are plain Python": [
        ("kernel.proof", "marshmallow"),
        ("trades.rules.proof", "sqlalchemy"),
    ],
    "No Flask in the domain, not even indirectly": [
        ("persistence.proof", "flask"),
        ("trades.service.proof", "ledger.web.guard"),
    ],
    "The ledger does not know who composes it": [("operations.proof", "config")],
}


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the ledger with every one of the violations."""
    copy = tmp_path_factory.mktemp("violated")
    shutil.copytree(PROJECT / "ledger", copy / "ledger")
    shutil.copy(PROJECT / "pyproject.toml", copy)
    for name in ("app.py", "config.py"):
        (copy / name).touch()
    (copy / "ledger" / "unplaced").mkdir()
    (copy / "ledger" / "unplaced" / "__init__.py").touch()
    for violations in VIOLATIONS.values():
        for importer, imported in violations:
            _write_import(copy, f"ledger.{importer}", imported)
    command = [
        sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()",
        "--no-logo", "--no-cache",
    ]  # fmt: skip
    result = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


def _write_import(folder: Path, importer: str, imported: str) -> None:
    for name in (importer, imported):
        if name.startswith("ledger."):
            _make_module(folder, name)
    *parents, module = importer.split(".")
    with folder.joinpath(*parents, f"{module}.py").open("a") as file:
        file.write(f"import {imported}\n")


def _make_module(folder: Path, name: str) -> None:
    *parents, module = name.split(".")
    for parent in parents:
        folder /= parent
        flat = folder.with_suffix(".py")
        if not folder.exists():
            folder.mkdir()
            flat.unlink(missing_ok=True)
        (folder / "__init__.py").touch()
    if not (folder / module).is_dir():
        (folder / f"{module}.py").touch()


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_each_contract_notices_its_violations(verdict: str, contract: str) -> None:
    assert f"{contract} BROKEN" in verdict
    _, _, complaint = verdict.partition(f"\n{contract}\n{'-' * len(contract)}\n")
    lines = complaint.partition("\n---")[0]
    for importer, imported in VIOLATIONS[contract]:
        assert f"ledger.{importer} -> {imported}" in lines


def test_a_folder_without_a_place_in_the_house_is_noticed(verdict: str) -> None:
    assert "unplaced" in verdict
