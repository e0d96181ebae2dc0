"""How many tries to sign in are fair, so that guessing is slow and nobody is shut out.

Tries are counted in three ways. An *origin* (a device or an address) has a few for
one subject; this alone stops an impatient guesser. One *subject* has some more
from all strangers together, and one *address* for all subjects together, against
those who spread their guesses. A device or address that has signed in as the
subject before is no stranger: only its own tries count, so whoever guesses at
somebody's password from elsewhere cannot shut them out of their own phone. See
"device cookies" in the OWASP authentication notes.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.identity.errors import TooManyTries

MEMORY = timedelta(days=180)
"""How long a device is remembered: longer than the longest session."""


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `tries` failures within `window`."""

    tries: int
    window: timedelta


PER_ORIGIN = Bound(5, timedelta(minutes=15))
PER_SUBJECT = Bound(30, timedelta(hours=1))
PER_ADDRESS = Bound(60, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Tally:
    """Instants of the failures that count, newest first, at most `tries` of each bound."""

    origin: list[datetime]
    subject: list[datetime]
    address: list[datetime]


def ensure_may_try(tally: Tally, now: datetime) -> None:
    """Raise `TooManyTries` with the minutes until the fullest window has room again."""
    waits = [
        _wait(tally.origin, PER_ORIGIN, now),
        _wait(tally.subject, PER_SUBJECT, now),
        _wait(tally.address, PER_ADDRESS, now),
    ]
    longest = max(waits)
    if longest > timedelta(0):
        raise TooManyTries(minutes=-(-longest // timedelta(minutes=1)))


def address_digest(address: str) -> bytes:
    """The digest under which an address is counted; an IPv6 customer has a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return digest(f"address {address}")
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        if mapped is None:
            return digest(f"address {ipaddress.ip_network((int(parsed), 64), strict=False)}")
        parsed = mapped
    return digest(f"address {parsed}")


def digest(text: str) -> bytes:
    """SHA-256 of `text`: what is kept of tokens, devices, addresses and identifiers."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _wait(failures: list[datetime], bound: Bound, now: datetime) -> timedelta:
    if len(failures) < bound.tries:
        return timedelta(0)
    return failures[bound.tries - 1] + bound.window - now
