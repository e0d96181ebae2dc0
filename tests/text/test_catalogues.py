"""No word reaches a person untranslated."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment
from jinja2.lexer import TOKEN_DATA

from ledger.text.catalogues import catalogue, path_of, read_catalog
from ledger.text.extraction import ROOT, extract
from ledger.text.templates import TEMPLATES

LANGUAGES = ["id"]
REPAIR = "run `make translations` and fill in what is new"


@pytest.fixture(params=LANGUAGES)
def known(request: pytest.FixtureRequest) -> Catalog:
    """What the translators of one language have written."""
    return read_catalog(path_of(request.param), request.param)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def test_every_string_has_a_translation(known: Catalog) -> None:
    missing = [
        message.id
        for message in messages(extract())
        if not (found := known.get(message.id)) or not all(forms(found.string or ""))
    ]
    assert missing == [], REPAIR


def test_nothing_is_fuzzy_or_left_over(known: Catalog) -> None:
    wanted = {str(message.id) for message in messages(extract())}
    assert [message.id for message in messages(known) if message.fuzzy] == []
    assert [message.id for message in messages(known) if str(message.id) not in wanted] == [], (
        REPAIR
    )
    assert list(known.obsolete) == [], REPAIR


def test_files_are_downloaded_and_not_taken_away() -> None:
    said = [text for message in messages(extract()) for text in forms(message.id)]
    assert [text for text in said if re.search(r"\b[Tt]ake\b.*\baway\b", text)] == []


def test_translations_name_the_same_facts(known: Catalog) -> None:
    def facts(texts: object) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", " ".join(forms(texts))))

    different = [
        message.id for message in messages(known) if facts(message.id) != facts(message.string)
    ]
    assert different == []


def test_translations_are_percent_formats_where_their_source_is(known: Catalog) -> None:
    for message in messages(known):
        for text in forms(message.string):
            if "%(" in text:
                text % dict.fromkeys(re.findall(r"%\((\w+)\)", text), "x")


def test_no_compiled_catalogue_can_go_stale() -> None:
    assert list((ROOT / "translations").rglob("*.mo")) == []


def test_english_is_the_source() -> None:
    assert catalogue("en").gettext("anything at all") == "anything at all"


# That something is *bukan uang*, no money, may be said.
MONEY_WORDS = re.compile(
    r"\b(bayar|(?<!bukan )uang|rupiah|dompet|pinjaman|utang|bayaran|pay|money)\b", re.IGNORECASE
)


def test_no_word_makes_people_think_of_money(known: Catalog) -> None:
    said = [text for message in messages(known) for text in forms(message.string)]
    assert [text for text in said if MONEY_WORDS.search(text)] == []


SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "label"}
OWN_NAMES = {"Simpul", "·", "%", "–", "—", ":", "/", "+", "*", "…", "(", ")", "."}


class _Words(HTMLParser):
    """Collects what a template says in its own words, outside of any `_(…)`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += [word for word in data.split() if word not in OWN_NAMES]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES and value and re.search(r"[^\W\d]", value):
                self.found.append(f"{name}={value}")


def untranslated(source: str) -> list[str]:
    """What is left as text when everything that Jinja fills in is taken out."""
    jinja = Environment(extensions=["jinja2.ext.i18n"])
    left, translating = [], False
    for _line, kind, value in jinja.lex(source):
        if kind == "name" and value in {"trans", "blocktrans"}:
            translating = True
        elif kind == "name" and value == "endtrans":
            translating = False
        elif kind == TOKEN_DATA and not translating:
            left.append(value)
    words = _Words()
    words.feed("".join(left))
    return [word for word in words.found if re.search(r"[^\W\d_]", word)]


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_outside_of_translation(template: Path) -> None:
    assert untranslated(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("<p>{{ _('Hello') }} · Simpul</p>", []),
        ("<p>{% trans %}Hello{% endtrans %}</p>", []),
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        ('<img alt="A knot">', ["alt=A knot"]),
        ("{# a comment #}<p class='lead'>1.5</p>", []),
        ("{% block width %}wide{% endblock %}", ["wide"]),
    ],
)
def test_text_outside_of_translation_is_noticed(source: str, left: list[str]) -> None:
    assert untranslated(source) == left
