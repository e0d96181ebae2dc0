"""Proves a monthly statement: `python verify.py FILE --roots ROOTS.json`.

FILE is a statement as it was downloaded (JSON), the list of all lines of a closing (JSON),
or a statement's PDF. ROOTS.json is the community's public file of roots. One file of
Python's standard library alone, which shares no code with the program that closed the
month. It recomputes every sum and hash and names everything that does not fit.

A file that was rewritten from end to end fits itself: only the roots, published to
everybody and sealed with the books, show that it is the one that was closed.
Exits with 0 if all is well, 1 if not, 2 if there is no such file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

STATEMENT = "simpul-statement/1"
LINES = "simpul-lines/1"
ROOTS = "simpul-roots/1"
LARGEST = 256 * 1024 * 1024

Finding = tuple[str, str]
"""A stable code, and what is wrong in English."""

_FIELDS = {
    "file": {"statement", "texts", "proof"},
    "statement": {
        "format", "number", "community", "unit", "zone", "month", "start", "end", "account",
        "kind", "name", "opening", "received", "sent", "closing", "last_seq", "movements",
        "this_month", "this_year", "limit", "debt", "days_since", "waiting", "seal", "parties",
    },
    "movement": {
        "seq", "entry", "kind", "booked_at", "occurred_on", "counterparts", "memo", "amount",
        "balance", "reverses",
    },
    "texts": {"names", "memos"},
    "text": {"text", "salt"},
    "proof": {"salt", "index", "path", "leaves", "root", "previous", "closing", "hash"},
    "closing": {
        "kind", "community", "month", "number", "start", "end", "leaves", "root", "previous",
        "sheet",
    },
    "line": {
        "account", "opening", "debits", "credits", "closing", "last_seq", "statement", "salt",
    },
    "lines": {"format", "closing", "hash", "sheet", "sheet_salt", "lines"},
}  # fmt: skip


def verify(written: bytes, roots: bytes | None = None) -> list[Finding]:
    """Name everything that is wrong with a file; nothing if all fits.

    `roots` is the public file of roots; without it a file is only held against itself.
    """
    try:
        return list(_complaints(written, None if roots is None else read(roots)))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return [("shape", f"this is no file of ours: {type(error).__name__}: {error}")]


def fingerprint(written: bytes) -> str:
    """What a file is known by: a statement's digest, or the SHA-256 of a PDF's bytes."""
    if is_pdf(written):
        return hashlib.sha256(written).hexdigest()
    found = read(written)
    return _digest(found["statement"]) if "statement" in found else str(found["hash"])


def is_pdf(written: bytes) -> bool:
    """Whether these bytes are a PDF."""
    return written.startswith(b"%PDF-")


def _complaints(written: bytes, roots: Any) -> Iterator[Finding]:
    if roots is not None:
        yield from _bad_roots(roots)
    if is_pdf(written):
        yield from _unknown_pdf(hashlib.sha256(written).hexdigest(), roots)
        return
    found = read(written)
    if _canonical(found) != written.strip(b"\r\n"):
        yield "spelling", "the file is not spelled as it was downloaded"
    is_statement = found.get("format") != LINES
    yield from _bad_statement_file(found) if is_statement else _bad_lines(found)
    closing = found["proof"]["closing"] if is_statement else found["closing"]
    if roots is not None and all(not _same(one["closing"], closing) for one in roots["closings"]):
        yield "roots", "no such closing is among the published roots"


def _bad_statement_file(found: Any) -> Iterator[Finding]:
    statement, texts, proof = found["statement"], found["texts"], found["proof"]
    for kind, part in (("file", found), ("statement", statement), ("texts", texts)):
        yield from _odd_fields(kind, part)
    yield from _odd_fields("proof", proof)
    if statement["format"] != STATEMENT:
        yield "shape", f"the format is not {STATEMENT}"
    yield from _bad_sums(statement)
    yield from _bad_figures(statement)
    yield from _bad_texts(statement, texts)
    yield from _bad_proof(statement, proof)


def _bad_sums(statement: Any) -> Iterator[Finding]:
    """Movements follow one another, and end in what the statement says."""
    movements, balance = statement["movements"], _integer(statement["opening"])
    seq = _integer(statement["last_seq"]) - len(movements)
    booked = _integer(statement["start"])
    for one in movements:
        yield from _odd_fields("movement", one)
        seq, balance = seq + 1, balance + _integer(one["amount"])
        if _integer(one["seq"]) != seq or _integer(one["balance"]) != balance:
            yield "sums", f"movement {one['seq']} does not follow from the one before"
        if not booked <= _integer(one["booked_at"]) < _integer(statement["end"]):
            yield "period", f"movement {one['seq']} was not booked in its turn in this month"
        booked = one["booked_at"]
    received = sum(one["amount"] for one in movements if one["amount"] > 0)
    sent = sum(-one["amount"] for one in movements if one["amount"] < 0)
    if (received, sent) != (_integer(statement["received"]), _integer(statement["sent"])):
        yield "sums", f"received and sent come to {received} and {sent}"
    if _integer(statement["closing"]) != balance:
        yield "sums", f"the closing balance comes to {balance}"


def _bad_figures(statement: Any) -> Iterator[Finding]:
    """What is said beside the movements follows from them, as far as one month can show."""
    movements, closing, limit = statement["movements"], statement["closing"], statement["limit"]
    trades = [one for one in movements if one["kind"] != "reversal"]
    undone = [one["amount"] for one in movements if one["kind"] == "reversal"]
    found = {
        "earned": sum(max(one["amount"], 0) for one in trades) + sum(min(x, 0) for x in undone),
        "spent": sum(max(-one["amount"], 0) for one in trades) - sum(max(x, 0) for x in undone),
        "partners": len({number for one in trades for number in one["counterparts"]}),
    }
    if not _same(statement["this_month"], found):
        yield "sums", f"the month's turnover comes to {found}"
    if sum(map(_integer, statement["debt"])) != max(-closing, 0):
        yield "sums", "the ages of the debt do not add up to it"
    if limit is not None:
        used = max(-closing, 0) * 100 // -limit["floor"] if limit["floor"] else None
        left = max(closing - limit["floor"], 0)
        if not _same([limit["used_percent"], limit["left"]], [used, left]):
            yield "sums", f"of the limit {used} percent are used and {left} are left"


def _bad_texts(statement: Any, texts: Any) -> Iterator[Finding]:
    """Every name and word is the one whose digest was frozen."""
    names = {str(number): digest for number, digest in statement["parties"]}
    names[str(statement["account"])] = statement["name"]
    memos = {str(one["seq"]): one["memo"] for one in statement["movements"]}
    for number, one in texts["names"].items():
        yield from _odd_fields("text", one)
        veiled = {"kind": "text", "v": 1, "salt": one["salt"], "text": one["text"]}
        if names.get(number) is None or names[number] != _digest(veiled):
            yield "text", f"the name of account {number} is not the one that was frozen"
    for seq, one in texts["memos"].items():
        yield from _odd_fields("text", one)
        said = hashlib.sha256(_bytes(one["salt"]) + one["text"].encode()).hexdigest()
        if memos.get(seq) != said:
            yield "text", f"the words of movement {seq} are not the ones that were frozen"


def _bad_proof(statement: Any, proof: Any) -> Iterator[Finding]:
    """The statement is under the root, in the place that its path says."""
    closing = proof["closing"]
    yield from _odd_fields("closing", closing)
    for name in ("leaves", "root", "previous"):
        if not _same(proof[name], closing[name]):
            yield "proof", f"the proof and its closing differ in {name}"
    for name in ("community", "month", "start", "end"):
        if not _same(statement[name], closing[name]):
            yield "proof", f"the statement and its closing differ in {name}"
    if proof["hash"] != _closing_hash(closing):
        yield "proof", "the closing's hash is not that of the closing"
    leaf = _leaf(
        {
            "kind": "simpul-line/1",
            "account": statement["account"],
            "opening": statement["opening"],
            "debits": statement["sent"],
            "credits": statement["received"],
            "closing": statement["closing"],
            "last_seq": statement["last_seq"],
            "statement": _digest(statement),
            "salt": proof["salt"],
        }
    )
    path = [_bytes(one) for one in proof["path"]]
    root = _root_along(leaf, _integer(proof["index"]), _integer(closing["leaves"]), path)
    if root is None or root.hex() != closing["root"]:
        yield "path", "the path does not lead from this statement to the root"


def _bad_lines(found: Any) -> Iterator[Finding]:
    """All lines of a closing: they add up, sum to zero, and are exactly those under the root."""
    closing, lines = found["closing"], found["lines"]
    yield from _odd_fields("lines", found)
    yield from _odd_fields("closing", closing)
    last = 0
    for line in lines:
        yield from _odd_fields("line", line)
        if _integer(line["account"]) <= last:
            yield "sums", f"account {line['account']} is not in its place"
        last = line["account"]
        if line["opening"] + line["credits"] - line["debits"] != _integer(line["closing"]):
            yield "sums", f"the line of account {last} does not add up"
    for name in ("opening", "closing"):
        if sum(_integer(line[name]) for line in lines) != 0:
            yield "zero", f"the {name} balances do not sum to zero"
    if sum(line["credits"] - line["debits"] for line in lines) != 0:
        yield "zero", "what was received and what was sent differ"
    if found["hash"] != _closing_hash(closing):
        yield "proof", "the closing's hash is not that of the closing"
    leaves = [_leaf({"kind": "simpul-line/1", **line}) for line in lines]
    if _integer(closing["leaves"]) != len(leaves) or _root(leaves).hex() != closing["root"]:
        yield "path", "these lines are not exactly the ones under the root"
    sheet = {"kind": "simpul-sheet/1", "salt": found["sheet_salt"], "sheet": found["sheet"]}
    if _digest(sheet) != closing["sheet"]:
        yield "proof", "the community's sheet is not the one that was closed"


def _bad_roots(roots: Any) -> Iterator[Finding]:
    """Each closing names the one before it."""
    if roots["format"] != ROOTS:
        yield "shape", f"the format of the roots is not {ROOTS}"
    previous, number = "0" * 64, 0
    for one in roots["closings"]:
        closing, number = one["closing"], number + 1
        yield from _odd_fields("closing", closing)
        if one["hash"] != _closing_hash(closing):
            yield "chain", f"the hash of closing {closing['month']} is not its own"
        if closing["previous"] != previous or _integer(closing["number"]) != number:
            yield "chain", f"closing {closing['month']} does not follow the one before"
        if closing["community"] != roots["community"]:
            yield "chain", f"closing {closing['month']} is another community's"
        previous = one["hash"]


def _unknown_pdf(digest: str, roots: Any) -> Iterator[Finding]:
    if roots is None:
        yield "roots", "a PDF is known by its digest among the published roots alone"
    elif all(digest not in one["pdfs"] for one in roots["closings"]):
        yield "pdf", "no such PDF is among the published roots"


def _closing_hash(closing: Any) -> str:
    return hashlib.sha256(b"\x03" + _canonical(closing)).hexdigest()


def _odd_fields(kind: str, part: Any) -> Iterator[Finding]:
    if set(part) != _FIELDS[kind]:
        yield "shape", f"a {kind} lacks or adds {', '.join(sorted(set(part) ^ _FIELDS[kind]))}"


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is no integer")
    return value


def _bytes(value: str) -> bytes:
    found = bytes.fromhex(value)
    if found.hex() != value:
        raise ValueError(f"{value!r} is not written in small hexadecimal digits")
    return found


def _canonical(fields: object) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _same(one: object, other: object) -> bool:
    """Whether two values are written alike: 1, true and 1.0 are not."""
    return _canonical(one) == _canonical(other)


def _digest(fields: object) -> str:
    return hashlib.sha256(_canonical(fields)).hexdigest()


def _leaf(fields: object) -> bytes:
    return hashlib.sha256(b"\x00" + _canonical(fields)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, by its recursion."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(_root(leaves[:split]), _root(leaves[split:]))


def _root_along(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """The root from leaf `index` of `size`, split by split; None if the path fits no such tree."""
    if not 0 <= index < size:
        return None
    sides, start, end = [], 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        sides.append(index < middle)
        start, end = (start, middle) if index < middle else (middle, end)
    siblings, found = list(path), leaf
    if len(siblings) != len(sides):
        return None
    for is_left, sibling in zip(reversed(sides), siblings, strict=True):
        found = _node(found, sibling) if is_left else _node(sibling, found)
    return found


def read(written: bytes) -> Any:
    """What strict JSON says: no number with a point, no name twice. Raises `ValueError`."""
    if len(written) > LARGEST:
        raise ValueError(f"more than {LARGEST:,} bytes")
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


def sound(written: bytes) -> str:
    """What a file that fits says, in a line."""
    if is_pdf(written):
        return "this PDF is among the published roots"
    found = read(written)
    if "statement" not in found:
        closing = found["closing"]
        return f"{closing['community']} {closing['month']}: {closing['leaves']} lines, sum zero"
    said, texts = found["statement"], found["texts"]
    frozen = sum(one["memo"] is not None for one in said["movements"]) - len(texts["memos"])
    text = f"{said['number']}: {said['opening']} + {said['received']} - {said['sent']}"
    text += f" = {said['closing']}"
    return f"{text}; words of {frozen} movements were erased" if frozen else text


def check(file: str, roots: str | None) -> int:
    """Verify the file named and say what was found; return the exit code."""
    try:
        with open(file, "rb") as opened:
            written = opened.read(LARGEST + 1)
        published = None
        if roots is not None:
            with open(roots, "rb") as opened:
                published = opened.read(LARGEST + 1)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    wrong = verify(written, published)
    if wrong:
        sys.stderr.writelines(f"WRONG  {complaint}\n" for _, complaint in wrong)
        return 1
    sys.stdout.write(f"{sound(written)}\nfingerprint {fingerprint(written)}\n")
    if published is None:
        sys.stdout.write("It fits itself. Give --roots to hold it against what was published.\n")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the file named; return the exit code."""
    parser = argparse.ArgumentParser(description="Prove a monthly statement.")
    parser.add_argument("file", metavar="FILE", help="a statement (JSON or PDF) or a list of lines")
    parser.add_argument("--roots", metavar="ROOTS.json", help="the public file of roots")
    given = parser.parse_args(arguments)
    return check(given.file, given.roots)


if __name__ == "__main__":
    sys.exit(main())
