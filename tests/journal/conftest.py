"""What tests of the books begin with."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.bookkeeping import Bookkeeper


@pytest.fixture
def books(engine: Engine) -> Bookkeeper:
    """A community with three cells that may each go down to −100."""
    return Bookkeeper(engine).with_accounts(1, 2, 3, floor=-100)
