"""A number that no database could keep is not found, like any other unknown one."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

from ledger.web.addresses import Whole, whole

TOO_LARGE = ["9223372036854775808", "1" + "0" * 15, "9" * 5000]


def test_every_number_in_a_route_is_bounded(app: Flask) -> None:
    found = [
        converter
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
        if isinstance(converter, IntegerConverter)
    ]
    assert len(found) > 50
    assert all(isinstance(converter, Whole) for converter in found)


@pytest.mark.parametrize("number", TOO_LARGE)
def test_a_route_does_not_match_what_is_too_large(app: Flask, number: str) -> None:
    routes = app.url_map.bind("localhost")
    assert routes.match("/c/SB/proposals/7")[1]["proposal"] == 7
    with pytest.raises(NotFound):
        routes.match(f"/c/SB/proposals/{number}")


@pytest.mark.parametrize("text", [*TOO_LARGE, "-1", "", "1.0", " 1", "١٢", "seven"])
def test_what_is_no_number_in_a_query_counts_as_none(app: Flask, text: str) -> None:
    with app.test_request_context("/", query_string={"before": text, "page": "12"}) as context:
        assert context.request.args.get("before", type=whole) is None
        assert context.request.args.get("page", type=whole) == 12
