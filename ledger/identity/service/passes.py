"""Single-use ways in: links that are mailed, codes that are printed.

A new one of the same purpose ends those before it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from ledger.identity.errors import CodeWrong, PassOver
from ledger.identity.model import Pass
from ledger.identity.queries import find_pass
from ledger.identity.rules.codes import new_code, read
from ledger.identity.rules.throttle import digest
from ledger.kernel.identifiers import new_token

CODE = "code"
CODE_LIFE = timedelta(hours=24)


def issue_link(
    session: Session,
    person_id: int,
    purpose: str,
    life: timedelta,
    now: datetime,
    about: str | None = None,
) -> str:
    """Make a token for the address of a link; it opens once, within `life`."""
    token = new_token()
    _issue(session, person_id, purpose, digest(f"{purpose} {token}"), life, now, about)
    return token


def redeem_link(session: Session, token: str, purpose: str, now: datetime) -> int:
    """Use a link up and return its person's id. Raises `PassOver`."""
    found = find_pass(session, digest(f"{purpose} {token}"), now, lock=True)
    if found is None:
        raise PassOver
    return _use(session, found, now)


def issue_code(session: Session, person_id: int, now: datetime) -> str:
    """Make a code of 24 hours to be printed; nobody can see it again."""
    code = new_code()
    _issue(session, person_id, CODE, _code_digest(person_id, code), CODE_LIFE, now)
    return code


def is_code_of(session: Session, person_id: int | None, typed: str, now: datetime) -> bool:
    """Whether the code is this person's and can still be used; it stays as it is."""
    return find_pass(session, _code_digest(person_id or 0, read(typed)), now) is not None


def redeem_code(session: Session, person_id: int | None, typed: str, now: datetime) -> int:
    """Use a code up and return its person's id. Raises `CodeWrong`, whatever is wrong."""
    wanted = _code_digest(person_id or 0, read(typed))
    found = find_pass(session, wanted, now, lock=True)
    if found is None:
        raise CodeWrong
    return _use(session, found, now)


def end_passes(session: Session, person_id: int, purpose: str, now: datetime) -> None:
    """What was handed out for this purpose opens nothing any more."""
    session.execute(
        update(Pass)
        .where(Pass.person_id == person_id, Pass.purpose == purpose, Pass.used_at.is_(None))
        .values(used_at=now, about=None)
    )


def _issue(
    session: Session,
    person_id: int,
    purpose: str,
    kept: bytes,
    life: timedelta,
    now: datetime,
    about: str | None = None,
) -> None:
    end_passes(session, person_id, purpose, now)
    session.add(
        Pass(
            digest=kept,
            person_id=person_id,
            purpose=purpose,
            about=about,
            made_at=now,
            expires_at=now + life,
        )
    )
    session.flush()


def _use(session: Session, found: Pass, now: datetime) -> int:
    found.used_at, found.about = now, None
    session.flush()
    return found.person_id


def _code_digest(person_id: int, code: str) -> bytes:
    return digest(f"{CODE} {person_id} {code}")
