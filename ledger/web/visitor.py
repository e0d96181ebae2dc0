"""Who is signed in, as the edge needs to know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person. `token` is the random name of their session, not of the person.

    Flask-Login asks for the three `is_…` and `get_id`.
    """

    person_id: int
    name: str
    token: str
    language: str | None = None

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """What the session cookie holds: revocable, because the session table knows it."""
        return self.token
