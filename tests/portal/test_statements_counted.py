"""Pages take as many statements for a lot as for a little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.governance import service
from ledger.governance.rules.measures import Kind
from ledger.governance.service.drawing import call_lot
from ledger.kernel.identifiers import new_request_key
from ledger.members.queries import Acting
from ledger.members.service.voting import seat_voter
from tests.communities import a_cell
from tests.counting import counted
from tests.databases import Databases
from tests.governance.councils import ONE, Council, seat
from tests.governance.halls import Hall, a_hall
from tests.members import enrolment

LITTLE, MORE = 2, 6
GOVERNANCE = (
    "/proposals",
    "/proposals/1",
    "/proposals/1/judges",
    "/proposals/1/appeal",
    "/member-votes",
    "/member-votes/1",
    "/seats",
    "/constitution",
    "/funds",
    "/lots",
)
PAGES = [
    *(("steward", path) for path in ("/committee", "/desk", "/", *GOVERNANCE)),
    *(("member", path) for path in ("/SB001/", "/SB001/limit", *GOVERNANCE)),
    *(("coordinator", path) for path in ("/desk", "/", "/members")),
    *(("auditor", path) for path in ("/committee", "/desk", "/", "/desk/statements")),
]
Counts = dict[tuple[str, str], list[str]]


@pytest.fixture(scope="module")
def measured(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Counts, Counts]]:
    """What each page asks the database while little is under way, and when there is a lot."""
    now, var = datetime(2026, 11, 23, 3, tzinfo=UTC), tmp_path_factory.mktemp("var")
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh("sqlite") as database,
        a_hall(database, Path(var), patch, now) as hall,
    ):
        coordinator = hall.serving("coordinator")
        visitors: dict[str, Acting | int] = {
            "steward": hall.council.stewards[0],
            "member": hall.council.subject,
            "coordinator": coordinator,
            "auditor": hall.serving("auditor"),
        }
        begin(hall)
        grow(hall, LITTLE, coordinator)
        little = counts(hall, visitors)
        grow(hall, MORE, coordinator)
        yield little, counts(hall, visitors)


def begin(hall: Hall) -> None:
    """The subject votes for their cell."""
    council, subject = hall.council, hall.council.subject
    place = (council.community.view.id, subject.account, subject.person_id)
    council.do(lambda s: seat_voter(s, *place, council.now))


def grow(hall: Hall, many: int, coordinator: int) -> None:
    """So many stewards, petitions, open votes, takeovers, lots and acts of office more."""
    council, home = hall.council, hall.council.community
    cells = [home.enrol(a_cell()) for _ in range(2 * many)]
    for cell in cells[:many]:
        council.propose(150, cell, account=cell.account)
        seat(council, cell)
        recall(council, cell)
        ask(council, coordinator, cell)
    council.pass_time(hours=72)
    council.run_jobs()
    for cell in cells[many:]:
        take_over(council, cell)
        call(council, cell)
        ask(council, coordinator, cell)


def ask(council: Council, coordinator: int, cell: Acting) -> None:
    """Acts of office about a cell and about a new one, which nobody signs in time."""
    home = replace(council.community, now=council.now)
    enrolment.ask(home, coordinator, "freeze", {"cell": cell.account})
    enrolment.asked(home, coordinator)


def recall(council: Council, steward: Acting) -> None:
    command = service.Recall(steward.person_id, "It is time", new_request_key())
    standing = council.standing(council.subject)
    council.do(lambda s: service.petition_recall(s, standing, command, council.now))


def take_over(council: Council, debtor: Acting) -> None:
    """A takeover of this cell's debt, which waits for the first steward's yes or no."""
    sponsor, proposer = council.stewards[:2]
    replace(council.community, now=council.now).pay(debtor, sponsor, 30)
    facts = {"sponsor": sponsor.account, "amount": 30 * ONE}
    command = service.ProposeMeasure(
        Kind.TAKE_OVER, debtor.account, "It was a bad year", new_request_key(), facts
    )
    standing = council.standing(proposer)
    council.do(lambda s: service.propose_measure(s, standing, command, council.now))


def call(council: Council, drawn: Acting) -> None:
    """A lot for which the stewards can promise their numbers."""
    view, places = council.community.view, {1: (drawn.account, drawn.person_id)}
    council.do(lambda s: call_lot(s, view, "alternates", places, 1, council.now))


def counts(hall: Hall, visitors: dict[str, Acting | int]) -> Counts:
    found: Counts = {}
    for who, path in PAGES:
        hall.get(visitors[who], path)  # the first visit notes the session's
        with counted(hall.council.engine) as statements:
            hall.get(visitors[who], path)
        found[who, path] = statements
    return found


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_takes_as_many_for_a_lot(
    measured: tuple[Counts, Counts], who: str, path: str
) -> None:
    little, lot = (one[who, path] for one in measured)
    assert little
    assert len(lot) == len(little), Counter(lot) - Counter(little)
