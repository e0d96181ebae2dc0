"""A community, and a way to do something in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_community
from tests.members.office import Office


@pytest.fixture
def home(engine: Engine, now: datetime) -> ACommunity:
    return a_community(engine, now)


@pytest.fixture
def do(engine: Engine) -> Callable[..., Any]:
    return lambda work: in_unit_of_work(engine, work)


@pytest.fixture
def office(engine: Engine, now: datetime) -> Office:
    return Office(a_community(engine, now), now)
