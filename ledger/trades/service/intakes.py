"""Earlier books uploaded in the browser: looked at, signed by a steward, taken in.

Reading takes as long as the books are long, so it happens in due work and outside of any
transaction; the books are written in one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.jobs.service import Handler, Outside, Payload, schedule
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing
from ledger.members.service import MOVE_IN_JOB, acts, newcomers_limit
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.errors import (
    FilesMissing,
    ImportRefused,
    IntakeElsewhere,
    NoSuchIntake,
    NoTradesWanted,
    TradesMissing,
)
from ledger.trades.formats import LAYOUTS, BadLine
from ledger.trades.model import Intake, IntakePart
from ledger.trades.service import importing
from ledger.trades.service.importing import Files, Stage, Way, documents

LOOK_JOB = "intake_look"
FORGET_JOB = "intake_forget"

KEPT_FOR = timedelta(days=30)
"""An upload that was not taken in is forgotten then, with the people who are named in it."""

_PIECE = 256 * 1024
_NOTE_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Upload:
    """Files as a browser sends them, and how they are to be read. A name is "" for no file."""

    way: Way
    members: BinaryIO
    members_file: str
    trades: BinaryIO
    trades_file: str


@dataclass(frozen=True, slots=True)
class _Task:
    """What due work needs to know of an upload."""

    id: int
    community: CommunityView
    newcomers: Limit
    way: Way
    digest: bytes
    members_file: str
    trades_file: str


def receive(session: Session, standing: Standing, upload: Upload, now: datetime) -> int:
    """Keep the files and have them looked at; return the upload's number.

    Raises `FilesMissing`, `TradesMissing` or `NoTradesWanted`.
    """
    wants_trades = LAYOUTS[upload.way.layout].trades is not None
    if upload.trades_file and not wants_trades:
        raise NoTradesWanted
    intake = Intake(
        community_id=standing.community.id,
        layout=upload.way.layout,
        days=upload.way.days,
        decimal=upload.way.decimal,
        seconds=upload.way.seconds,
        members_file=upload.members_file,
        trades_file=upload.trades_file,
        digest=bytes(32),
        lines=0,
        state="reading",
        uploaded_by=standing.person_id,
        uploaded_at=now,
        changed_at=now,
    )
    session.add(intake)
    session.flush()
    if not _keep(session, intake, "members", upload.members):
        raise FilesMissing
    if wants_trades and not _keep(session, intake, "trades", upload.trades):
        raise TradesMissing
    session.flush()
    about = {"intake": intake.id}
    schedule(session, LOOK_JOB, about, now, f"{LOOK_JOB}:{intake.id}", now=now)
    schedule(session, FORGET_JOB, about, now + KEPT_FOR, f"{FORGET_JOB}:{intake.id}", now=now)
    return intake.id


def put_before_a_steward(
    session: Session, standing: Standing, intake_id: int, reason: str, now: datetime
) -> None:
    """Ask a steward to sign that it is taken in.

    Raises `NoSuchIntake`, `IntakeElsewhere`, `ReasonMissing`, `ImportedTooLate` or
    `NotYourOffice`.
    """
    intake = _locked(session, standing, intake_id)
    if intake.state != "ready" or _is_asked(session, standing, intake, now):
        raise IntakeElsewhere(state=intake.state)
    report = json.loads(intake.report or "{}")["report"]
    facts: dict[str, object] = {
        "intake": intake.id,
        "digest": intake.digest.hex(),
        "cells": report["cells_added"],
        "trades": report["trades_added"],
        "limits": report["limits_added"],
        "name": intake.members_file,
    }
    intake.act_id = acts.ask(session, standing, "move_in", facts, reason, now)
    session.flush()


def drop(session: Session, standing: Standing, intake_id: int, now: datetime) -> None:
    """Forget an upload that nobody is asked to sign. Raises `NoSuchIntake`, `IntakeElsewhere`."""
    intake = _locked(session, standing, intake_id)
    if intake.state in {"taking", "taken"} or _is_asked(session, standing, intake, now):
        raise IntakeElsewhere(state=intake.state)
    _forget(session, intake.id)


def look(engine: Engine, intake_id: int, now: datetime) -> None:
    """Read an upload and note what taking it in would do, or what stands in the way."""
    task = in_unit_of_work(engine, lambda db: _task(db, intake_id, {"reading"}), write=False)
    if task is None:
        return
    with _staged(engine, task, now) as stage:

        def judge(db: Session) -> tuple[str, importing.Outlook]:
            outlook = importing.judge(db, task.community, LAYOUTS[task.way.layout], stage, now)
            kept = {
                "report": documents.of_report(outlook.report()),
                **documents.of_first_lines(outlook, stage, task.community.code),
            }
            return json.dumps(kept), outlook

        report, outlook = in_unit_of_work(engine, judge, write=False)
    if outlook.problems.count:
        _note_unfit(engine, task, outlook.bad_lines, outlook.problems.count, now, "reading")
    else:
        _note(engine, task, "reading", now, state="ready", report=report)


def take(engine: Engine, payload: Payload, now: datetime) -> None:
    """Take in what a steward signed for (a job): all of it or nothing, once."""
    intake_id, act_id = _whole(payload["intake"]), _whole(payload["act"])
    task = in_unit_of_work(engine, lambda db: _begin(db, intake_id, act_id, now))
    if task is None or task.digest.hex() != payload["digest"]:
        return
    reason = str(payload["reason"])
    with _staged(engine, task, now) as stage:
        try:
            in_unit_of_work(engine, lambda db: _take(db, task, stage, reason, now))
        except ImportRefused as refused:
            lines, count = refused.facts["lines"], refused.facts["count"]
            assert isinstance(lines, tuple)
            _note_unfit(engine, task, lines, _whole(count), now, "taking")


def handlers(engine: Engine) -> dict[str, Handler]:
    """Who does the due work of uploads."""
    return {
        LOOK_JOB: Outside(lambda payload, now: look(engine, _whole(payload["intake"]), now)),
        MOVE_IN_JOB: Outside(partial(take, engine)),
        FORGET_JOB: _forget_job,
    }


def _keep(session: Session, intake: Intake, name: str, file: BinaryIO) -> bool:
    """Keep a file in pieces; whether there is anything in it."""
    digest, place, end = hashlib.sha256(intake.digest), 0, b""
    while piece := file.read(_PIECE):
        digest.update(piece)
        intake.lines += piece.count(b"\n")
        session.execute(
            IntakePart.__table__.insert(),  # type: ignore[attr-defined]
            {"intake_id": intake.id, "file": name, "place": place, "content": piece},
        )
        place, end = place + 1, piece[-1:]
    intake.lines += end not in {b"", b"\n"}
    intake.digest = digest.digest()
    return place > 0


@contextmanager
def _staged(engine: Engine, task: _Task, now: datetime) -> Iterator[Stage]:
    """Everything in the files of an upload, read."""
    layout = LAYOUTS[task.way.layout]
    reading = importing.reading_of(task.way, task.community, task.newcomers, now)
    progress = _progress(engine, task.id)
    with _file(engine, task.id, "members") as cells, _file(engine, task.id, "trades") as history:
        files = Files(
            cells, task.members_file, history if layout.trades else None, task.trades_file
        )
        with importing.staged(layout, reading, files, progress) as stage:
            yield stage


@contextmanager
def _file(engine: Engine, intake_id: int, name: str) -> Iterator[BinaryIO]:
    """A file put together again, on disk: one piece in memory at a time."""
    with TemporaryFile() as whole:
        place = 0
        while True:
            piece = in_unit_of_work(
                engine,
                lambda db, place=place: db.scalar(  # type: ignore[misc]
                    select(IntakePart.content).where(
                        IntakePart.intake_id == intake_id,
                        IntakePart.file == name,
                        IntakePart.place == place,
                    )
                ),
                write=False,
            )
            if piece is None:
                break
            whole.write(piece)
            place += 1
        whole.seek(0)
        yield cast("BinaryIO", whole)


def _progress(engine: Engine, intake_id: int) -> Callable[[int], object]:
    """Notes how many lines are read, so that a page can tell."""
    done = 0

    def note(lines: int) -> None:
        nonlocal done
        done += lines
        if done % _NOTE_EVERY == 0:
            in_unit_of_work(
                engine,
                lambda db: db.execute(
                    update(Intake).where(Intake.id == intake_id).values(done=done)
                ),
            )

    return note


def _take(db: Session, task: _Task, stage: Stage, reason: str, now: datetime) -> None:
    db.scalars(select(Intake.id).where(Intake.id == task.id).with_for_update()).one()
    report = importing.take(db, task.community, LAYOUTS[task.way.layout], stage, now, reason=reason)
    kept = json.dumps(
        {"report": documents.of_report(report), "cells": [], "trades": [], "outside": []}
    )
    _set(db, task.id, "taking", now, state="taken", report=kept)
    _forget_files(db, task.id)


def _begin(db: Session, intake_id: int, act_id: int, now: datetime) -> _Task | None:
    """The task, now under way, if this act is the one that takes it in."""
    task = _task(db, intake_id, {"ready", "taking"}, act_id)
    if task is not None:
        _set(db, intake_id, "ready", now, state="taking", done=0)
    return task


def _task(db: Session, intake_id: int, states: set[str], act_id: int | None = None) -> _Task | None:
    row = db.get(Intake, intake_id)
    if row is None or row.state not in states or row.act_id != act_id:
        return None
    community = members.community(db, row.community_id)
    if community is None:
        return None
    way = Way(row.layout, row.days, row.decimal, row.seconds)
    newcomers = newcomers_limit(db, community)
    return _Task(row.id, community, newcomers, way, row.digest, row.members_file, row.trades_file)


def _note(engine: Engine, task: _Task, state_was: str, now: datetime, **values: object) -> None:
    in_unit_of_work(engine, lambda db: _set(db, task.id, state_was, now, **values))


def _note_unfit(
    engine: Engine,
    task: _Task,
    lines: tuple[BadLine, ...],
    count: int,
    now: datetime,
    state_was: str,
) -> None:
    """Keep what is wrong, and not what it is wrong in."""
    problems = json.dumps(documents.of_problems(lines))

    def work(db: Session) -> None:
        if _set(db, task.id, state_was, now, state="unfit", problems=problems, problem_count=count):
            _forget_files(db, task.id)

    in_unit_of_work(engine, work)


def _set(db: Session, intake_id: int, state_was: str, now: datetime, **values: object) -> bool:
    """Move an upload on from the state it was in; whether it still was in it."""
    moved = db.scalars(
        update(Intake)
        .where(Intake.id == intake_id, Intake.state == state_was)
        .values(changed_at=now, **values)
        .returning(Intake.id)
    )
    return moved.one_or_none() is not None


def _locked(session: Session, standing: Standing, intake_id: int) -> Intake:
    row = session.get(Intake, intake_id, with_for_update=True, populate_existing=True)
    if row is None or row.community_id != standing.community.id:
        raise NoSuchIntake
    return row


def _is_asked(session: Session, standing: Standing, intake: Intake, now: datetime) -> bool:
    """Whether a steward is asked to sign, or has signed."""
    if intake.act_id is None:
        return False
    act = members.one_act(session, standing, intake.act_id, now)
    return act is not None and act.state.value in {"waiting", "signed"}


def _forget(session: Session, intake_id: int) -> None:
    _forget_files(session, intake_id)
    session.execute(delete(Intake).where(Intake.id == intake_id))


def _forget_files(session: Session, intake_id: int) -> None:
    session.execute(delete(IntakePart).where(IntakePart.intake_id == intake_id))


def _forget_job(session: Session, payload: Payload, _now: datetime) -> None:
    """What was not taken in by now goes; what was stays as a report without files."""
    row = session.get(Intake, _whole(payload["intake"]))
    if row is not None and row.state not in {"taking", "taken"}:
        _forget(session, row.id)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a whole number is expected, not {value!r}")
    return value


__all__ = ["Upload", "drop", "handlers", "look", "put_before_a_steward", "receive", "take"]
