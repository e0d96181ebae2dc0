"""What surrounds every page: who is here, for which cell, and where they may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError

from ledger.kernel import clock
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.speaker import LANGUAGES
from ledger.web import guard, runtime

_EXTENSION = "simpul-navigation"

_LAST = "cell"
"""Under this name the browser's session keeps the number of the cell last acted for."""


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


def stay_with(code: str, number: str | None) -> None:
    """Keep the navigation in a community, and of a cell, that the address does not name."""
    g.about = (code, number)


def _surroundings() -> dict[str, Any]:
    return {
        "visitor": guard.visitor(),
        "acting": g.get("acting"),
        "find_places": _places,
        "belongs_to": _belongs_to,
        "community": runtime.community(),
        "find_community": _community_here,
        "speaker": runtime.speaker(),
        "languages": LANGUAGES,
        "ways": _ways(),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }


def _places() -> Sequence[Any]:
    """Where the visitor may go: looked up once, and where a page is shown, not a mere redirect."""
    if "places" not in g:
        g.places = _find_places()
    places: Sequence[Any] = g.places
    return places


def _find_places() -> Sequence[Any]:
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


def _community_here() -> Any:
    """The community of the page, also where the page is open to anyone and the visitor of it."""
    code, _own = g.get("about", (g.get("code"), None))
    theirs = (one.community for one in _places() if one.community.code == code)
    return runtime.community() or next(theirs, None)


def _belongs_to(code: str) -> bool:
    """Whether the visitor has any standing in the community `code`."""
    return any(place.community.code == code for place in _places())


def _ways() -> list[dict[str, Any]]:
    """The navigation of the cell that the visitor is here for: on every page the same."""
    found = _cell_here()
    if found is None:
        return []
    code, number, may_record = found
    ways: tuple[Way, ...] = current_app.extensions[_EXTENSION]
    is_its_own = bool(g.get("acting"))
    return [
        {
            "way": way,
            "address": url_for(way.endpoint, code=code, number=number),
            "current": is_its_own and request.endpoint == way.endpoint,
        }
        for way in ways
        if may_record or not way.records
    ]


def _cell_here() -> tuple[str, str, bool] | None:
    """Code, number, and whether the visitor records for it: the cell that is acted for.

    On other pages the one of the page's community, else of any. Of several it is the
    one that was last acted for, or the first where all are of one community.
    """
    cells = [
        (place.community.code, cell.shown, cell.number in place.recorded_for)
        for place in _places()
        for cell in place.cells
    ]
    if g.get("acting"):
        # Only where there is a choice: else pages loaded at once would race for the cookie.
        if len(cells) > 1 and session.get(_LAST) != g.number:
            session[_LAST] = g.number
        return g.code, g.number, g.acting.may_record
    code, own = g.get("about", (g.get("code"), None))
    cells = [one for one in cells if one[0] == code] or cells
    chosen = [one for one in cells if one[1] == (own or session.get(_LAST))]
    if chosen or len({one[0] for one in cells}) == 1:
        return (chosen or cells)[0]
    return None
