"""How long a request waits for its turn to write, where the books have one writer at a time."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, g

from ledger.persistence.queue import patient_for

SECONDS = 20.0
"""Long enough for books of a hundred thousand lines to be taken in, and half of what the
page's own script waits for an answer."""

RETRY_AFTER = 15
"""Seconds after which whoever gave up may well have more luck."""


def init_app(app: Flask) -> None:
    """Have every request give up, with `Busy`, when its patience is at its end."""
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    g.patience = ExitStack()
    g.patience.enter_context(patient_for(SECONDS))


def _end(_error: BaseException | None) -> None:
    if "patience" in g:
        g.pop("patience").close()
