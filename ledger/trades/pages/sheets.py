"""Books of empty slips, to be printed, cut and handed out before a market."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.kernel import clock
from ledger.kernel.errors import Conflict
from ledger.members.queries import Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.text.phrases import N_
from ledger.text.speaker import Speaker
from ledger.trades import queries, service
from ledger.trades.pages.blueprint import pages
from ledger.trades.rules.slips import MOST_SHEETS, SLIPS_A_SHEET
from ledger.trades.schemas import BookSchema
from ledger.web import forms, guard, runtime
from ledger.web.forms import Form

_WORDS = {
    "slip": N_("Slip"),
    "got": N_("Who got goods or services (balance goes down): number and name"),
    "gave": N_("Who gave goods or services (balance goes up): number and name"),
    "what": N_("What"),
    "amount": N_("Amount"),
    "day": N_("Day"),
    "signed": N_("Both sign"),
    "about": N_(
        "A note among members of %(community)s, for their own books. It is no means of payment,"
        " has no value of its own and is not passed on."
    ),
}


@pages.get("/c/<code>/slips/sheets")
@guard.open_to("coordinator")
def sheets() -> ResponseReturnValue:
    """The books that were made here, and the form of a new one."""
    standing: Standing = guard.standing()
    unused = in_unit_of_work(
        runtime.engine(), lambda db: queries.unused_book(db, standing.community.id), write=False
    )
    return _sheets(forms.blank(book=unused, sheets="3"))


@pages.post("/c/<code>/slips/sheets")
@guard.open_to("coordinator")
def sheets_make() -> ResponseReturnValue:
    """Make a book and go to its sheets."""
    standing: Standing = guard.standing()
    form = forms.read(BookSchema())
    if form.ok:
        try:
            made = in_unit_of_work(
                runtime.engine(),
                lambda db: service.make_book(db, standing, form.data, clock.now()),
            )
            return redirect(url_for(".sheet", book=made), code=303)
        except Conflict as refusal:
            form = form.refused(refusal)
    return _sheets(form)


@pages.get("/c/<code>/slips/sheets/<book>")
@guard.open_to("coordinator")
def sheet(book: str) -> ResponseReturnValue:
    """The sheets of a book, in the community's language. Raises `NoSuchBook`."""
    standing: Standing = guard.standing()
    community = standing.community
    found = in_unit_of_work(
        runtime.engine(), lambda db: queries.slip_book(db, community, book), write=False
    )
    speaker = Speaker(community.language, community.zone)
    return render_template(
        "trades/sheet.html",
        book=found,
        of=community,
        a_sheet=SLIPS_A_SHEET,
        words={
            name: speaker.gettext(said, community=community.name) if "%(" in said
            else speaker.gettext(said)
            for name, said in _WORDS.items()
        },
    )  # fmt: skip


def _sheets(form: Form) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    made = in_unit_of_work(
        runtime.engine(), lambda db: queries.slip_books(db, standing.community), write=False
    )
    return forms.page(
        "trades/sheets.html", form, books=made, a_sheet=SLIPS_A_SHEET, most=MOST_SHEETS
    )
