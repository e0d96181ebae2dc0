"""Pages are sent compressed: on a slow phone the wire is what one waits for."""

from __future__ import annotations

import gzip
import secrets
from io import BytesIO

from flask import Flask, Response, request

_LEVEL = 6
_WORTHWHILE = 1000
_MOST_PADDING = 100


def init_app(app: Flask) -> None:
    """Compress what is made for one visitor; `statics` brings its own."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    """The page, compressed where the browser takes it."""
    if response.mimetype != "text/html" or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and len(response.data) >= _WORTHWHILE:
        response.data = packed(response.data)
        response.content_encoding = "gzip"
    return response


def packed(content: bytes) -> bytes:
    """`content` in gzip, with a name of random length in its header.

    Who may put words into a page and sees how long its answers are could guess the
    secrets beside the words, because what repeats is packed smaller (BREACH). A length
    that wavers makes guessing need many times the tries: Palacios and others, *Heal the
    Breach*, 2022, as in Django.
    """
    name = "a" * secrets.randbelow(_MOST_PADDING)
    out = BytesIO()
    with gzip.GzipFile(
        filename=name, mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0
    ) as file:
        file.write(content)
    return out.getvalue()
