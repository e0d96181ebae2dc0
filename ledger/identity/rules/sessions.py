"""How long a session lasts, and how a browser is named in the list of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SEEN_EVERY = timedelta(minutes=10)
"""`last_seen_at` is written no more often: reading a page should not write."""

_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "UCBrowser": "UC Browser",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class SessionLife:
    """A session ends `idle` after it was last used, and `absolute` after sign-in."""

    idle: timedelta = timedelta(days=14)
    absolute: timedelta = timedelta(days=90)


def is_touch_due(last_seen_at: datetime, now: datetime) -> bool:
    """Whether `last_seen_at` should be written again."""
    return now >= last_seen_at + SEEN_EVERY


def agent_label(user_agent: str) -> str:
    """`"Firefox · Android"` from what the browser sends of itself; `""` when it says nothing."""
    found = [
        next((name for mark, name in table.items() if mark in user_agent), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found))
