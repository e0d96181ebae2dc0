"""Earlier books uploaded by a coordinator: looked at, signed by a steward, taken in once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.credit import queries as limits
from ledger.credit.errors import ImportedTooLate
from ledger.jobs.service import run_due
from ledger.members.errors import NotYourOffice, OneSignature
from ledger.trades.errors import (
    FilesMissing,
    IntakeElsewhere,
    NoSuchIntake,
    NoTradesWanted,
    TradesMissing,
)
from ledger.trades.model import IntakePart
from ledger.trades.queries import intakes as queries
from ledger.trades.service import intake_work, intakes
from ledger.trades.service.importing import Way
from tests.communities import a_community
from tests.members.office import Office
from tests.trades.moving import CYCLOS, SIMPUL_MEMBERS, SIMPUL_TRADES, received, rows, upload

CELLS = SIMPUL_MEMBERS + (
    "SB011,Bersama Muda,,,,,,,,,,2025-11-01,300,\nSB012,Subur Utama,,,,,,,,,,2025-11-01,5,\n"
)
TRADES = SIMPUL_TRADES + "T1,2026-01-01,SB012,SB011,10.00,Beras,\n"
BROKEN = TRADES + "T2,2026-01-01,SB012,SB099,10.00,Beras,\n"


@pytest.fixture
def office(engine: Engine, now: datetime) -> Office:
    return Office(a_community(engine, now), now)


def due(office: Office) -> None:
    """Have due work done, of uploads alone."""
    run_due(office.community.engine, intake_work.handlers(office.community.engine), office.now)


def view(office: Office, number: int, person: int | None = None) -> queries.IntakeView:
    def work(session: Session) -> queries.IntakeView:
        standing = office.standing(session, person or office.citra)
        return queries.intake(session, standing, number, office.now)

    found = office.do(work)
    assert isinstance(found, queries.IntakeView)
    return found


def asked(office: Office, number: int, person: int | None = None) -> int:
    """Put the upload before a steward; return the act's id."""
    asker = person or office.citra
    office.do(
        lambda s: intakes.put_before_a_steward(
            s, office.standing(s, asker), number, "Dari buku lama", office.now
        )
    )
    act = view(office, number).act
    assert act is not None
    return act.id


def parts(office: Office) -> int:
    return len(office.do(lambda s: s.scalars(select(IntakePart.place)).all()))


def test_what_a_coordinator_uploads_a_steward_takes_in(office: Office) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    due(office)
    found = view(office, number)
    assert (found.line.state, found.lines, parts(office)) == ("ready", 5, 2)
    assert found.report is not None
    assert (found.report.cells_added, found.report.limits_added) == (2, 2)
    assert found.report.outside == (12,)
    assert [(one.name, one.balance) for one in found.outside] == [("Subur Utama", -1000)]
    assert [one["shown"] for one in found.cells] == ["SB011", "SB012"]
    assert [one["payer"]["name"] for one in found.trades] == ["Subur Utama"]

    office.sign(office.ana, asked(office, number))
    assert view(office, number).is_under_way
    due(office)
    found = view(office, number)
    assert (found.line.state, found.cells, parts(office)) == ("taken", [], 0)
    assert [(one.name, one.balance) for one in found.outside] == [("Subur Utama", -1000)]
    limit = office.do(lambda s: limits.history(s, office.community.view.id, 11))[0]
    assert (limit.limit, limit.authority, limit.reason) == (30000, "import", "Dari buku lama")
    before = rows(office.community.engine)
    due(office)
    assert rows(office.community.engine) == before


def test_no_coordinator_and_no_two_of_them_bring_a_limit(office: Office) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    due(office)
    act = asked(office, number)
    with pytest.raises(NotYourOffice):
        office.sign(office.citra, act)
    with pytest.raises(NotYourOffice):
        office.sign(office.dodi, act)
    due(office)
    assert view(office, number).line.state == "ready"
    assert office.do(lambda s: limits.history(s, office.community.view.id, 11)) == []


def test_a_steward_who_uploads_does_not_sign_alone(office: Office) -> None:
    number = received(office.community, office.ana, upload(CELLS, TRADES))
    due(office)
    act = asked(office, number, office.ana)
    with pytest.raises(OneSignature):
        office.sign(office.ana, act)
    office.sign(office.budi, act)
    due(office)
    assert view(office, number).line.state == "taken"


def test_limits_are_not_signed_for_after_the_first_trade(office: Office) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    due(office)
    act = asked(office, number)
    office.pay()
    with pytest.raises(ImportedTooLate):
        office.sign(office.ana, act)


def test_broken_files_are_named_line_by_line_and_not_kept(office: Office) -> None:
    before = rows(office.community.engine)
    number = received(office.community, office.citra, upload(CELLS, BROKEN))
    due(office)
    found = view(office, number)
    assert (found.line.state, found.problem_count, parts(office)) == ("unfit", 1, 0)
    assert [(one.file, one.number) for one in found.problems] == [("trades.csv", 3)]
    after = rows(office.community.engine)
    assert {name for name in after if after[name] != before[name]} == {"intake", "job"}
    with pytest.raises(IntakeElsewhere):
        asked(office, number)


def test_what_no_longer_fits_when_it_is_taken_leaves_nothing(office: Office) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    due(office)
    office.sign(office.ana, asked(office, number))
    changed = TRADES.replace("10.00", "11.00") + "T2,2026-01-02,SB012,SB011,1,Gula,\n"
    other = received(office.community, office.citra, upload(CELLS, changed))
    intake_work.look(office.community.engine, other, office.now)
    act = asked(office, other)
    office.sign(office.budi, act)
    due(office)
    assert [view(office, one).line.state for one in (number, other)] == ["taken", "unfit"]
    (problem,) = view(office, other).problems
    assert (problem.file, problem.number) == ("trades.csv", 2)
    assert parts(office) == 0
    assert rows(office.community.engine)["trade"] == 1


def test_files_are_asked_for_as_the_layout_needs_them(office: Office) -> None:
    nothing = upload("")
    for given, refusal in (
        (nothing, FilesMissing),
        (upload(CELLS), TradesMissing),
        (replace(upload(CYCLOS, TRADES), way=Way("cyclos3")), NoTradesWanted),
    ):
        with pytest.raises(refusal):
            received(office.community, office.citra, given)
    assert parts(office) == 0


def test_an_upload_is_dropped_unless_it_waits_for_a_signature(office: Office) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    due(office)
    act = asked(office, number)

    def drop() -> None:
        office.do(lambda s: intakes.drop(s, office.standing(s, office.dodi), number, office.now))

    with pytest.raises(IntakeElsewhere):
        drop()
    office.end(office.citra, act)
    drop()
    assert parts(office) == 0
    with pytest.raises(NoSuchIntake):
        view(office, number)


def test_what_nobody_signs_is_forgotten(office: Office) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    due(office)
    office.now += timedelta(days=31)
    due(office)
    with pytest.raises(NoSuchIntake):
        view(office, number)


def test_another_community_sees_no_upload(office: Office, now: datetime) -> None:
    number = received(office.community, office.citra, upload(CELLS, TRADES))
    abroad = Office(a_community(office.community.engine, now, "XX"), now)
    with pytest.raises(NoSuchIntake):
        view(abroad, number)


def test_user_names_get_numbers_that_can_be_taken_away(office: Office) -> None:
    cyclos = CYCLOS + "Warung,busri,x,,,10,,\n"
    number = received(office.community, office.citra, upload(cyclos, way=Way("cyclos3")))
    due(office)
    office.sign(office.ana, asked(office, number))
    due(office)
    assert view(office, number).numbers == {"busri": 9}


def test_large_files_come_in_pieces_and_tell_how_far_they_are(office: Office) -> None:
    lines = "".join(f"T{n},2026-01-01,SB012,SB011,0.01,{'x' * 90},\n" for n in range(6_000))
    number = received(office.community, office.citra, upload(CELLS, SIMPUL_TRADES + lines))
    assert parts(office) > 2
    intake_work.look(office.community.engine, number, office.now)
    found = view(office, number)
    assert (found.line.state, found.lines, found.done) == ("ready", 6_004, 5_000)
