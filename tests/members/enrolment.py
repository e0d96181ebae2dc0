"""Enrolling cells in tests: who asks, who vouches, who signs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.members import queries, service
from ledger.members.queries import Acting, CellView
from ledger.members.service import acts
from ledger.members.service.enrolling import NewCell, facts_of
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity


def serving(home: ACommunity, role: str) -> int:
    """Somebody who serves in this role and acts for no cell."""
    person = home.a_person()
    in_unit_of_work(
        home.engine,
        lambda s: service.grant_role(s, home.view.id, person, role, "founding", home.now),
    )
    return person


def asked(home: ACommunity, coordinator: int, name: str = "Kebun Baru") -> int:
    """The act by which this coordinator asks to enrol a cell."""
    facts = facts_of(NewCell(name, ("production",), line_of_business="Sayur"))
    return ask(home, coordinator, "enrol", facts)


def ask(home: ACommunity, person: int, kind: str, facts: dict[str, object]) -> int:
    def work(session: Session) -> int:
        standing = queries.find_standing(session, person, home.view.code, home.now)
        assert standing
        return acts.ask(session, standing, kind, facts, "Tetangga kami", home.now)

    return in_unit_of_work(home.engine, work)


def sign(home: ACommunity, person: int, act: int) -> None:
    def work(session: Session) -> None:
        standing = queries.find_standing(session, person, home.view.code, home.now)
        assert standing
        acts.sign(session, standing, act, home.now)

    in_unit_of_work(home.engine, work)


def vouch(home: ACommunity, acting: Acting, act: int) -> None:
    in_unit_of_work(home.engine, lambda s: acts.vouch(s, acting, act, home.now))


def newest(home: ACommunity) -> CellView:
    """The cell that was enrolled last."""

    def read(session: Session) -> CellView:
        cells = queries.cells_by_number(session, home.view)
        return cells[max(cells)]

    return in_unit_of_work(home.engine, read, write=False)


def held_by(home: ACommunity, cell: CellView, person: int, kind: str = "holder") -> Acting:
    """The person, who acts for the cell from now on."""

    def work(session: Session) -> Acting:
        service.let_act_for(session, home.view.id, cell.number, person, kind, home.now)
        found = queries.find_acting(session, person, home.view.code, cell.number, home.now)
        assert found
        return found

    return in_unit_of_work(home.engine, work)
