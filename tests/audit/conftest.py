"""Books that let everything pass, for those who look whether the audit finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.audit.defenceless import Defenceless, keep_books, tear_down_the_defence
from tests.conftest import BOTH
from tests.databases import Databases, connected
from tests.postgres import PostgresMissing


@pytest.fixture(scope="module", params=BOTH)
def books(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Defenceless]:
    """Two communities' sealed books, in tables that let everything pass."""
    try:
        with databases.fresh(request.param) as database, connected(database.owner_url) as engine:
            anchors = tmp_path_factory.mktemp("anchors") / "anchors"
            keep_books(engine, anchors)
            tear_down_the_defence(engine)
            yield Defenceless(engine, anchors)
    except PostgresMissing as missing:
        pytest.skip(f"no PostgreSQL: {missing}")
