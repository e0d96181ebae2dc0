"""The room's one blueprint, and what all of its pages ask."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g

from ledger.kernel import clock

pages = Blueprint("trades", __name__)


def today() -> date:
    """The day it is in the community of this request."""
    return clock.day_of(clock.now(), g.community.zone)
