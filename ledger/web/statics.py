"""Styles, scripts and pictures: hashed names, compressed once at start, kept for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from ledger.web import guard

STATIC = Path(__file__).resolve().parents[2] / "static"
_PACKAGED = {"bootstrap.css": ("xstatic.pkg.bootstrap", "data/css/bootstrap.min.css")}
"""What others wrote comes from their packages; only the name is ours."""

_COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".webmanifest"})
_EXTENSION = "simpul-statics"

pages = Blueprint("statics", __name__)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file under its hashed name, as it is and compressed."""

    address: str
    kind: str
    plain: bytes
    compressed: bytes | None


@pages.get("/static/<address>")
@guard.open_to("anyone")
def serve(address: str) -> ResponseReturnValue:
    """The file, compressed where the browser takes it; its name changes with its content."""
    found = _by_address().get(address)
    if found is None:
        abort(404)
    compressed = found.compressed if request.accept_encodings["gzip"] else None
    response = Response(compressed or found.plain, content_type=found.kind)
    if compressed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = 365 * 24 * 3600
    response.cache_control.immutable = True
    return response


def init_app(app: Flask) -> None:
    """Read all files once and teach templates `static_url("simpul.css")`."""
    named = {name: _prepared(name, content) for name, content in _contents()}
    app.extensions[_EXTENSION] = {file.address: file for file in named.values()}
    app.register_blueprint(pages)

    def static_url(name: str) -> str:
        return url_for("statics.serve", address=named[name].address)

    app.jinja_env.globals["static_url"] = static_url


def _by_address() -> dict[str, StaticFile]:
    found: dict[str, StaticFile] = current_app.extensions[_EXTENSION]
    return found


def _contents() -> Iterator[tuple[str, bytes]]:
    for name, (package, path) in _PACKAGED.items():
        yield name, _without_map(files(package).joinpath(path).read_bytes())
    for file in sorted(STATIC.iterdir()):
        if file.is_file():
            yield file.name, file.read_bytes()


def _without_map(content: bytes) -> bytes:
    """Drop the pointer to a source map that we do not serve."""
    return content.split(b"/*# sourceMappingURL=")[0]


def _prepared(name: str, content: bytes) -> StaticFile:
    stem, dot, suffix = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:12]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = dot + suffix in _COMPRESSIBLE
    return StaticFile(
        address=f"{stem}.{digest}.{suffix}",
        kind=f"{kind}; charset=utf-8" if text else kind,
        plain=content,
        compressed=gzip.compress(content, 9, mtime=0) if text else None,
    )
