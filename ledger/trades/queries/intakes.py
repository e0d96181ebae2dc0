"""Uploads of earlier books, as their pages show them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.identity import queries as identity
from ledger.journal import queries as books
from ledger.members import queries as members
from ledger.members.queries import ActView, Standing
from ledger.trades.errors import NoSuchIntake
from ledger.trades.formats import LAYOUTS, BadLine
from ledger.trades.model import Intake
from ledger.trades.service.importing import ImportReport, documents


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """An upload in a list."""

    id: int
    layout: str
    state: str
    members_file: str
    uploader: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Outside:
    """A cell beyond its limits."""

    number: int
    name: str
    balance: int


@dataclass(frozen=True, slots=True)
class IntakeView:
    """An upload with what was found in it.

    `cells` and `trades` are its first lines as they would be written. `problems` are the first
    of `problem_count`. `act` takes it in, once it was asked for.
    """

    line: IntakeLine
    trades_file: str
    lines: int
    done: int
    changed_at: datetime
    report: ImportReport | None
    cells: list[dict[str, Any]]
    trades: list[dict[str, Any]]
    problems: list[BadLine]
    problem_count: int
    act: ActView | None
    left_out: tuple[str, ...]
    numbers: dict[str, int]
    outside: list[Outside]

    @property
    def is_signed(self) -> bool:
        """Whether a steward has signed for it."""
        return self.act is not None and self.act.state.value == "signed"

    @property
    def is_under_way(self) -> bool:
        """Whether due work is at it, or will be soon."""
        return self.line.state in {"reading", "taking"} or (
            self.line.state == "ready" and self.is_signed
        )


def intakes(session: Session, standing: Standing, limit: int = 20) -> list[IntakeLine]:
    """The community's uploads, the newest first."""
    rows = session.scalars(
        select(Intake)
        .where(Intake.community_id == standing.community.id)
        .order_by(Intake.id.desc())
        .limit(limit)
    ).all()
    names = identity.names_of(session, {row.uploaded_by for row in rows})
    return [_line(row, names) for row in rows]


def intake(session: Session, standing: Standing, intake_id: int, now: datetime) -> IntakeView:
    """One upload. Raises `NoSuchIntake`."""
    row = session.get(Intake, intake_id)
    if row is None or row.community_id != standing.community.id:
        raise NoSuchIntake
    kept = json.loads(row.report or "{}")
    report = documents.report_of(kept["report"]) if kept else None
    return IntakeView(
        line=_line(row, identity.names_of(session, {row.uploaded_by})),
        trades_file=row.trades_file,
        lines=row.lines,
        done=row.done,
        changed_at=row.changed_at,
        report=report,
        cells=_dated(kept.get("cells", []), "joined_on"),
        trades=_dated(kept.get("trades", []), "day"),
        problems=documents.problems_of(json.loads(row.problems or "[]")),
        problem_count=row.problem_count,
        act=members.one_act(session, standing, row.act_id, now) if row.act_id else None,
        left_out=LAYOUTS[row.layout].left_out,
        numbers=_numbers(session, row, report),
        outside=_outside(session, row, report, kept.get("outside", [])),
    )


def _outside(
    session: Session, row: Intake, report: ImportReport | None, foreseen: list[dict[str, Any]]
) -> list[Outside]:
    """The cells beyond their limits: as foreseen, or as the books have them now."""
    numbers = report.outside if report else ()
    names = members.names_by_number(session, row.community_id, numbers)
    if row.state != "taken":
        return [Outside(**{**one, "name": one["name"] or names[one["number"]]}) for one in foreseen]
    accounts = books.accounts_by_number(session, row.community_id, numbers)
    return [Outside(one, names.get(one, ""), accounts[one].balance) for one in numbers]


def _dated(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{**line, name: date.fromisoformat(line[name])} for line in lines]


def _numbers(session: Session, row: Intake, report: ImportReport | None) -> dict[str, int]:
    """Under which number everybody is known now, where that is another than before."""
    if row.state != "taken" or report is None or not report.numbered:
        return {}
    source = LAYOUTS[row.layout].source
    return members.cells_by_origin(session, row.community_id, f"{source}:")


def _line(row: Intake, names: dict[int, str]) -> IntakeLine:
    return IntakeLine(
        row.id,
        row.layout,
        row.state,
        row.members_file,
        names.get(row.uploaded_by, ""),
        row.uploaded_at,
    )
