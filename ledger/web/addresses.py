"""Numbers in addresses and forms, bounded: a larger one is no number of anything here.

A database keeps 64 bits. What it cannot even be asked for would be an error of ours, where
an unknown number is simply not found.
"""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.routing import IntegerConverter

_WHOLE = r"[0-9]{1,15}"
"""Few enough digits that a page's number times its length fits as well."""


class Whole(IntegerConverter):
    """What `<int:…>` stands for in a route."""

    regex = _WHOLE


def whole(text: str) -> int:
    """Read a number of a query or a form, as `args.get(name, type=whole)`. Raises ValueError."""
    if not re.fullmatch(_WHOLE, text):
        raise ValueError(f"not a number that could stand here: {text[:20]!r}")
    return int(text)


def init_app(app: Flask) -> None:
    """Bound the numbers of the routes that are added from here on."""
    app.url_map.converters["int"] = Whole
