"""One proposal on one page: what is asked, where it stands, and what can be done about it.

What is done to it stands in modules of their own, which come back here with `page`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.governance import queries
from ledger.governance.errors import ProposalUnknown
from ledger.governance.pages.blueprint import pages, read
from ledger.governance.pages.wording import GROUNDS, HAPPENED, KINDS, STATES
from ledger.governance.queries import ProposalView
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.queries import CellView, Standing
from ledger.web import forms, guard
from ledger.web.forms import Form


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the page shows."""

    proposal: ProposalView
    cell: CellView


@pages.get("/c/<code>/proposals/<int:proposal>")
@guard.open_to("community")
def proposal(proposal: int) -> ResponseReturnValue:
    """The proposal as it stands now. Raises `ProposalUnknown`."""
    return page(proposal, forms.blank())


def page(number: int, form: Form, tried: str = "") -> ResponseReturnValue:
    """The page, with `form` in what was `tried`. Raises `ProposalUnknown`."""
    standing: Standing = guard.standing()
    seen = read(lambda db: _seen(db, standing, number))
    return forms.page(
        "governance/proposal.html",
        form,
        tried=tried,
        seen=seen,
        proposal=seen.proposal,
        course=seen.proposal.course,
        standing=standing,
        unit=standing.community.unit,
        kinds=KINDS,
        states=STATES,
        happened=HAPPENED,
        grounds=GROUNDS,
    )


def _seen(db: Session, standing: Standing, number: int) -> Seen:
    found = queries.proposal(db, standing.community.id, number, clock.now())
    if found is None or (found.course.state == "draft" and not _is_own(found, standing)):
        raise ProposalUnknown
    cell = members.cell(db, standing.community, found.account)
    if cell is None:
        raise ProposalUnknown
    return Seen(found, cell)


def _is_own(found: ProposalView, standing: Standing) -> bool:
    return found.proposer_id == standing.person_id
