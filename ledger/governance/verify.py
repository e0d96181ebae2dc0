"""Counts a published decision again: `python verify.py DECISION.json [--digest HEX]`.

It also draws a published lot again: `python verify.py LOT.json`.

One file of Python's standard library alone, which shares no code with the program
that made the record. It recomputes every hash, the chain and root of the ballot log,
who may vote, the lot and the tally, and names everything that does not fit.

A record that was rewritten from end to end fits itself: hold its digest against the
one in your mail or on your receipt (`--digest`), and your receipt against the log
(`--receipt`). Exits with 0 if all is well, 1 if not, 2 if there is no such record.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NoReturn

FORMAT = "simpul-decision/1"
LOT_FORMAT = "simpul-lot/1"
LARGEST_RECORD = 64 * 1024 * 1024
_SECTIONS = ("question", "policy", "evidence", "roster", "lot")
_FIELDS = {
    "record": {"format", *_SECTIONS, "log", "ballots", "outcome", "digest"},
    "outcome": {"sections", "log", "tally"},
    "entry": {"place", "voter", "commitment", "link", "standing"},
    "ballot": {"place", "choice", "salt", "reason"},
    "secret ballot": {"key", "choice"},
    "reason": {"digest", "salt", "text"},
    "lot": {
        *("format", "purpose", "count", "called_at", "commit_until", "reveal_until"),
        *("seal_number", "about", "pool", "commitments", "nonces", "seal", "seed", "picks"),
    },
}


def verify(record: Any, digest: str | None = None, receipts: Sequence[str] = ()) -> list[str]:
    """Name everything that is wrong with `record`, as read from JSON; nothing if all fits.

    `digest` is the outcome's as it was mailed, `receipts` are links that voters hold.
    """
    found: list[str] = []
    try:
        found.extend(_complaints(record, digest, receipts))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        found.append(f"this is not shaped like a decision: {type(error).__name__}: {error}")
    return found


def verify_lot(lot: Any) -> list[str]:
    """Name everything that is wrong with a lot as it is published for itself."""
    found: list[str] = []
    try:
        found.extend(_odd_fields("lot", lot))
        if lot["format"] != LOT_FORMAT:
            found.append(f"the format is not {LOT_FORMAT}")
        found.extend(_bad_lot(lot))
        if len(drawn(lot)) != lot["count"]:
            found.append(f"{len(drawn(lot))} were drawn, not {lot['count']}")
        if lot["pool"] != sorted(set(lot["pool"])):
            found.append("the pool is not a list of different numbers, rising")
        if not lot["called_at"] < lot["commit_until"] < lot["reveal_until"]:
            found.append("the times are not in their order")
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        found.append(f"this is not shaped like a lot: {type(error).__name__}: {error}")
    return found


def drawn(lot: Any) -> list[int]:
    """Who was drawn, first to last."""
    return [pick[3] for pick in lot["picks"] if pick[3] is not None]


def withheld(lot: Any) -> list[int]:
    """Which stewards promised a nonce and did not reveal it."""
    revealed = {person for person, _ in lot["nonces"]}
    return [person for person, _ in lot["commitments"] if person not in revealed]


def _complaints(record: Any, digest: str | None, receipts: Sequence[str]) -> Iterator[str]:
    yield from _odd_fields("record", record)
    if record["format"] != FORMAT:
        yield f"the format is not {FORMAT}"
    if not (isinstance(record["log"], list) and isinstance(record["ballots"], list)):
        yield "the log and the ballots are not lists"
    yield from _bad_veils(record, "record")
    yield from _bad_outcome(record)
    secret = record["policy"]["secrecy"] == "secret"
    yield from _bad_secret_ballots(record) if secret else _bad_open_ballots(record)
    if record["lot"] is not None:
        yield from _bad_lot(record["lot"])
    if not _same(record["outcome"]["tally"], _count(record)):
        yield f"the tally does not follow from the ballots: it is {_count(record)}"
    if digest is not None and digest.lower() != record["digest"]:
        yield "the digest is not the one that you gave"
    links = {entry["link"] for entry in record["log"]}
    yield from (f"no ballot has the receipt {one}" for one in receipts if one.lower() not in links)


def _bad_outcome(record: Any) -> Iterator[str]:
    outcome = record["outcome"]
    yield from _odd_fields("outcome", outcome)
    found = {name: _digest(_behind_veils(record[name])) for name in _SECTIONS}
    for name in sorted(found.keys() | outcome["sections"].keys()):
        if found.get(name) != outcome["sections"].get(name):
            yield f"the {name} is not the one that was voted under"
    if record["digest"] != _digest({"kind": FORMAT, **outcome}):
        yield "the digest is not the outcome's"


def _bad_open_ballots(record: Any) -> Iterator[str]:
    roster, outcome, log = record["roster"], record["outcome"]["log"], record["log"]
    decision, voters = record["question"]["decision"], roster["voters"]
    yield from _bad_roster(roster, record["lot"])
    numbers = {voter["voter"] for voter in voters}
    previous, leaves = "00" * 32, []
    for place, entry in enumerate(log, 1):
        yield from _odd_fields("entry", entry)
        if entry["place"] != place:
            yield f"place {place} of the log holds place {entry['place']}"
        if entry["voter"] not in numbers and place > outcome["void_through"]:
            yield f"place {place}: voter {entry['voter']} is not on the roster"
        part = {name: entry[name] for name in ("place", "voter", "commitment")}
        chained = {"kind": "ballot-link", "v": 1, "decision": decision, "previous": previous}
        if entry["link"] != _digest({**chained, **part}):
            yield f"place {place} is not chained to the one before it"
        previous = entry["link"]
        leaves.append(_leaf({"kind": "ballot-entry", "v": 1, **part}))
    expected = {"root": _root(leaves).hex(), "head": previous, "size": len(log)}
    if not _same({**outcome, **expected}, outcome):
        yield "the log's root, head or size is not the outcome's"
    yield from _bad_standings(log, voters, outcome["void_through"])
    yield from _bad_openings(record)


def _bad_roster(roster: Any, lot: Any) -> Iterator[str]:
    voters = {voter["voter"]: voter for voter in roster["voters"]}
    if len(voters) != len(roster["voters"]):
        yield "a number stands twice on the roster"
    if roster["eligible"] != sum(voter["replaces"] is None for voter in voters.values()):
        yield "the number of eligible votes is not the roster's"
    replaced = [voter["replaces"] for voter in voters.values() if voter["replaces"] is not None]
    if len(set(replaced)) != len(replaced) or any(not voters[one]["lost"] for one in replaced):
        yield "somebody replaces a voter who was not lost, or whom another replaces"
    lots = iter([] if lot is None else [pick[3] for pick in lot["picks"]])
    called = [one for one in voters.values() if one["drawn"] or one["replaces"] is not None]
    if not all(voter["voter"] in lots for voter in called):
        yield "an alternate was not called in the order of a lot"


def _bad_standings(log: Any, voters: Any, void_through: int) -> Iterator[str]:
    last = {entry["voter"]: entry["place"] for entry in log}
    lost = {voter["voter"] for voter in voters if voter["lost"]}
    for entry in log:
        standing = "counted" if last[entry["voter"]] == entry["place"] else "superseded"
        if entry["place"] <= void_through or entry["voter"] in lost:
            standing = "void"
        if entry["standing"] != standing:
            yield f"place {entry['place']} is {standing}, not {entry['standing']}"


def _bad_openings(record: Any) -> Iterator[str]:
    counted = {entry["place"]: entry for entry in record["log"] if entry["standing"] == "counted"}
    places = [ballot["place"] for ballot in record["ballots"]]
    if not _same(places, sorted(counted)):
        yield f"the ballots opened are {places}, those that count are {sorted(counted)}"
    for ballot in record["ballots"]:
        yield from _odd_fields("ballot", ballot)
        yield from _odd_fields("reason", ballot["reason"])
        place, choice = ballot["place"], ballot["choice"]
        promised = {
            "kind": "ballot",
            "v": 1,
            "decision": record["question"]["decision"],
            "voter": counted[place]["voter"],
            "choice": choice,
            "reason": ballot["reason"]["digest"],
            "salt": ballot["salt"],
        }
        if counted[place]["commitment"] != _digest(promised):
            yield f"the ballot at place {place} is not the one committed to"
        if choice is not None and choice not in record["policy"]["figures"]:
            yield f"the ballot at place {place} names a figure that could not be balloted"


def _bad_secret_ballots(record: Any) -> Iterator[str]:
    roster, outcome, ballots = record["roster"], record["outcome"]["log"], record["ballots"]
    roll, keys = roster["roll"], [ballot["key"] for ballot in ballots]
    if roll != sorted(set(roll)) or roster["eligible"] != len(roll):
        yield "the roll is not a list of different cells, as many as are eligible"
    if keys != sorted(set(keys)) or len(keys) > len(roll):
        yield "the ballots are not in the order of different keys, or more than the roll"
    if record["log"] != []:
        yield "a secret vote keeps no log"
    for ballot in ballots:
        yield from _odd_fields("secret ballot", ballot)
    leaves = [_leaf({"kind": "secret-ballot", "v": 1, **ballot}) for ballot in ballots]
    expected = {"root": _root(leaves).hex(), "head": None, "size": len(keys), "void_through": 0}
    if not _same(outcome, expected):
        yield "the root or the number of ballots is not the outcome's"


def _bad_lot(lot: Any) -> Iterator[str]:
    about, nonces, promised = lot["about"], lot["nonces"], dict(lot["commitments"])
    for person, nonce in nonces:
        said = {"kind": "nonce", "v": 1, "about": about, "person": person, "nonce": nonce}
        if promised.get(person) != _digest(said):
            yield f"the lot's nonce of {person} is not the one committed to"
    pool = {name: lot[name] for name in ("about", "pool", "nonces", "seal")}
    seed, left = _digest({"kind": "seed", "v": 1, **pool}), list(lot["pool"])
    if seed != lot["seed"]:
        yield "the lot's seed does not follow from what went into it"
    for counter, pick in enumerate(lot["picks"]):
        block = hashlib.sha256(bytes.fromhex(seed) + counter.to_bytes(8, "big")).digest()
        number, of = int.from_bytes(block[:8], "big"), len(left)
        picked = left.pop(number % of) if number < 2**64 - 2**64 % of else None
        if not _same(pick, [counter, number, of, picked]):
            yield f"pick {counter} of the lot should be {picked}"


def _count(record: Any) -> dict[str, Any]:
    """The tally of the record's ballots."""
    policy, choices = record["policy"], [ballot["choice"] for ballot in record["ballots"]]
    if policy["method"] == "phragmen":
        order = [pick[3] for pick in record["lot"]["picks"] if pick[3] is not None]
        return {"elected": _elected(policy, choices, order), "ballots": len(choices)}
    if policy["method"] != "median":
        raise ValueError(f"no such method: {policy['method']}")
    return _median(record["question"]["status_quo"], choices, record["roster"]["eligible"], policy)


def _median(status_quo: int, choices: Sequence[Any], eligible: int, policy: Any) -> dict[str, Any]:
    (part, whole), (share, of) = policy["quorum"], policy["threshold"]
    if status_quo not in policy["figures"]:
        raise ValueError("the present figure could not be balloted")
    if not (0 <= part <= whole and 0 <= share < of and len(choices) <= eligible):
        raise ValueError("a quorum, a threshold or the number of ballots is out of range")
    figures = [choice for choice in choices if choice is not None]
    quorum = -(-part * eligible // whole)
    counted = max(len(figures), quorum)
    ranked = sorted(figures + [status_quo] * (counted - len(figures)))
    needed = share * counted // of + 1
    low, high = (ranked[counted - needed], ranked[needed - 1]) if counted else (status_quo,) * 2
    result = min(max(status_quo, low), high)
    missed = "defeated" if len(figures) >= quorum else "lapsed"
    return {
        "result": result,
        "outcome": "succeeded" if result != status_quo else missed,
        "figures": len(figures),
        "abstentions": len(choices) - len(figures),
        "quorum": quorum,
        "counted": counted,
        "needed": needed,
        "low": low,
        "high": high,
    }


def _elected(policy: Any, ballots: Sequence[Any], order: Sequence[int]) -> list[int]:
    """Sequential Phragmén, voter by voter; `order` breaks ties."""
    if sorted(order) != list(range(len(policy["candidates"]))):
        raise ValueError("the lot does not order all candidates")
    loads, elected = [Fraction()] * len(ballots), list[int]()
    while len(elected) < policy["seats"]:
        offers = []
        for rank, one in enumerate(order):
            fans = [place for place, approved in enumerate(ballots) if one in approved]
            if one not in elected:
                borne = Fraction(1) + sum(loads[place] for place in fans)
                offers.append((not fans, borne / max(len(fans), 1), rank, one, fans))
        _, load, _, winner, fans = min(offers)
        for place in fans:
            loads[place] = load
        elected.append(winner)
    return elected


def _bad_veils(part: Any, place: str) -> Iterator[str]:
    """Texts that are not behind the digest that was voted on; erased ones are null."""
    if isinstance(part, dict) and set(part) == {"digest", "salt", "text"}:
        said = {"kind": "text", "v": 1, "salt": part["salt"], "text": part["text"]}
        erased = part["salt"] is None and part["text"] is None
        if not erased and part["digest"] != _digest(said):
            yield f"the text at {place} is not the one that was published"
    elif isinstance(part, dict | list):
        inside: Iterable[Any] = part.items() if isinstance(part, dict) else enumerate(part)
        for name, inner in inside:
            yield from _bad_veils(inner, f"{place}.{name}")


def _behind_veils(part: Any) -> Any:
    if isinstance(part, dict):
        if set(part) == {"digest", "salt", "text"}:
            return part["digest"]
        return {name: _behind_veils(inner) for name, inner in part.items()}
    return [_behind_veils(inner) for inner in part] if isinstance(part, list) else part


def _odd_fields(kind: str, part: Any) -> Iterator[str]:
    if set(part) != _FIELDS[kind]:
        yield f"a {kind} lacks or adds {', '.join(sorted(set(part) ^ _FIELDS[kind]))}"


def _canonical(fields: object) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _same(one: object, other: object) -> bool:
    """Whether two values are written alike: 1, true and 1.0 are not."""
    return _canonical(one) == _canonical(other)


def _digest(fields: object) -> str:
    return hashlib.sha256(_canonical(fields)).hexdigest()


def _leaf(fields: object) -> bytes:
    return hashlib.sha256(b"\x00" + _canonical(fields)).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, by its recursion."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()


def read(written: bytes) -> Any:
    """What strict JSON says: no number with a point, no name twice. Raises `ValueError`."""
    if len(written) > LARGEST_RECORD:
        raise ValueError(f"more than {LARGEST_RECORD:,} bytes")
    try:
        return json.loads(
            written, object_pairs_hook=_once_each, parse_float=_no, parse_constant=_no
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no(word: str) -> NoReturn:
    raise ValueError(f"{word} is no integer")


def sound(record: Any) -> str:
    """What a record that fits says, in a line to hold against one's mail."""
    return f"{record['question']['decision']}: {json.dumps(record['outcome']['tally'])}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the file named; return the exit code."""
    parser = argparse.ArgumentParser(description="Count a published decision again.")
    parser.add_argument("decision", metavar="DECISION.json")
    parser.add_argument("--digest", help="the outcome's digest as it was mailed to you")
    parser.add_argument("--receipt", action="append", default=[], help="the receipt of a ballot")
    given = parser.parse_args(arguments)
    try:
        with open(given.decision, "rb") as file:
            record = read(file.read(LARGEST_RECORD + 1))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{given.decision}: {error}\n")
        return 2
    is_lot = isinstance(record, dict) and record.get("format") == LOT_FORMAT
    wrong = verify_lot(record) if is_lot else verify(record, given.digest, given.receipt)
    if wrong:
        sys.stderr.writelines(f"WRONG  {complaint}\n" for complaint in wrong)
        return 1
    if is_lot:
        sys.stdout.write(f"{record['about']}: drawn {drawn(record)}, withheld {withheld(record)}\n")
    else:
        sys.stdout.write(f"{sound(record)}\ndigest {record['digest']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
