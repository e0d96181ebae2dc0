"""Statements on paper: tagged, readable, the same bytes each time, drawn once and kept."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, text, update

from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import service
from ledger.statements.errors import NoSuchStatement, StatementChanged
from ledger.statements.model import AttestedPdf, StatementPdf
from ledger.statements.rules.months import Month
from ledger.statements.service import drawing
from ledger.text.speaker import Speaker
from tests.communities import ACommunity, a_cell, a_community
from tests.pages import OWN_WORDS
from tests.statements.closing import closed_all
from tests.statements.extracts import JAM, LONG, NAMES
from tests.statements.papers import a_paper

ADDRESS = "https://simpul.example.org/verify?fingerprint=" + "ab" * 32
OCTOBER = Month(2026, 10)

needs_pango = pytest.mark.skipif(
    not drawing.can_draw(), reason="no Pango: the library that PDFs are drawn with"
)
pytestmark = needs_pango

PAPERS = {
    "empty": lambda: a_paper(0, opening=0),
    "one": lambda: a_paper(1),
    "long": lambda: a_paper(3, name=LONG[:80], names=(LONG[:80],) * 6),
    "arabic": lambda: a_paper(3, name=NAMES[2], names=NAMES[2:3] * 6),
    "hebrew": lambda: a_paper(3, name=NAMES[3], names=NAMES[3:4] * 6),
    "cjk": lambda: a_paper(3, name=NAMES[4], names=NAMES[4:5] * 6, unit=JAM),
}


@pytest.mark.parametrize("kind", sorted(PAPERS))
def test_every_month_is_tagged_and_says_its_language_and_number(kind: str) -> None:
    paper = PAPERS[kind]()
    content = drawing.draw(paper, Speaker("en"), ADDRESS)
    root = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "SB042-2026-10" in said
    assert paper.extract.fingerprint[:40] in said.replace("\n", "")
    fonts = fonts_in(content)
    assert fonts
    assert not any("missing" in font.lower() for font in fonts)


def fonts_in(content: bytes) -> set[str]:
    reader = PdfReader(io.BytesIO(content))
    return {
        font.get_object()["/BaseFont"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }


SAID_OF = {
    "en": "What Warung Siti can still use",
    "id": "Sisa yang bisa dipakai Warung Siti",
}


@pytest.mark.parametrize("language", sorted(SAID_OF))
def test_one_paper_fits_whoever_reads_it(language: str) -> None:
    """Its holder and the auditor get the same bytes: they speak of the cell by its name."""
    content = drawing.draw(a_paper(3, name="Warung Siti"), Speaker(language), ADDRESS)
    pages = PdfReader(io.BytesIO(content)).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert SAID_OF[language] in said
    assert not OWN_WORDS.search(said)


def test_it_is_the_same_bytes_however_often_it_is_drawn() -> None:
    paper = a_paper(17)
    first = drawing.draw(paper, Speaker("id"), ADDRESS)
    assert drawing.draw(paper, Speaker("id"), ADDRESS) == first
    assert drawing.draw(paper, Speaker("en"), ADDRESS) != first


def test_it_fetches_nothing_whatever_people_write() -> None:
    """The words are escaped; and if they were not, the fetcher would still deny."""
    weasyprint, _fonts, _style = drawing._tools()
    fetcher = drawing._fetcher(weasyprint)
    for address in ("file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,x"):
        with pytest.raises(ValueError, match="fetches nothing"):
            fetcher.fetch(address)
    content = drawing.draw(
        a_paper(1, name='<img src="file:///etc/passwd">'), Speaker("id"), ADDRESS
    )
    said = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "<img src=" in said


@pytest.fixture
def community(engine: Engine) -> ACommunity:
    """Two cells that traded in October, on 2 November."""
    there = a_community(engine, datetime(2026, 10, 10, 3, tzinfo=UTC))
    siti, yem = there.enrol(a_cell("Warung Siti"), 1), there.enrol(a_cell("Ibu Yem"), 2)
    there.pay(siti, yem, 30)
    later = there.later(days=23)
    closed_all(later)
    return later


def pdf(community: ACommunity, account: int = 1, month: Month = OCTOBER) -> bytes:
    return service.pdf_of(
        community.engine, community.view, account, month, "id", "https://simpul", community.now
    )


def test_it_is_drawn_once_kept_and_attested(community: ACommunity) -> None:
    content = pdf(community)
    assert pdf(community.later(days=90)) == content

    def attested(session):
        return [row.digest for row in session.query(AttestedPdf)]

    digests = in_unit_of_work(community.engine, attested, write=False)
    assert digests == [hashlib.sha256(content).digest()]


def test_changed_bytes_are_not_handed_out(community: ACommunity, owner_engine: Engine) -> None:
    pdf(community)
    with owner_engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER statement_pdf_only_erased"))
        connection.execute(update(StatementPdf).values(content=b"%PDF-1.7 another"))
    with pytest.raises(StatementChanged):
        pdf(community)


def test_what_was_drawn_is_erased_with_the_names_and_drawn_anew_without(
    community: ACommunity,
) -> None:
    before = pdf(community)

    def change(**values):
        in_unit_of_work(community.engine, lambda s: s.execute(update(StatementPdf).values(values)))

    with pytest.raises(Exception, match=r"erased at most|permission denied"):
        change(digest=bytes(32))
    in_unit_of_work(community.engine, lambda s: service.erase_names(s, community.view.id, 2))
    after = pdf(community)
    assert "Ibu Yem" in words(before)
    assert "Ibu Yem" not in words(after)
    assert "Warung Siti" in words(after)
    assert pdf(community) == after


def words(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_month_that_was_not_closed_has_no_pdf(community: ACommunity) -> None:
    with pytest.raises(NoSuchStatement):
        pdf(community, month=Month(2026, 11))


def test_books_that_say_another_thing_than_was_frozen_are_not_drawn(
    community: ACommunity, owner_engine: Engine
) -> None:
    with owner_engine.begin() as connection:
        triggers = {"sqlite": "DROP TRIGGER entry_no_update",
                    "postgresql": "ALTER TABLE entry DISABLE TRIGGER USER"}  # fmt: skip
        connection.execute(text(triggers[connection.dialect.name]))
        connection.execute(text("UPDATE entry SET occurred_on = '2026-10-01'"))
    with pytest.raises(StatementChanged):
        pdf(community)
