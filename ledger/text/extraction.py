"""Collects every string marked for translation and brings it into the catalogues.

`python -m ledger.text.extraction` rewrites `translations/*/LC_MESSAGES/simpul.po`:
new strings come in without a translation, unused ones go. Sorted and without
line numbers, so that two branches that add strings merge.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from ledger.text.catalogues import TRANSLATIONS, path_of, read_catalog
from ledger.text.speaker import LANGUAGES

ROOT = TRANSLATIONS.parent
_METHODS = [
    ("app.py", "python"),
    ("ledger/**.py", "python"),
    ("templates/**.*", "jinja2"),
]
_OPTIONS: dict[str, Any] = {"templates/**.*": {"trimmed": "true", "silent": "false"}}
_KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "N_": None}
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def extract(root: Path = ROOT) -> Catalog:
    """Every string of the project that is marked for translation."""
    found = Catalog(charset="utf-8")
    for _name, _line, message, comments, context in extract_from_dir(
        root,
        _METHODS,
        _OPTIONS,
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
        directory_filter=_is_source,
    ):
        found.add(message, auto_comments=comments, context=context)
    return found


def update(language: str, root: Path = ROOT) -> list[str]:
    """Bring the catalogue of `language` up to date; return what lacks a translation."""
    path = path_of(language, root / "translations")
    known = read_catalog(path, language) if path.exists() else Catalog(locale=language)
    known.update(extract(root), no_fuzzy_matching=True)
    known.obsolete.clear()
    out = BytesIO()
    write_po(out, known, width=100, no_location=True, omit_header=True, sort_output=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_HEADER.format(language=language) + out.getvalue().decode(), "utf-8")
    return [str(message.id) for message in known if message.id and not message.string]


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {
        ".venv",
        "var",
        "tests",
        "migrations",
        "node_modules",
    }


def main() -> None:
    """Update every catalogue and name what still lacks a translation."""
    for language in LANGUAGES:
        if language != "en":
            for missing in update(language):
                sys.stdout.write(f"{language}: no translation yet: {missing}\n")


if __name__ == "__main__":
    main()
