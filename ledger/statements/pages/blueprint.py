"""The room's one blueprint."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("statements", __name__)
