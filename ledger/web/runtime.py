"""What the running application is made of, for the pages: engine, settings, lookups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.text.speaker import Speaker, speaking
from ledger.web.visitor import Visitor


def _none_agreed(_db: Session, _person_id: int, _now: datetime) -> Sequence[Any]:
    """No room has asked anybody to agree to anything."""
    return ()


def _none_wait(_db: Session, _standing: Any, _now: datetime) -> Sequence[Any]:
    """No room has errands for anybody."""
    return ()


def _none_decided(
    _db: Session, _community: Any, _since: datetime, _until: datetime
) -> Sequence[str]:
    """No room decides anything."""
    return ()


@dataclass(frozen=True, slots=True)
class Lookups:
    """What the edge asks of the rooms above it; app.py hands the functions in.

    Each answers None for "none that this person may know of": the unknown and the
    foreign look the same.
    """

    find_visitor: Callable[[Engine, str, datetime], Visitor | None]
    """(engine, session token, now): who is signed in with this token."""

    remember_language: Callable[[Session, int, str], None]
    """(writing session, person id, language): the person chose it for good."""

    find_member: Callable[[Session, str], int | None]
    """(reading session, member number such as "SB001") → the person to sign in with it."""

    own_words: Callable[[Session, int], list[str]]
    """(reading session, person id): names and codes of their communities: no passwords."""

    find_acting: Callable[[Session, int, str, int, datetime], Any]
    """(reading session, person id, code, account number, now) → `members.queries.Acting`."""

    find_standing: Callable[[Session, int, str, datetime], Any]
    """(reading session, person id, code, now) → something with `.community` and `.roles`."""

    find_reading: Callable[[Session, int, str, int, frozenset[str], datetime], Any]
    """(reading session, person id, code, account number, roles, now) → `members.queries.Reading`
    of who reads that account by one of these roles."""

    find_places: Callable[[Session, int, datetime], Sequence[Any]]
    """(reading session, person id, now): every `members.queries.Belonging` of theirs."""

    find_errands: Callable[[Session, Any, datetime], Sequence[Any]] = _none_wait
    """(reading session, standing, now): every `web.errands.Errand` of who serves."""

    find_decisions: Callable[[Session, Any, datetime, datetime], Sequence[str]] = _none_decided
    """(reading session, community, since, until): the numbers of what came into force."""

    find_agreed: Callable[[Session, int, datetime], Sequence[Any]] = _none_agreed
    """(reading session, person id, now): every `members.queries.Agreed` of theirs."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of the running application."""

    engine: Engine
    lookups: Lookups
    job_handlers: Mapping[str, Any]
    """By kind of job: `jobs.service.Handlers`."""

    regular: Sequence[Any] = ()
    """What is done every so often: `jobs.service.Regular`."""

    public_url: str = ""
    """The address people use, without a slash at its end: for mail and receipts."""

    session_life: Any = None
    """How long sessions last: `identity.rules.sessions.SessionLife`."""

    welcome: Any = None
    """(identifier, password, address): signs in who was just registered and goes there."""


EXTENSION = "simpul"


def runtime() -> Runtime:
    """The parts of the application that answers this request."""
    return cast("Runtime", current_app.extensions[EXTENSION])


def engine() -> Engine:
    """The database's engine, for `in_unit_of_work(engine(), …)`."""
    return runtime().engine


def speaker() -> Speaker:
    """Who speaks to this request's visitor: language, and the community's time zone."""
    return speaking.get()


def speak(language: str | None = None, zone: str | None = None) -> None:
    """From here on, speak in `language` and in the zone `zone`; None leaves it as it is."""
    now = speaking.get()
    speaking.set(Speaker(language or now.language, zone or now.zone))


def community() -> Any:
    """The community this request is about (`members.queries.CommunityView`), or None."""
    return g.get("community")


def wants_json() -> bool:
    """Whether a program asks, and not a browser."""
    offered = ("text/html", "application/json", "application/problem+json")
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or (
        bool(accepted) and accepted.best_match(offered, "text/html") != "text/html"
    )
