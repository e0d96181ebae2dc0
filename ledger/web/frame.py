"""What surrounds every page: who is here, for which cell, and where they may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import LANGUAGES
from ledger.web import guard, runtime

_EXTENSION = "simpul-navigation"


@dataclass(frozen=True, slots=True)
class Way:
    """A place in the navigation of somebody who acts for a cell.

    `label` is a message id, `icon` a name in `templates/macros/icons.html`.
    """

    endpoint: str
    label: str
    icon: str
    records: bool = False
    """Only for those who may record."""

    main: bool = False
    """The one thing people come for: it stands out."""


def init_app(app: Flask) -> None:
    """Give `templates/base.html` what it shows around a page."""
    app.extensions.setdefault(_EXTENSION, ())
    app.context_processor(_surroundings)


def lay_out(app: Flask, ways: tuple[Way, ...]) -> None:
    """Set the navigation, in order."""
    app.extensions[_EXTENSION] = ways


def _surroundings() -> dict[str, Any]:
    return {
        "visitor": guard.visitor(),
        "acting": g.get("acting"),
        "find_places": _places,
        "community": runtime.community(),
        "speaker": runtime.speaker(),
        "languages": LANGUAGES,
        "ways": _ways(),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }


def _places() -> Sequence[Any]:
    """Where the visitor may go: looked up where a page shows it, and not for mere redirects."""
    who = guard.visitor()
    if who is None:
        return ()
    parts = runtime.runtime()
    try:
        return in_unit_of_work(
            parts.engine,
            lambda db: parts.lookups.find_places(db, who.person_id, clock.now()),
            write=False,
        )
    except SQLAlchemyError:
        # The page that says what is wrong must not fail for want of a menu.
        current_app.logger.exception("no places")
        return ()


def _ways() -> list[dict[str, Any]]:
    """The navigation of the cell acted for; elsewhere in the community, of one's only cell."""
    if g.get("acting"):
        number, may_record = g.number, g.acting.may_record
    elif home := getattr(g.get("standing"), "home", None):
        number, may_record = home
    else:
        return []
    ways: tuple[Way, ...] = current_app.extensions[_EXTENSION]
    return [
        {
            "way": way,
            "address": url_for(way.endpoint, number=number),
            "current": request.endpoint == way.endpoint,
        }
        for way in ways
        if may_record or not way.records
    ]
