"""The due work of uploads: looking at them, taking in what is signed, forgetting the rest.

Reading takes as long as the books are long, so it happens outside of any transaction; the
books are written in one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.jobs.service import Handler, Outside, Payload
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.members.service import MOVE_IN_JOB, newcomers_limit
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.errors import ImportRefused
from ledger.trades.formats import LAYOUTS, BadLine
from ledger.trades.model import Intake, IntakePart
from ledger.trades.service import importing
from ledger.trades.service.importing import Files, Stage, Way, documents
from ledger.trades.service.intakes import FORGET_JOB, LOOK_JOB, forget, forget_files

_NOTE_EVERY = 5_000


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
    forget_files(db, task.id)


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
            forget_files(db, task.id)

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


def _forget_job(session: Session, payload: Payload, _now: datetime) -> None:
    """What was not taken in by now goes; what was stays as a report without files."""
    row = session.get(Intake, _whole(payload["intake"]))
    if row is not None and row.state not in {"taking", "taken"}:
        forget(session, row.id)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a whole number is expected, not {value!r}")
    return value
