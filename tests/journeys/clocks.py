"""A clock that tests move forward, for pages and jobs alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask

from ledger.jobs.service import run_due
from ledger.web.runtime import EXTENSION


@dataclass
class Clock:
    """The instant at which the pages are; jobs come by whenever it is moved."""

    app: Flask
    now: datetime

    def move(self, **passing: float) -> None:
        self.now += timedelta(**passing)
        runtime = self.app.extensions[EXTENSION]
        while run_due(runtime.engine, runtime.job_handlers, self.now).done:
            pass
