"""`flask governance`: the arithmetic of votes, elections and lots, open to anyone.

Only `record` needs a database. Exits with 0 and the answer as JSON, with 2 and the reason when
the file can't be read or a rule refuses it; `verify` and `lot` with 1 when something is wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO, NoReturn

import click
from flask.cli import AppGroup
from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from ledger.governance import queries, verify
from ledger.governance.rules import phragmen
from ledger.governance.schemas import ElectionSchema, TallySchema
from ledger.governance.service import found_fund
from ledger.kernel import clock
from ledger.kernel.errors import LedgerError
from ledger.members import queries as members
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.prose import explain
from ledger.text.speaker import Speaker
from ledger.web.runtime import engine

LARGEST_FILE = 1024 * 1024
"""In bytes: the ballots of a hundred thousand cells."""


class Unreadable(click.ClickException):
    """The file holds nothing that could be counted."""

    exit_code = 2


governance = AppGroup("governance", help="Recompute votes and elections, and write out decisions.")


@governance.command("tally")
@click.argument("file", metavar="FILE.json", type=click.File("rb"))
def tally_command(file: BinaryIO) -> None:
    """Count a vote.

    FILE.json: {"status_quo": 200, "eligible": 6, "quorum": [2, 3], "threshold": [1, 2],
    "ballots": [500, 400, null]}, where null abstains.
    """
    _answer(asdict(_load(TallySchema(), file)))


@governance.command("elect")
@click.argument("file", metavar="FILE.json", type=click.File("rb"))
def elect_command(file: BinaryIO) -> None:
    """Name every committee that an election by approval could seat, however ties are broken.

    FILE.json: {"candidates": 5, "seats": 2, "ballots": [[0, 1], [3]]}, candidates counted from 0.
    """
    election = _load(ElectionSchema(), file)
    try:
        _answer({"committees": phragmen.committees(election)})
    except LedgerError as refused:
        _refuse(file, explain(refused, Speaker("en")))


@governance.command("verify")
@click.argument("file", metavar="DECISION.json", type=click.File("rb"))
@click.option("--digest", help="The outcome's digest as it was mailed to you.")
@click.option("--receipt", "receipts", multiple=True, help="The receipt of a ballot.")
def verify_command(file: BinaryIO, digest: str | None, receipts: tuple[str, ...]) -> None:
    """Count a published decision again, and name everything in it that does not fit."""
    try:
        record = verify.read(file.read(verify.LARGEST_RECORD + 1))
    except ValueError as unreadable:
        _refuse(file, str(unreadable))
    if wrong := verify.verify(record, digest, receipts):
        for complaint in wrong:
            click.echo(f"WRONG  {complaint}", err=True)
        sys.exit(1)
    click.echo(f"{verify.sound(record)}\ndigest {record['digest']}")


@governance.command("lot")
@click.argument("file", metavar="LOT.json", type=click.File("rb"))
def lot_command(file: BinaryIO) -> None:
    """Draw a published lot again, and name everything in it that does not fit."""
    try:
        lot = verify.read(file.read(verify.LARGEST_RECORD + 1))
    except ValueError as unreadable:
        _refuse(file, str(unreadable))
    if wrong := verify.verify_lot(lot):
        for complaint in wrong:
            click.echo(f"WRONG  {complaint}", err=True)
        sys.exit(1)
    _answer({"lot": lot["about"], "drawn": verify.drawn(lot), "withheld": verify.withheld(lot)})


@governance.command("found-fund")
@click.option("--community", "code", required=True, help="The community's code, such as SB.")
@click.option("--purpose", required=True, help="What it is for, as members read it.")
@click.argument("name")
def found_fund_command(code: str, purpose: str, name: str) -> None:
    """Open the community's first fund, called NAME; it may not go below zero until a vote says so.

    Every other fund, and every limit of one, takes a vote.
    """

    def found(session: Session) -> int | None:
        community = members.community_by_code(session, code)
        if community is None:
            return None
        return found_fund(session, community, name, purpose, clock.now())

    try:
        number = in_unit_of_work(engine(), found)
    except LedgerError as refused:
        raise click.ClickException(explain(refused, Speaker("en"))) from None
    if number is None:
        raise click.ClickException(f"There is no community {code}.")
    click.echo(f"The fund has the account {code}{number}.")


@governance.command("record")
@click.option("--community", "code", required=True, help="The community's code, such as SB.")
@click.option("--round", "round_", default=1, help="Which vote on it; 1 for the first.")
@click.argument("number", metavar="NUMBER")
def record_command(code: str, round_: int, number: str) -> None:
    """Write out the record of a decision, as `verify` reads it.

    NUMBER is a proposal's, such as 42, or that of a vote of all members, such as M3. Where
    fewer than three cells voted there is no record: it would tell how.
    """
    is_of_all, plain = number.upper().startswith("M"), number.upper().removeprefix("M")
    if not (plain.isascii() and plain.isdigit()):
        raise click.BadParameter("a number such as 42 or M3", param_hint="NUMBER")

    def find(session: Session) -> dict[str, Any] | None:
        community = members.community_by_code(session, code)
        if community is None:
            return None
        if is_of_all:
            return queries.member_record(session, community.id, int(plain))
        return queries.record(session, community.id, int(plain), round_)

    found = in_unit_of_work(engine(), find, write=False)
    if found is None:
        raise click.ClickException(f"There is no decision {code}/{number} in round {round_}.")
    _answer(found)


def _answer(found: dict[str, Any]) -> None:
    click.echo(json.dumps(found))


def _load(schema: Schema, file: BinaryIO) -> Any:
    try:
        return schema.load(read_json(file))
    except ValidationError as unshaped:
        _refuse(file, "; ".join(_told(unshaped.messages)))
    except LedgerError as refused:
        _refuse(file, explain(refused, Speaker("en")))
    except ValueError as unreadable:
        _refuse(file, str(unreadable))


def _refuse(file: BinaryIO, why: str) -> NoReturn:
    raise Unreadable(f"{file.name}: {why}")


def read_json(file: BinaryIO) -> Any:
    """What a file of at most `LARGEST_FILE` says, in strict JSON. Raises `ValueError`."""
    written = file.read(LARGEST_FILE + 1)
    if len(written) > LARGEST_FILE:
        raise ValueError(f"more than {LARGEST_FILE:,} bytes")
    try:
        return json.loads(
            written, object_pairs_hook=_once_each, parse_constant=_no_number, strict=True
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if twice := [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]:
        raise ValueError(f"says {twice[0]!r} twice")
    return dict(pairs)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _told(messages: object, place: str = "") -> Iterable[str]:
    """Marshmallow's messages as lines: `ballots.2: Not a valid integer.`."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _told(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(messages, list):
        yield f"{place}: {' '.join(map(str, messages))}"
