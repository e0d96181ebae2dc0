"""The desk of statements: what was mailed, what came back, and what is to be printed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.kernel import clock
from ledger.kernel.errors import Conflict, Refused
from ledger.members.queries import CommunityView, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements import queries, service
from ledger.statements.errors import NoSuchClosing
from ledger.statements.pages.blueprint import pages
from ledger.statements.pages.wording import MAIL_STATES
from ledger.statements.queries import MailCounts, MailView
from ledger.statements.rules.months import Month, read_month
from ledger.text.phrases import N_
from ledger.web import guard, problems, runtime

_OFFICE = ("coordinator", "auditor")


@dataclass(frozen=True, slots=True)
class _Month:
    """A month at the desk. `unreached` are the accounts that no mail reached."""

    month: Month
    counts: MailCounts
    mails: list[MailView]
    accounts: int
    drawn: int
    unreached: list[int]


@pages.get("/c/<code>/desk/statements")
@guard.open_to(*_OFFICE)
def desk_mail() -> ResponseReturnValue:
    """Every closed month, and how its mail went."""
    standing: Standing = guard.standing()

    def read(db: Session) -> tuple[dict[Month, MailCounts], int]:
        months = [one.month for one in queries.closings(db, standing.community)]
        counts = queries.mail_counts(db, standing.community, months)
        return counts, queries.count_open(db, standing.community.id)

    counts, waiting = in_unit_of_work(runtime.engine(), read, write=False)
    return render_template("statements/desk.html", counts=counts, waiting=waiting)


@pages.get("/c/<code>/desk/statements/<month>")
@guard.open_to(*_OFFICE)
def desk_month(month: str) -> ResponseReturnValue:
    """One month: everybody's mail, and what to print. Raises `NoSuchClosing`."""
    return _page(month, "", 200)


@pages.post("/c/<code>/desk/statements/<month>/send")
@guard.open_to(*_OFFICE)
def send(month: str) -> ResponseReturnValue:
    """Send one person's mail again, or all that came back. Raises `NoSuchClosing`."""
    standing: Standing = guard.standing()
    wanted, person = _closed_month(month), request.form.get("person", "")

    def work(db: Session) -> None:
        now, by = clock.now(), standing.person_id
        if person == "wrong":
            service.send_wrong_again(db, standing.community, wanted, by, now)
        else:
            number = int(person) if person.isascii() and person.isdigit() else 0
            service.send_again(db, standing.community, wanted, number, by, now)

    try:
        in_unit_of_work(runtime.engine(), work)
    except (Refused, Conflict) as refusal:
        return _page(month, problems.said(refusal), problems.status_of(refusal))
    return redirect(url_for(".desk_month", month=month), code=303)


@pages.post("/c/<code>/desk/statements/<month>/draw")
@guard.open_to(*_OFFICE)
def draw(month: str) -> ResponseReturnValue:
    """Have all statements of a month drawn by due work. Raises `NoSuchClosing`."""
    standing: Standing = guard.standing()
    wanted = _closed_month(month)
    in_unit_of_work(
        runtime.engine(),
        lambda db: service.ask_to_draw(db, standing.community, wanted, clock.now()),
    )
    return redirect(url_for(".desk_month", month=month), code=303)


@pages.get("/c/<code>/desk/statements/<month>/print.pdf")
@guard.open_to(*_OFFICE)
def print_all(month: str) -> ResponseReturnValue:
    """All statements as one file, or those that no mail reached. Raises `NotAllDrawn`."""
    standing: Standing = guard.standing()
    community, wanted = standing.community, _closed_month(month)
    which = "paper" if request.args.get("for") == "paper" else "all"

    def work(db: Session) -> bytes:
        if which == "paper":
            numbers = queries.unreached(db, community, wanted)
        else:
            lines = queries.statements_in(db, community.id, wanted)
            numbers = sorted(line.account for line in lines)
        return service.printable(db, community, wanted, numbers)

    content = in_unit_of_work(runtime.engine(), work, write=False)
    return _attached(content, "application/pdf", f"{community.code}-{wanted}-{which}.pdf")


@pages.get("/c/<code>/desk/statements/<month>/package.zip")
@guard.open_to("auditor")
def package(month: str) -> ResponseReturnValue:
    """The community's month as one data package. Raises `NoSuchClosing`, `StatementChanged`."""
    standing: Standing = guard.standing()
    community, wanted = standing.community, _closed_month(month)
    said = runtime.speaker().month(wanted.first_day)
    title = runtime.speaker().gettext(
        N_("The books of %(community)s in %(month)s"), community=community.name, month=said
    )
    content = in_unit_of_work(
        runtime.engine(), lambda db: service.packed(db, community, wanted, title), write=False
    )
    return _attached(content, "application/zip", f"{community.code}-{wanted}.zip")


def _page(month: str, problem: str, status: int) -> ResponseReturnValue:
    standing: Standing = guard.standing()
    wanted = _closed_month(month)
    found = in_unit_of_work(
        runtime.engine(), lambda db: _read(db, standing.community, wanted), write=False
    )
    page = render_template(
        "statements/desk_month.html",
        found=found,
        states=MAIL_STATES,
        problem=problem,
        can_draw=service.can_draw(),
        roles=standing.roles,
    )
    return page, status


def _read(db: Session, community: CommunityView, month: Month) -> _Month:
    if queries.closing(db, community, month) is None:
        raise NoSuchClosing
    return _Month(
        month,
        queries.mail_counts(db, community, [month])[month],
        queries.mails(db, community, month),
        queries.count_lines(db, community.id, month),
        service.count_drawn(db, community, month),
        queries.unreached(db, community, month),
    )


def _closed_month(text: str) -> Month:
    month = read_month(text)
    if month is None:
        raise NoSuchClosing
    return month


def _attached(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
