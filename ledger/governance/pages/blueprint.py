"""The room's one blueprint, and what all of its pages ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint
from sqlalchemy.orm import Session

from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import runtime

pages = Blueprint("governance", __name__)

Result = TypeVar("Result")


def read(work: Callable[[Session], Result]) -> Result:
    """What `work` reads from the database."""
    return in_unit_of_work(runtime.engine(), work, write=False)


def write(work: Callable[[Session], Result]) -> Result:
    """What `work` does in the database, in one transaction."""
    return in_unit_of_work(runtime.engine(), work)
