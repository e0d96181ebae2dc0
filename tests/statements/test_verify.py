"""`verify.py` finds every change to a statement, to a list of lines and to the roots.

The verifier shares no code with the program: what both agree on was written twice.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.kernel.merkle import canonical
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements import verify as verifier
from ledger.statements.rules.months import Month
from ledger.statements.verify import verify
from tests.communities import ACommunity, a_cell, a_community
from tests.statements.closing import closed_all

PATH = Path(verifier.__file__)
OCTOBER = Month(2026, 10)
PDF = b"%PDF-1.7 a statement"
Way = tuple[str | int, ...]


class Files:
    """What a member and an auditor download after two closings."""

    def __init__(self, community: ACommunity) -> None:
        def work(session: Any) -> tuple[bytes, bytes, bytes]:
            view = queries.statement(session, community.view, 1, OCTOBER)
            proof = queries.proof(session, community.view, 1, OCTOBER)
            lines = queries.lines_file(session, community.view, OCTOBER)
            assert view
            assert proof
            assert lines
            roots = queries.roots_file(session, community.view)
            return queries.statement_file(view, proof), lines, roots

        self.statement, self.lines, self.roots = in_unit_of_work(
            community.engine, work, write=False
        )


@pytest.fixture
def files(sqlite_engine: Engine) -> Files:
    return made(sqlite_engine)


def made(engine: Engine) -> Files:
    community = a_community(engine, datetime(2026, 9, 10, 3, tzinfo=UTC))
    cells = [community.enrol(a_cell().with_limit(100)) for _ in range(5)]
    community.pay(cells[0], cells[1], 7)
    october = community.later(days=30)
    first = october.pay(cells[0], cells[1], 30, "Jamu kunyit")
    october.later(days=1).pay(cells[2], cells[0], 5, "Beras")
    assert first.entry_id
    later = october.later(days=40)
    assert closed_all(later) == 2
    in_unit_of_work(
        engine,
        lambda s: service.attest_pdf(
            s, community.view.id, 1, OCTOBER, hashlib.sha256(PDF).digest(), later.now
        ),
    )
    return Files(later)


def test_what_was_closed_is_sound(files: Files) -> None:
    assert verify(files.statement) == []
    assert verify(files.statement, files.roots) == []
    assert verify(files.lines, files.roots) == []
    assert verify(PDF, files.roots) == []


def test_it_runs_by_its_path_without_us(files: Files, tmp_path: Path) -> None:
    """Alone in an empty folder, with Python's library and nothing else."""
    lonely = tmp_path / "verify.py"
    lonely.write_bytes(PATH.read_bytes())
    (tmp_path / "october.json").write_bytes(files.statement)
    (tmp_path / "roots.json").write_bytes(files.roots)
    (tmp_path / "bent.json").write_bytes(files.statement.replace(b'"Jamu', b'"Jama'))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(lonely), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    good = run("october.json", "--roots", "roots.json")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("SB001-2026-10: -700 + 500 - 3000 = -3200\nfingerprint ")
    bad = run("bent.json", "--roots", "roots.json")
    assert bad.returncode == 1
    assert "the words of movement 2 are not the ones that were frozen" in bad.stderr
    assert run("nothing.json").returncode == 2


def test_it_stands_on_the_standard_library_alone() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(PATH.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
    }  # fmt: skip
    assert imported <= sys.stdlib_module_names


def test_every_changed_figure_and_path_is_found(files: Files) -> None:
    for name in ("statement", "lines"):
        written = getattr(files, name)
        read = json.loads(written)
        for way in leaves(read):
            bent = changed(read, way)
            assert verify(canonical(bent), files.roots), (name, way)


def test_every_figure_that_is_taken_away_or_added_is_found(files: Files) -> None:
    for written in (files.statement, files.lines):
        read = json.loads(written)
        for way in leaves(read):
            if way[0] == "texts" and len(way) < 4:
                continue
            bent = copy.deepcopy(read)
            at = bent
            for step in way[:-1]:
                at = at[step]
            del at[way[-1]]
            assert verify(canonical(bent), files.roots), way
        bent = json.loads(written)
        bent["more"] = 1
        assert verify(canonical(bent), files.roots)


def test_every_changed_byte_is_found(files: Files, rng: random.Random) -> None:
    for written in (files.statement, files.lines, PDF):
        for _ in range(250):
            place = rng.randrange(len(written))
            bent = bytearray(written)
            bent[place] ^= 1 << rng.randrange(8)
            assert verify(bytes(bent), files.roots), (place, bytes(bent))
    assert verify(files.statement + b" ", files.roots)


def test_the_roots_are_a_chain(files: Files) -> None:
    roots = json.loads(files.roots)
    for way in leaves(roots):
        if way[-1] in {"name", "month"} or "seal" in way or "pdfs" in way:
            continue
        assert verify(files.statement, canonical(changed(roots, way))), way
    del roots["closings"][1]
    assert ("roots", "no such closing is among the published roots") in verify(
        files.statement, canonical(roots)
    )


def test_a_statement_that_was_rewritten_whole_is_not_among_the_roots(files: Files) -> None:
    """Fits itself: only the roots know that it was not closed."""
    read = json.loads(files.statement)
    said, proof = read["statement"], read["proof"]
    said["waiting"]["incoming"] += 1
    leaf = verifier._leaf(
        {
            "kind": "simpul-line/1",
            **{name: said[name] for name in ("account", "opening", "closing", "last_seq")},
            "debits": said["sent"],
            "credits": said["received"],
            "statement": verifier._digest(said),
            "salt": proof["salt"],
        }
    )
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = verifier._root_along(leaf, proof["index"], proof["leaves"], path)
    assert root
    proof["root"] = proof["closing"]["root"] = root.hex()
    proof["hash"] = verifier._closing_hash(proof["closing"])
    assert verify(canonical(read)) == []
    assert [code for code, _ in verify(canonical(read), files.roots)] == ["roots"]


def test_erased_words_leave_the_proof_whole(files: Files) -> None:
    read = json.loads(files.statement)
    read["texts"] = {"names": {}, "memos": {}}
    assert verify(canonical(read), files.roots) == []
    assert "words of 2 movements were erased" in verifier.sound(canonical(read))


def test_files_of_no_shape_are_refused_and_not_stumbled_over(files: Files) -> None:
    for written in (b"", b"{}", b"[]", b"1.5", b'{"a":1,"a":1}', b"[" * 100_000, b"\xff"):
        assert verify(written, files.roots)
        assert verify(files.statement, written)


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["statement", "texts", "proof", "lines",
                                                       "format", "closing", "hash"]), inner),
                    max_leaves=12))  # fmt: skip
def test_no_json_makes_it_stumble(read: object) -> None:
    assert verify(canonical(read))


def leaves(part: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every value that holds no others."""
    inside = part.items() if isinstance(part, dict) else enumerate(part)
    for step, inner in inside:
        if isinstance(inner, dict | list) and inner:
            yield from leaves(inner, (*way, step))
        else:
            yield (*way, step)


def changed(part: Any, way: Way) -> Any:
    """A copy in which one value is another one of its kind."""
    bent = copy.deepcopy(part)
    at = bent
    for step in way[:-1]:
        at = at[step]
    value = at[way[-1]]
    if isinstance(value, bool) or value is None:
        at[way[-1]] = 1
    elif isinstance(value, int):
        at[way[-1]] = value + 1
    elif isinstance(value, str):
        at[way[-1]] = ("1" if value[:1] != "1" else "2") + value[1:]
    else:
        at[way[-1]] = [1]
    return bent
