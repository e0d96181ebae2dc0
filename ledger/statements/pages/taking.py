"""The forms in which a statement can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.kernel import clock
from ledger.members.queries import CommunityView
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import formats, queries, service
from ledger.statements.errors import NoSuchForm, NoSuchStatement, StatementChanged
from ledger.statements.formats import Extract
from ledger.statements.rules.months import Month
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.web import runtime


@dataclass(frozen=True, slots=True)
class Form:
    """A form by what it is good for; `label` is to be translated, `suffix` ends its name."""

    name: str
    label: str
    suffix: str
    kind: str
    write: Callable[[Extract, Speaker], bytes] | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file to be handed out."""

    name: str
    kind: str
    content: bytes


FORMS = (
    Form("pdf", N_("On paper (PDF)"), "pdf", "application/pdf"),
    Form(
        "xlsx",
        N_("Spreadsheet (XLSX)"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        formats.xlsx,
    ),
    Form("csv", N_("Table (CSV)"), "csv", "text/csv; charset=utf-8",
         lambda extract, _speaker: formats.csv(extract)),
    Form("camt", N_("Bookkeeping programs (camt.053)"), "camt053.xml", "application/xml",
         lambda extract, _speaker: formats.camt053(extract)),
    Form("ofx", N_("Household books (OFX)"), "ofx", "application/x-ofx",
         lambda extract, speaker: formats.ofx(extract, speaker.language)),
    Form("beancount", N_("Journal for beancount"), "beancount", "text/plain; charset=utf-8",
         lambda extract, _speaker: formats.beancount(extract)),
    Form("hledger", N_("Journal for hledger"), "journal", "text/plain; charset=utf-8",
         lambda extract, _speaker: formats.hledger(extract)),
    Form("json", N_("With its proof (JSON)"), "json", "application/json"),
)  # fmt: skip


def written(community: CommunityView, account: int, month: Month, name: str) -> File:
    """The statement in the form of this name.

    Raises `NoSuchStatement`, `NoSuchForm`, `NoPdfHere`, and `StatementChanged` where the
    books no longer say what was frozen.
    """
    form = next((one for one in FORMS if one.name == name), None)
    if form is None:
        raise NoSuchForm
    if form.name == "pdf":
        content = _pdf(community, account, month)
    elif form.write is None:
        content = _proven(community, account, month)
    else:
        content = form.write(_extract(community, account, month), runtime.speaker())
    stem = queries.number_of(community, account, month)
    return File(f"{stem}.{form.suffix}", form.kind, content)


def _pdf(community: CommunityView, account: int, month: Month) -> bytes:
    parts, language = runtime.runtime(), runtime.speaker().language
    return service.pdf_of(
        parts.engine, community, account, month, language, parts.public_url, clock.now()
    )


def _extract(community: CommunityView, account: int, month: Month) -> Extract:
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.paper(db, community, account, month), write=False
    )
    if found is None:
        raise NoSuchStatement
    if not found.is_genuine:
        raise StatementChanged
    return found.extract


def _proven(community: CommunityView, account: int, month: Month) -> bytes:
    view, proof = in_unit_of_work(
        runtime.engine(),
        lambda db: (
            queries.statement(db, community, account, month),
            queries.proof(db, community, account, month),
        ),
        write=False,
    )
    if view is None or proof is None:
        raise NoSuchStatement
    if not view.is_genuine:
        raise StatementChanged
    return queries.statement_file(view, proof)
