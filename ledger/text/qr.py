"""Addresses as pictures: pages, mail and PDF draw the same."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_of(address: str) -> Markup:
    """The address as a picture: dark on light in any colour scheme, because readers want it so."""
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(scale=4, border=3, light="#fff", omitsize=True, svgclass="qr")
    return Markup(picture)  # noqa: S704 - segno's own drawing, none of the address's text
