"""Earlier books uploaded in the browser: looked at, signed by a steward, taken in.

What takes long is due work: see `intake_work`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ledger.jobs.service import schedule
from ledger.members import queries as members
from ledger.members.queries import Standing
from ledger.members.service import acts
from ledger.trades.errors import (
    FilesMissing,
    IntakeElsewhere,
    NoSuchIntake,
    NoTradesWanted,
    TradesMissing,
)
from ledger.trades.formats import LAYOUTS
from ledger.trades.model import Intake, IntakePart
from ledger.trades.service.importing import Way

LOOK_JOB = "intake_look"
FORGET_JOB = "intake_forget"

KEPT_FOR = timedelta(days=30)
"""An upload that was not taken in is forgotten then, with the people who are named in it."""

_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """Files as a browser sends them, and how they are to be read. A name is "" for no file."""

    way: Way
    members: BinaryIO
    members_file: str
    trades: BinaryIO
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
    forget(session, intake.id)


def forget(session: Session, intake_id: int) -> None:
    """Let an upload go, with its files."""
    forget_files(session, intake_id)
    session.execute(delete(Intake).where(Intake.id == intake_id))


def forget_files(session: Session, intake_id: int) -> None:
    """Let the files of an upload go."""
    session.execute(delete(IntakePart).where(IntakePart.intake_id == intake_id))


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
