"""From files to the stage, and the whole way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.kernel import clock
from ledger.members.queries import CommunityView
from ledger.members.service import newcomers_limit
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades import formats
from ledger.trades.formats import Layout, Line, Problem, Reading
from ledger.trades.service.importing.outlook import ImportReport
from ledger.trades.service.importing.staging import Stage
from ledger.trades.service.importing.taking import take

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Way:
    """How a person says their files are to be read: see `formats.Reading`."""

    layout: str = "simpul"
    days: str = "iso"
    decimal: str = "."
    seconds: int = 3600


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one import under their names; those without history have no trades."""

    members: BinaryIO
    members_name: str
    trades: BinaryIO | None = None
    trades_name: str = ""


def unwatched(_lines: int) -> None:
    """Nobody watches the progress."""


def reading_of(way: Way, community: CommunityView, newcomers: Limit, now: datetime) -> Reading:
    """How files are to be read into this community, where `newcomers` get this limit."""
    speaker = Speaker(community.language, community.zone)
    return Reading(
        code=community.code,
        scale=community.unit.scale,
        zone=community.zone,
        today=clock.day_of(now, community.zone),
        days=way.days,
        decimal=way.decimal,
        seconds=way.seconds,
        floor=newcomers.floor,
        ceiling=newcomers.ceiling,
        opening=speaker.gettext(N_("Opening balance")),
    )


@contextmanager
def staged(
    layout: Layout, reading: Reading, files: Files, progress: Progress = unwatched
) -> Iterator[Stage]:
    """Everything in the files, read; gone afterwards.

    Memory does not grow with the files. Calls `progress` with numbers of lines done.
    """
    with Stage.open(files.members_name, files.trades_name, layout.source) as stage:
        _read_members(stage, layout, reading, files.members, progress)
        if files.trades is not None and layout.trades is not None:
            _read_trades(stage, layout, reading, files.trades, progress)
        yield stage


def import_history(
    session: Session,
    community: CommunityView,
    members_file: Path,
    trades_file: Path,
    now: datetime,
    progress: Progress = unwatched,
) -> ImportReport:
    """Take in both files in Simpul's own layout.

    Raises `ImportRefused`, whose fact `lines` names every bad line; then nothing was written.
    """
    layout = formats.LAYOUTS["simpul"]
    reading = reading_of(Way(), community, newcomers_limit(session, community), now)
    with members_file.open("rb") as members, trades_file.open("rb") as trades:
        files = Files(members, members_file.name, trades, trades_file.name)
        with staged(layout, reading, files, progress) as stage:
            return take(session, community, layout, stage, now)


def _read_members(
    stage: Stage, layout: Layout, reading: Reading, file: BinaryIO, progress: Progress
) -> None:
    for line in formats.lines_of(file, layout.members):
        try:
            _read_member(stage, layout, reading, line)
        except Problem as problem:
            stage.problems.add(stage.members_file, line.number, problem.reason)
        stage.lines += 1
        progress(1)


def _read_member(stage: Stage, layout: Layout, reading: Reading, line: Line) -> None:
    if line.problem:
        raise line.problem
    member = layout.read_member(line.values, reading)
    if stage.times_seen(f"member {member.key}") > 1:
        raise Problem(N_("%(key)s stands here twice."), key=member.key)
    stage.put_member(line.number, member)
    opening = layout.opening_of(member, reading) if layout.opening_of else None
    if opening is not None:
        stage.put_trade(line.number, opening)


def _read_trades(
    stage: Stage, layout: Layout, reading: Reading, file: BinaryIO, progress: Progress
) -> None:
    assert layout.trades is not None
    for line in formats.lines_of(file, layout.trades):
        try:
            _read_trade(stage, layout, reading, line)
        except Problem as problem:
            stage.problems.add(stage.trades_file, line.number, problem.reason)
        stage.lines += 1
        progress(1)


def _read_trade(stage: Stage, layout: Layout, reading: Reading, line: Line) -> None:
    if line.problem:
        raise line.problem
    assert layout.read_trade is not None
    trade = layout.read_trade(line.values, reading)
    if trade.payer == trade.payee:
        raise Problem(N_("Both sides are the same account."))
    times = stage.times_seen(f"trade {trade.reference}")
    if not layout.has_references:
        trade = replace(trade, reference=f"{trade.reference}:{times}")
    elif times > 1:
        message = N_("The reference %(reference)s stands here twice.")
        raise Problem(message, reference=trade.reference)
    stage.put_trade(line.number, trade)
