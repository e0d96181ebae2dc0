"""How much a request may bring: little, except where a view takes files.

The limit has to be raised before anything looks into the form, and only for people who
are signed in: strangers are not to fill the disk while we find out who they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from ledger.web import guard

View = TypeVar("View", bound=Callable[..., Any])


def takes(most: int) -> Callable[[View], View]:
    """Mark a view as one that takes up to `most` bytes from people who are signed in."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Before all else of a request, set what it may bring."""
    app.url_value_preprocessor(_allow)


def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    view = current_app.view_functions.get(endpoint or "")
    most = getattr(view, "takes", None)
    if most is not None and request.method == "POST" and guard.visitor() is not None:
        request.max_content_length = most
