"""Statements as PDF: tagged for readers of screens (PDF/UA-1), the same bytes each time.

WeasyPrint and the libraries it stands on are loaded when the first PDF is drawn, so that
whoever never draws one needs neither their memory nor them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from threading import Lock
from typing import Any

from jinja2 import Environment

from ledger.statements.errors import NoPdfHere
from ledger.statements.queries.papers import Paper
from ledger.text.qr import qr_of
from ledger.text.speaker import Speaker
from ledger.text.templates import TEMPLATES, environment, render

_CSS = TEMPLATES / "statements" / "pdf.css"

_ONE_AT_A_TIME = Lock()
"""The fonts are shared between drawings; and one after another they need the memory of one."""

_MANY = 200
"""From so many movements on they are set close: four times as many to a page."""


def draw(paper: Paper, speaker: Speaker, address: str) -> bytes:
    """The statement as a PDF, as `speaker` says it; `address` is that of its checking page.

    Raises `NoPdfHere`.
    """
    weasyprint, fonts, style = _tools()
    page = render(
        _jinja(),
        "statements/pdf.html",
        speaker,
        paper=paper,
        unit=paper.statement.unit,
        speaker=speaker,
        address=address,
        qr=qr_of(address),
        close=len(paper.extract.lines) >= _MANY,
    )
    with _ONE_AT_A_TIME:
        html = weasyprint.HTML(string=page, url_fetcher=_fetcher(weasyprint))
        content: bytes = html.write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
        )
    return content


def can_draw() -> bool:
    """Whether PDFs can be drawn on this machine."""
    try:
        _tools()
    except NoPdfHere:
        return False
    return True


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any, Any]:
    try:
        weasyprint = import_module("weasyprint")
        text = import_module("weasyprint.text.fonts")
    except (ImportError, OSError) as error:
        # OSError is what a missing Pango looks like.
        raise NoPdfHere from error
    fonts = text.FontConfiguration()
    style = weasyprint.CSS(
        string=_CSS.read_text("utf-8"), font_config=fonts, url_fetcher=_fetcher(weasyprint)
    )
    return weasyprint, fonts, style


@lru_cache(maxsize=1)
def _fetcher(weasyprint: Any) -> Any:
    """Fetches nothing: what stands in a statement came from people."""

    class Denying(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError(f"A statement fetches nothing, not even {url[:80]}.")

    return Denying()


@lru_cache(maxsize=1)
def _jinja() -> Environment:
    return environment()
