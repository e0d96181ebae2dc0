"""What every response tells the browser not to do."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # Bootstrap's check marks and arrows are data: images
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}

_ALWAYS = {
    "Content-Security-Policy": "; ".join(f"{kind} {from_}" for kind, from_ in _SOURCES.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_TWO_YEARS = 63072000


def init_app(app: Flask, *, in_production: bool) -> None:
    """Add the headers to every response, errors included."""

    def add(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if in_production:
            lasting = f"max-age={_TWO_YEARS}; includeSubDomains"
            response.headers["Strict-Transport-Security"] = lasting
        return _keep_private(response)

    app.after_request(add)


def _keep_private(response: Response) -> Response:
    """Nothing that a signed-in person saw stays on the phone unless a view says so."""
    if "Cache-Control" not in response.headers:
        personal = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
        response.headers["Cache-Control"] = "no-store" if personal else "no-cache"
        response.vary.update(("Cookie", "Accept-Language"))
    if g.get("forget"):
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
