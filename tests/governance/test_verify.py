"""`verify.py` finds every change to a published decision; it is tried on every leaf.

The verifier shares no code with the program: what both agree on was written twice.
"""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ledger.governance import verify as verifier
from ledger.governance.commands import governance
from ledger.governance.rules.log import Choice
from ledger.governance.rules.record import publish, publish_election, publish_secret
from ledger.governance.rules.tally import Rule, tally
from ledger.governance.verify import verify
from ledger.kernel.merkle import merkle_root
from tests.governance.test_phragmen import CASES
from tests.governance.votes import CAST, open_vote, secret_election, secret_vote

PATH = Path(verifier.__file__)
Way = tuple[str | int, ...]


def published(record: dict[str, Any]) -> dict[str, Any]:
    """The record as somebody reads it who downloads it."""
    return verifier.read(json.dumps(record).encode())  # type: ignore[no-any-return]


RECORDS = {
    "open": published(publish(open_vote())),
    "secret": published(publish_secret(secret_vote())),
    "election": published(publish_election(secret_election())),
    "nobody": published(publish(open_vote([], 0))),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_sound_record_is_sound(name: str) -> None:
    record = RECORDS[name]
    assert verify(record) == []
    assert verify(record, record["digest"].upper()) == []


def test_what_it_counts() -> None:
    assert RECORDS["open"]["outcome"]["tally"]["result"] == 400
    assert [entry["standing"] for entry in RECORDS["open"]["log"]].count("void") == 3
    assert RECORDS["secret"]["outcome"]["tally"]["outcome"] == "succeeded"
    assert RECORDS["nobody"]["outcome"]["tally"]["outcome"] == "lapsed"
    assert len(RECORDS["election"]["outcome"]["tally"]["elected"]) == 3


def leaves(part: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    if isinstance(part, dict | list) and part:
        inside = part.items() if isinstance(part, dict) else enumerate(part)
        for name, inner in inside:
            yield from leaves(inner, (*way, name))
    else:
        yield way, part


def containers(part: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    if isinstance(part, dict | list):
        yield way, part
        for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
            yield from containers(inner, (*way, name))


def flips(leaf: Any) -> Iterator[Any]:
    """Other values that a leaf could be changed to, also those that Python finds equal."""
    if isinstance(leaf, bool):
        yield from (not leaf, int(leaf), None)
    elif isinstance(leaf, int):
        yield from (leaf + 1, leaf - 1, str(leaf), None, float(leaf), leaf == 1)
    elif isinstance(leaf, str):
        bent = chr(ord(leaf[0]) ^ 1) + leaf[1:] if leaf else "x"
        yield from (bent, leaf[:-1], leaf + "0", None, 0, [leaf])
        if leaf.swapcase() != leaf:
            yield leaf.swapcase()
    elif leaf is None:
        yield from (0, False, "", [], {}, 400)
    else:
        yield from (None, 0, [0], {"x": 0}, "")


def changed(record: Any, way: Way, change: Callable[[Any, Any], None]) -> Any:
    """A copy of `record` after `change(container, name)` at the end of the way."""
    copied = copy.deepcopy(record)
    inside = copied
    for name in way[:-1]:
        inside = inside[name]
    change(inside, way[-1])
    return copied


@pytest.mark.parametrize("name", RECORDS)
def test_every_leaf_that_is_changed_is_found(name: str) -> None:
    record, tried = RECORDS[name], 0
    for way, leaf in leaves(record):
        for flip in flips(leaf):
            bent = changed(record, way, lambda inside, at, flip=flip: inside.__setitem__(at, flip))
            assert verify(bent), f"{way}: {leaf!r} became {flip!r}"
            tried += 1
    assert tried > 200


@pytest.mark.parametrize("name", RECORDS)
def test_everything_that_is_dropped_added_or_reordered_is_found(name: str) -> None:
    record = RECORDS[name]
    for way, part in containers(record):
        for place in range(len(part)):
            if isinstance(part, dict):
                assert verify(changed(record, (*way, list(part)[place]), dropped)), way
            else:
                assert verify(changed(record, (*way, place), dropped)), way
                assert verify(changed(record, (*way, place), doubled)), way
                if place and part[place] != part[place - 1]:
                    assert verify(changed(record, (*way, place), swapped)), way
        if isinstance(part, dict):
            assert verify(changed(record, (*way, "more"), added)), way


def dropped(inside: Any, at: Any) -> None:
    del inside[at]


def doubled(inside: Any, at: Any) -> None:
    inside.insert(at, copy.deepcopy(inside[at]))


def swapped(inside: Any, at: Any) -> None:
    inside[at - 1], inside[at] = inside[at], inside[at - 1]


def added(inside: Any, at: Any) -> None:
    inside[at] = 1


def test_a_record_rewritten_from_end_to_end_does_not_fit_the_mail() -> None:
    other: list[tuple[int, Choice]] = [*CAST[:-1], (4, 200)]
    rewritten = published(publish(open_vote(other)))
    assert rewritten["outcome"]["tally"] != RECORDS["open"]["outcome"]["tally"]
    assert verify(rewritten) == []
    assert verify(rewritten, RECORDS["open"]["digest"]) == [
        "the digest is not the one that you gave"
    ]
    receipts = [entry["link"] for entry in RECORDS["open"]["log"]]
    assert verify(RECORDS["open"], receipts=receipts) == []
    assert verify(rewritten, receipts=receipts) == [f"no ballot has the receipt {receipts[-1]}"]


@pytest.mark.parametrize(
    "way",
    [
        ("ballots", 0, "reason"),
        ("roster", "voters", 2, "name"),
        ("roster", "recused", 0, "name"),
        ("evidence", "reply"),
    ],
)
def test_texts_can_be_erased_and_the_proof_stands(way: Way) -> None:
    def erase(inside: Any, at: Any) -> None:
        inside[at] |= {"salt": None, "text": None}

    def rewrite(inside: Any, at: Any) -> None:
        inside[at] |= {"text": "something else"}

    assert verify(changed(RECORDS["open"], way, erase)) == []
    (complaint,) = verify(changed(RECORDS["open"], way, rewrite))
    assert complaint.startswith("the text at record.")


def test_complaints_name_what_is_wrong() -> None:
    record = RECORDS["open"]
    assert verify(changed(record, ("policy", "quorum", 0), added)) == [
        "the policy is not the one that was voted under",
        "the tally does not follow from the ballots: it is "
        + str({**record["outcome"]["tally"], "quorum": 2}),
    ]
    assert "the roster is not the one that was voted under" in verify(
        changed(record, ("roster", "eligible"), added)
    )
    assert "the ballot at place 5 is not the one committed to" in verify(
        changed(record, ("ballots", 1, "choice"), lambda part, at: part.__setitem__(at, 500))
    )


@pytest.mark.parametrize("part", [None, [], 1, "x", {}, {"format": verifier.FORMAT}])
def test_what_is_no_record_is_wrong_and_not_an_accident(part: Any) -> None:
    assert "not shaped like a decision" in verify(part)[-1]


def test_an_alternate_out_of_the_lots_order_is_found() -> None:
    vote = open_vote()
    assert vote.lot is not None
    second = vote.lot.drawn[1]
    voters = [*vote.voters[:-1]]
    voters.append(type(voters[0])(second, voters[0].name, replaces=5))
    assert verify(published(publish(with_voters(vote, voters)))) == []
    first = type(voters[0])(vote.lot.drawn[0], voters[0].name, is_drawn=True)
    wrong = verify(published(publish(with_voters(vote, [*voters, first]))))
    assert "an alternate was not called in the order of a lot" in wrong


def with_voters(vote: Any, voters: Any) -> Any:
    copied = copy.copy(vote)
    object.__setattr__(copied, "voters", voters)
    return copied


@pytest.mark.parametrize("case", CASES[::5], ids=range(0, len(CASES), 5))
def test_both_ways_of_counting_an_election_agree(case: dict[str, Any]) -> None:
    order = list(range(case["candidates"]))
    policy = {"candidates": order, "seats": case["seats"]}
    elected = verifier._elected(policy, case["ballots"], order)
    assert sorted(elected) in case["committees"]


@given(
    st.integers(0, 6),
    st.lists(st.none() | st.integers(0, 6), max_size=9),
    st.integers(0, 9),
    st.fractions(0, 1, max_denominator=9),
    st.fractions(0, Fraction(8, 9), max_denominator=9),
)
def test_both_tallies_agree(
    status_quo: int,
    ballots: list[int | None],
    absent: int,
    quorum: Fraction,
    threshold: Fraction,
) -> None:
    eligible = len(ballots) + absent
    policy = {
        "figures": range(7),
        "quorum": quorum.as_integer_ratio(),
        "threshold": threshold.as_integer_ratio(),
    }
    ours = tally(status_quo, ballots, eligible=eligible, rule=Rule(quorum, threshold))
    assert verifier._median(status_quo, ballots, eligible, policy) == asdict(ours)


@pytest.mark.parametrize("size", range(1, 20))
def test_both_trees_have_the_same_root(size: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(size)]
    assert verifier._root(leaves) == merkle_root(leaves)


def test_it_needs_nothing_but_the_standard_library() -> None:
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(ast.parse(PATH.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= sys.stdlib_module_names


def by_path(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The file alone, in a folder without the program, without anything installed."""
    copied = folder / "verify.py"
    copied.write_bytes(PATH.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-S", str(copied), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_it_runs_by_its_path_and_as_a_command(tmp_path: Path) -> None:
    record = RECORDS["open"]
    file = tmp_path / "decision.json"
    file.write_text(json.dumps(record, indent=1))
    receipt = record["log"][3]["link"]
    given = [str(file), "--digest", record["digest"], "--receipt", receipt]
    alone = by_path(*given, folder=tmp_path)
    assert (alone.returncode, alone.stderr) == (0, "")
    command = CliRunner().invoke(governance, ["verify", *given])
    assert (command.exit_code, command.stdout) == (0, alone.stdout)
    assert alone.stdout.startswith('SB/42: {"result": 400')
    assert record["digest"] in alone.stdout

    file.write_text(json.dumps(changed(record, ("ballots", 0), dropped)))
    alone = by_path(*given, folder=tmp_path)
    command = CliRunner().invoke(governance, ["verify", *given])
    assert (alone.returncode, command.exit_code) == (1, 1)
    assert alone.stderr == command.stderr
    assert "WRONG  the ballots opened are" in alone.stderr
    assert (alone.stdout, command.stdout) == ("", "")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting"),
        (b"\xff", "decode"),
        (b'{"a": 1.5}', "1.5 is no integer"),
        (b'{"a": NaN}', "NaN is no integer"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[" * 300_000, "nested too deeply"),
        (b"9" * 5000, "digits"),
    ],
)
def test_what_cannot_be_read_exits_with_2(written: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    file.write_bytes(written)
    alone = by_path(str(file), folder=tmp_path)
    command = CliRunner().invoke(governance, ["verify", str(file)])
    assert (alone.returncode, command.exit_code) == (2, 2)
    assert why in alone.stderr
    assert why in command.stderr
    assert "Traceback" not in alone.stderr


def test_a_record_that_is_no_object_exits_with_1(tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    file.write_text("[]")
    assert by_path(str(file), folder=tmp_path).returncode == 1
    assert CliRunner().invoke(governance, ["verify", str(file)]).exit_code == 1
    assert by_path(str(tmp_path / "none"), folder=tmp_path).returncode == 2
