"""Marking strings for translation, and strings that carry the values they will name."""

from __future__ import annotations

from typing import Self


def N_(message: str) -> str:  # noqa: N802 - the name that translators' tools look for
    """Mark `message` for the catalogues and return it: it is translated at the edge."""
    return message


class Phrase(str):
    """A message id together with the facts its placeholders name.

    It is a `str`, so that marshmallow carries it in its lists of errors.
    """

    __slots__ = ("facts",)

    facts: dict[str, object]

    def __new__(cls, message: str, **facts: object) -> Self:
        phrase = super().__new__(cls, message)
        phrase.facts = facts
        return phrase
