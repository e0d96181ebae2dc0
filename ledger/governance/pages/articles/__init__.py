"""The constitution in words: each article with its figure, for reading, changing, comparing."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.governance.pages.articles.chapters import CHAPTERS
from ledger.governance.pages.articles.reading import Reader
from ledger.governance.rules.constitution import Constitution
from ledger.kernel.units import Unit
from ledger.web import runtime

__all__ = [
    "CHAPTERS",
    "differences",
    "entries",
    "told",
]


@dataclass(frozen=True, slots=True)
class Told:
    """An article of one version, in the reader's words."""

    number: int
    heading: str
    sentence: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What an article says now, and what it would say."""

    heading: str
    before: str
    after: str


def told(
    text: Constitution, unit: Unit, before: Constitution | None = None
) -> list[tuple[str, list[Told]]]:
    """The chapters of a version in the visitor's words; marked what differs from `before`."""
    reader = Reader(runtime.speaker(), unit)
    say, number, chapters = reader.speaker.gettext, 0, []
    for heading, articles in CHAPTERS:
        lines = []
        for one in articles:
            number += 1
            lines.append(
                Told(
                    number,
                    say(one.heading),
                    say(one.sentence, value=one.value(text, reader)),
                    before is not None and one.value(before, reader) != one.value(text, reader),
                )
            )
        chapters.append((say(heading), lines))
    return chapters


def differences(before: Constitution, after: Constitution, unit: Unit) -> list[Change]:
    """The articles that differ, side by side."""
    reader = Reader(runtime.speaker(), unit)
    return [
        Change(reader.speaker.gettext(one.heading), was, would)
        for _, articles in CHAPTERS
        for one in articles
        if (was := one.value(before, reader)) != (would := one.value(after, reader))
    ]


def entries(text: Constitution, unit: Unit) -> dict[str, str]:
    """What the form's fields hold when nothing is changed yet."""
    reader = Reader(runtime.speaker(), unit)
    return {one.name: one.entry(text, reader) for _, articles in CHAPTERS for one in articles}
