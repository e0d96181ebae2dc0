"""`flask governance`, as anybody meets it who wants to count again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config import PROJECT
from ledger.governance.commands import LARGEST_FILE, governance

VOTE = {
    "status_quo": 200,
    "eligible": 6,
    "quorum": [2, 3],
    "threshold": [1, 2],
    "ballots": [500, 500, 400, 300, 200, None],
}
ELECTION = {"candidates": 3, "seats": 1, "ballots": [[0, 1], [2]]}


def run(command: str, written: str | bytes, tmp_path: Path) -> Result:
    file = tmp_path / "file.json"
    file.write_bytes(written.encode() if isinstance(written, str) else written)
    return CliRunner().invoke(governance, [command, str(file)])


def changed(base: dict[str, Any], **fields: Any) -> str:
    return json.dumps({**base, **fields})


def test_a_tally(tmp_path: Path) -> None:
    result = run("tally", json.dumps(VOTE), tmp_path)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "result": 400,
        "outcome": "succeeded",
        "figures": 5,
        "abstentions": 1,
        "quorum": 4,
        "counted": 5,
        "needed": 3,
        "low": 400,
        "high": 400,
    }


def test_an_election(tmp_path: Path) -> None:
    result = run("elect", json.dumps(ELECTION), tmp_path)
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"committees": [[0], [1], [2]]})


BAD = [
    ("tally", "", "Expecting value"),
    ("tally", "{", "Expecting"),
    ("tally", b"\xff\xfe\x00", "codec can't decode"),
    ("tally", "[]", "Invalid input type"),
    ("tally", "null", "Invalid input type"),
    ("tally", "{}", "status_quo: Missing data"),
    ("tally", changed(VOTE, extra=1), "extra: Unknown field"),
    ("tally", changed(VOTE, status_quo=True), "status_quo: Not a valid integer"),
    ("tally", changed(VOTE, status_quo=200.0), "status_quo: Not a valid integer"),
    ("tally", changed(VOTE, status_quo="200"), "status_quo: Not a valid integer"),
    ("tally", changed(VOTE, status_quo=None), "status_quo: Field may not be null"),
    ("tally", changed(VOTE, status_quo=-1), "whole number from 0 to"),
    ("tally", changed(VOTE, status_quo=10**15 + 1), "whole number from 0 to"),
    ("tally", changed(VOTE, eligible=-1), "eligible votes must be a whole number"),
    ("tally", changed(VOTE, eligible=5), "6 ballots, but only 5 eligible"),
    ("tally", changed(VOTE, eligible=False), "eligible: Not a valid integer"),
    ("tally", changed(VOTE, quorum=[2]), "quorum: Length must be 2"),
    ("tally", changed(VOTE, quorum=[2, 3, 4]), "quorum: Length must be 2"),
    ("tally", changed(VOTE, quorum=0.5), "quorum: Not a valid list"),
    ("tally", changed(VOTE, quorum=[True, 3]), "quorum.0: Not a valid integer"),
    ("tally", changed(VOTE, quorum=[2, 0]), "ratio is two whole numbers"),
    ("tally", changed(VOTE, quorum=[4, 3]), "quorum must be from 0 to 1"),
    ("tally", changed(VOTE, quorum=[-1, 3]), "quorum must be from 0 to 1"),
    ("tally", changed(VOTE, threshold=[1, 1]), "threshold must be at least 0 and below 1"),
    ("tally", changed(VOTE, threshold=[-1, 2]), "threshold must be at least 0 and below 1"),
    ("tally", changed(VOTE, threshold=[1, -2]), "ratio is two whole numbers"),
    ("tally", changed(VOTE, ballots=[500, "x"]), "ballots.1: Not a valid integer"),
    ("tally", changed(VOTE, ballots=[500, False]), "ballots.1: Not a valid integer"),
    ("tally", changed(VOTE, ballots=[1.5]), "ballots.0: Not a valid integer"),
    ("tally", changed(VOTE, ballots=[1e400]), "Infinity is no number"),
    ("tally", changed(VOTE, ballots=[float("nan")]), "NaN is no number"),
    ("tally", changed(VOTE, ballots=[-5]), "whole number from 0 to"),
    ("tally", changed(VOTE, ballots={}), "ballots: Not a valid list"),
    ("tally", changed(VOTE, ballots=None), "ballots: Field may not be null"),
    ("tally", '{"eligible": 1, "eligible": 2}', "says 'eligible' twice"),
    ("tally", f'{{"status_quo": {"9" * 5000}}}', "digits"),
    ("tally", "[" * 200_000, "nested too deeply"),
    ("tally", " " * (LARGEST_FILE + 1), "more than 1,048,576 bytes"),
    ("elect", "[]", "Invalid input type"),
    ("elect", changed(ELECTION, candidates=0), "candidates: Must be greater than or equal to 1"),
    ("elect", changed(ELECTION, candidates=10**9), "candidates: Must be"),
    ("elect", changed(ELECTION, candidates=True), "candidates: Not a valid integer"),
    ("elect", changed(ELECTION, seats=0), "at least one seat"),
    ("elect", changed(ELECTION, seats=4), "no more seats than candidates"),
    ("elect", changed(ELECTION, seats=1.0), "seats: Not a valid integer"),
    ("elect", changed(ELECTION, ballots=[[3]]), "no candidate"),
    ("elect", changed(ELECTION, ballots=[[-1]]), "no candidate"),
    ("elect", changed(ELECTION, ballots=[[0, 0]]), "somebody twice"),
    ("elect", changed(ELECTION, ballots=[[0, None]]), "ballots.0.1: Field may not be null"),
    ("elect", changed(ELECTION, ballots=[[True]]), "ballots.0.0: Not a valid integer"),
    ("elect", changed(ELECTION, ballots=[None]), "ballots.0: Field may not be null"),
    ("elect", changed(ELECTION, ballots=[0]), "ballots.0: Not a valid list"),
    ("elect", changed(ELECTION, candidates=40, seats=20, ballots=[]), "too many ties"),
]


@pytest.mark.parametrize(("command", "written", "why"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_counted_is_named(
    command: str, written: str | bytes, why: str, tmp_path: Path
) -> None:
    result = run(command, written, tmp_path)
    assert result.exit_code == 2, result.output
    assert why in result.output
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert CliRunner().invoke(governance, ["tally", str(tmp_path / "no.json")]).exit_code == 2
    assert CliRunner().invoke(governance, ["tally", str(tmp_path)]).exit_code == 2


def test_it_counts_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "vote.json"
    file.write_text(json.dumps(VOTE))
    missing = f"sqlite:///{tmp_path / 'nowhere' / 'simpul.db'}"
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "governance", "tally", str(file)],
        cwd=PROJECT,
        env={**os.environ, "SIMPUL_DATABASE_URL": missing},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"] == 400
    assert not (tmp_path / "nowhere").exists()
