"""The one blueprint of this room's pages."""

from flask import Blueprint

pages = Blueprint("identity", __name__)
