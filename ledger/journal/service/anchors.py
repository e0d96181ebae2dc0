"""The anchor file: each seal's hash, outside the database, where a rewrite can't reach it.

One JSON line per seal, of each community in the order of its seals, without a
gap: {"community":1,"number":1,"hash":"…","sealed_at":"2026-11-23T03:00:00+00:00"}.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.journal import queries
from ledger.journal.model import Book
from ledger.journal.queries import Seal
from ledger.journal.service.sealing import seal
from ledger.persistence.unit_of_work import in_unit_of_work

_TAIL = 64 * 1024


def seal_all(engine: Engine, anchor_file: Path, now: datetime) -> int:
    """Seal all that waits in every community and anchor each seal; return how many were made.

    Seals first and writes the file after the commit: a crash between the two is
    made good by the next call.
    """
    made = 0
    for community_id in in_unit_of_work(engine, _communities, write=False):
        while in_unit_of_work(engine, partial(_seal, community_id=community_id, now=now)):
            made += 1
    anchor(engine, anchor_file)
    return made


def anchor(engine: Engine, anchor_file: Path) -> int:
    """Append the seals that the file does not have; return how many lines were added.

    The file is on the disk when this returns. One process at a time writes it.
    """
    added = 0
    with _alone(anchor_file) as descriptor:
        reached = _reached(descriptor)
        for community_id in in_unit_of_work(engine, _communities, write=False):
            while missing := _missing(engine, community_id, reached.get(community_id, 0)):
                os.write(descriptor, b"".join(_line(community_id, each) for each in missing))
                reached[community_id] = missing[-1].number
                added += len(missing)
        if added:
            os.fsync(descriptor)
    return added


def _communities(session: Session) -> list[int]:
    return list(session.scalars(select(Book.community_id).order_by(Book.community_id)))


def _seal(session: Session, community_id: int, now: datetime) -> Seal | None:
    return seal(session, community_id, now)


def _missing(engine: Engine, community_id: int, after: int) -> list[Seal]:
    return in_unit_of_work(
        engine, lambda session: queries.seals(session, community_id, after=after), write=False
    )


def _line(community_id: int, made: Seal) -> bytes:
    fields = {
        "community": community_id,
        "number": made.number,
        "hash": made.hash.hex(),
        "sealed_at": made.sealed_at.isoformat(),
    }
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


@contextmanager
def _alone(anchor_file: Path) -> Iterator[int]:
    """The file's descriptor, locked; a last line that a crash left unfinished is cut off."""
    anchor_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(anchor_file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        unfinished = os.pread(descriptor, _TAIL, max(size - _TAIL, 0)).rpartition(b"\n")[2]
        if unfinished:
            os.ftruncate(descriptor, size - len(unfinished))
        yield descriptor
    finally:
        os.close(descriptor)


def _reached(descriptor: int) -> dict[int, int]:
    """The number of the last seal in the file, by community."""
    reached: dict[int, int] = {}
    with os.fdopen(os.dup(descriptor), "rb") as lines:
        lines.seek(0)
        for line in lines:
            fields = json.loads(line)
            reached[fields["community"]] = fields["number"]
    return reached
