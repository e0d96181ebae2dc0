"""Random identifiers that say nothing about whom or what they name."""

from __future__ import annotations

import re
import secrets

_REQUEST_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


def new_token() -> str:
    """256 random bits as 43 URL-safe characters: for sessions, links and receipts."""
    return secrets.token_urlsafe(32)


def new_request_key() -> str:
    """128 random bits as 22 URL-safe characters: made with a form, sent with it."""
    return secrets.token_urlsafe(16)


def is_request_key(text: str) -> bool:
    """Whether `text` could be a request key: 16 to 64 URL-safe characters."""
    return _REQUEST_KEY.fullmatch(text) is not None


def new_pseudonym() -> int:
    """A random positive 62-bit number to stand for a person in a community's books."""
    return secrets.randbits(62) | 1
