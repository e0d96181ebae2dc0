"""Objections to statements: opened by a cell, answered by who serves, ended by the cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel import clock
from ledger.members.queries import Acting, Standing
from ledger.statements import queries
from ledger.statements.errors import (
    NoReversal,
    NoSuchMovement,
    NoSuchObjection,
    NoSuchStatement,
    ObjectionTooLate,
    OwnObjection,
    WordsMissing,
)
from ledger.statements.model import StatementObjection, StatementObjectionEvent
from ledger.statements.queries.papers import object_by
from ledger.statements.rules.months import Month, month_kept
from ledger.statements.rules.objections import Event, Party, State, step
from ledger.statements.service.telling import tell_of_event


@dataclass(frozen=True, slots=True)
class Object:
    """Say that a statement is wrong: one movement of it, or all of it (`seq` is None)."""

    month: Month
    seq: int | None
    words: str
    request_key: str


@dataclass(frozen=True, slots=True)
class Go:
    """Do something about an objection. `reversal` is the entry that an answer points to."""

    objection: int
    event: Event
    words: str
    request_key: str
    reversal: int | None = None


def object_to(session: Session, acting: Acting, command: Object, now: datetime) -> int:
    """Open an objection, once per request key; return its number.

    Raises `NoSuchStatement`, `ObjectionTooLate`, `NoSuchMovement` and `WordsMissing`.
    """
    journal.lock_book(session, acting.community.id)
    again = session.scalar(
        select(StatementObjection.id).where(
            StatementObjection.community_id == acting.community.id,
            StatementObjection.person_id == acting.person_id,
            StatementObjection.request_key == command.request_key,
        )
    )
    if again is not None:
        return again
    _ensure_may_object(session, acting, command, now)
    row = StatementObjection(
        community_id=acting.community.id,
        month=command.month.key,
        account=acting.account,
        seq=command.seq,
        person_id=acting.person_id,
        request_key=command.request_key,
        opened_at=now,
        state=State.OPEN.value,
    )
    session.add(row)
    session.flush()
    go = Go(row.id, Event.OPEN, command.words, command.request_key)
    _write_down(session, row, acting.person_id, go, now)
    return row.id


def go_on(session: Session, acting: Acting, command: Go, now: datetime) -> None:
    """Withdraw, settle or ask on, as the cell that objected.

    Raises `NoSuchObjection`, `ObjectionMovedOn` and `WordsMissing`.
    """
    row = _locked(session, acting.community.id, command.objection)
    if row.account != acting.account:
        raise NoSuchObjection
    _do(session, row, acting.person_id, command, Party.CELL, now)


def answer(session: Session, standing: Standing, command: Go, now: datetime) -> None:
    """Answer, as a coordinator or auditor; perhaps by pointing to a reversal.

    Raises `NoSuchObjection`, `OwnObjection`, `ObjectionMovedOn`, `WordsMissing`, `NoReversal`.
    """
    row = _locked(session, standing.community.id, command.objection)
    if row.account in {cell.number for cell in standing.cells}:
        raise OwnObjection
    if command.reversal is not None:
        _ensure_reverses(session, row, command.reversal)
    _do(session, row, standing.person_id, command, Party.OFFICE, now)


def _do(
    session: Session,
    row: StatementObjection,
    person_id: int,
    command: Go,
    by: Party,
    now: datetime,
) -> None:
    """One line of the table; the same request again does nothing."""
    done = session.scalar(
        select(StatementObjectionEvent.number).where(
            StatementObjectionEvent.objection_id == row.id,
            StatementObjectionEvent.person_id == person_id,
            StatementObjectionEvent.request_key == command.request_key,
        )
    )
    if done is not None:
        return
    found = step(State(row.state), command.event, by)
    if found.needs_words and not command.words:
        raise WordsMissing
    row.state = found.target.value
    _write_down(session, row, person_id, command, now)


def _write_down(
    session: Session, row: StatementObjection, person_id: int, command: Go, now: datetime
) -> None:
    last = select(func.max(StatementObjectionEvent.number)).where(
        StatementObjectionEvent.objection_id == row.id
    )
    number = (session.scalar(last) or 0) + 1
    session.add(
        StatementObjectionEvent(
            objection_id=row.id,
            number=number,
            event=command.event.value,
            person_id=person_id,
            at=now,
            request_key=command.request_key,
            words=command.words,
            reversal=command.reversal,
        )
    )
    session.flush()
    tell_of_event(session, row.id, number, now)


def _ensure_may_object(session: Session, acting: Acting, command: Object, now: datetime) -> None:
    found = queries.statement(session, acting.community, acting.account, command.month)
    if found is None:
        raise NoSuchStatement
    until = object_by(command.month.last_day)
    if clock.day_of(now, acting.community.zone) > until:
        raise ObjectionTooLate(until=until)
    seqs = {one.seq for one in found.statement.movements}
    if command.seq is not None and command.seq not in seqs:
        raise NoSuchMovement
    if not command.words:
        raise WordsMissing


def _ensure_reverses(session: Session, row: StatementObjection, entry_id: int) -> None:
    """The entry is a reversal on this account; of the very movement, where one is objected to."""
    found = books.entry(session, row.community_id, entry_id)
    if found is None or found.reverses is None:
        raise NoReversal
    if row.account not in {line.account for line in found.lines}:
        raise NoReversal
    if row.seq is None:
        return
    meant = queries.entry_of(session, row.community_id, row.account, month_kept(row.month), row.seq)
    if found.reverses != meant:
        raise NoReversal


def _locked(session: Session, community_id: int, objection: int) -> StatementObjection:
    row = session.scalar(
        select(StatementObjection)
        .where(StatementObjection.id == objection, StatementObjection.community_id == community_id)
        .with_for_update()
    )
    if row is None:
        raise NoSuchObjection
    return row
