"""Translations, read from the `.po` files themselves: nothing compiled can go stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

DOMAIN = "simpul"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language; a message without translation stays English."""

    singular: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, str] = field(default_factory=dict)
    """By the English singular. Our languages have one form (Indonesian) or are the source."""

    def gettext(self, message: str) -> str:
        return self.singular.get(message, message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.plural.get(one) or (one if count == 1 else many)


def path_of(language: str, translations: Path = TRANSLATIONS) -> Path:
    """Where the catalogue of `language` lies."""
    return translations / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalog(path: Path, language: str) -> Catalog:
    """Babel's catalogue of the file `path`."""
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of `language`; an empty one for English, the source.

    Raises ValueError for a language with more than one plural form: say how to
    choose among them in `Catalogue.ngettext` before adding it.
    """
    if language == "en":
        return Catalogue()
    messages = read_catalog(path_of(language), language)
    if messages.num_plurals != 1:
        raise ValueError(f"No rule yet for the plural forms of {language}.")
    return _as_catalogue(messages)


def _as_catalogue(messages: Catalog) -> Catalogue:
    singular: dict[str, str] = {}
    plural: dict[str, str] = {}
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        if isinstance(message.id, str):
            singular[message.id] = str(message.string or message.id)
        else:
            plural[message.id[0]] = (message.string or message.id)[0]
    return Catalogue(singular, plural)
