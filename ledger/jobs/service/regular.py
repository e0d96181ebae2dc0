"""What is done every so often, whether or not anybody asked: sealing the books, say."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Regular:
    """Work to do again `every` so often. Any number of runners may do it at once, any time."""

    name: str
    every: timedelta
    act: Callable[[datetime], object]


class Rounds:
    """One runner's memory of when it last did each regular work.

    Nothing is written down: such work is idempotent, and a new runner begins with it.
    """

    def __init__(self, works: Sequence[Regular]) -> None:
        self._works = works
        self._last: dict[str, datetime] = {}

    def run(self, now: datetime) -> None:
        """Do what was not done for long enough; log what fails, and try it next time."""
        for work in self._works:
            last = self._last.get(work.name)
            if last is None or not last <= now < last + work.every:
                self._last[work.name] = now
                try:
                    work.act(now)
                except Exception:  # noqa: BLE001 - one work must not stop the others
                    _log.warning("regular work %s failed", work.name, exc_info=True)
