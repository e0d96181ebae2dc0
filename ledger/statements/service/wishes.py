"""Whether somebody wants statements by mail: their own choice, by one tap, at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.kernel.identifiers import new_token
from ledger.statements.errors import NoSuchWish
from ledger.statements.model import MailWish


def wish_token(session: Session, person_id: int) -> str:
    """The token of the page on which a person changes their mind; made when first needed."""
    return _wish(session, person_id).token


def wish(session: Session, person_id: int, *, mail: bool, now: datetime) -> None:
    """Have a person get their statements by mail from now on, or not."""
    _set(_wish(session, person_id), mail, now)
    session.flush()


def wish_by_token(session: Session, token: str, *, mail: bool, now: datetime) -> None:
    """The same for whoever holds the token, as it stands in each mail. Raises `NoSuchWish`."""
    found = session.scalar(select(MailWish).where(MailWish.token == token).with_for_update())
    if found is None:
        raise NoSuchWish
    _set(found, mail, now)
    session.flush()


def _set(found: MailWish, mail: bool, now: datetime) -> None:
    if mail:
        found.off_at = None
    elif found.off_at is None:
        found.off_at = now


def _wish(session: Session, person_id: int) -> MailWish:
    found = session.get(MailWish, person_id)
    if found is None:
        found = MailWish(person_id=person_id, token=new_token(), off_at=None)
        session.add(found)
        session.flush()
    return found
