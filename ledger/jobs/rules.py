"""When to try again, and when to stop."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(minutes=15)
"""A runner that has not reported back by then is taken for dead."""

MOST_ATTEMPTS = 16
"""With the pauses below: about three days."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=12)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures: 1, 2, 4 … minutes later; None for never."""
    if attempts >= MOST_ATTEMPTS:
        return None
    pause: timedelta = min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)
    return now + pause
