"""Whether this process answers and its database does."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ledger.kernel.errors import Busy
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.web import guard, runtime

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@guard.open_to("anyone")
def healthz() -> ResponseReturnValue:
    """200 when the database answers, else 503; says nothing else to strangers."""
    try:
        in_unit_of_work(runtime.engine(), lambda db: db.execute(text("SELECT 1")), write=False)
    except (SQLAlchemyError, Busy):
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok"), 200


def init_app(app: Flask) -> None:
    """Answer on `/healthz`."""
    app.register_blueprint(pages)
