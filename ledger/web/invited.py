"""Addresses that only who was given them can open: signed, and good for a while."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

AN_HOUR = 3600


def sign(secret: str | bytes | None, purpose: str) -> str:
    """A token for an address; `secret` is the application's secret key."""
    return str(_serializer(secret, purpose).dumps(purpose))


def is_signed(secret: str | bytes | None, purpose: str, token: str) -> bool:
    """Whether `token` was signed for `purpose` within the last hour."""
    try:
        return bool(_serializer(secret, purpose).loads(token, max_age=AN_HOUR) == purpose)
    except BadSignature:
        return False


def _serializer(secret: str | bytes | None, purpose: str) -> URLSafeTimedSerializer:
    if not secret:
        raise ValueError("there is no secret key to sign with")
    return URLSafeTimedSerializer(secret, salt=f"simpul {purpose}")
