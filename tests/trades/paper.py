"""Paper slips for tests, and the coordinators who type them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades import queries, service
from ledger.trades.rules.objections import ObjectionEvent, ObjectionState
from ledger.trades.rules.stacks import Typing
from ledger.trades.service import (
    EndObjection,
    Line,
    Object,
    SaveStack,
    TypeSlips,
    Written,
    type_slips,
)
from tests.communities import ACommunity


def a_coordinator(community: ACommunity, person: int | None = None) -> members.Standing:
    """Somebody, or this person, who serves as coordinator."""
    person_id = person or community.a_person()

    def work(db: Session) -> members.Standing | None:
        place, now = community.view, community.now
        membership.grant_role(db, place.id, person_id, "coordinator", "founding", now)
        return members.find_standing(db, person_id, place.code, now)

    standing = in_unit_of_work(community.engine, work)
    assert standing is not None
    return standing


def a_line(
    book: str,
    number: int,
    payer: str,
    payee: str,
    amount: int,
    what: str = "Jamu",
    *,
    key: str | None = None,
) -> Written:
    """A line of the grid: `payer` got something from `payee` for `amount` whole units."""
    return Written(book, number, payer, payee, Amount(amount * 100), what, key or new_request_key())


def type_in(
    community: ACommunity, standing: members.Standing, *lines: Written, on: date | None = None
) -> list[Line]:
    """Have a coordinator type these lines."""
    command = TypeSlips(on or community.now.date(), lines, new_request_key())
    return in_unit_of_work(
        community.engine, lambda db: type_slips(db, standing, command, community.now)
    )


def a_typed(book: str, number: int, amount: str = "5.00", **more: str) -> dict[str, str]:
    """A line as it stands in the fields of the grid."""
    return {
        "book": book, "number": str(number), "from": "1", "to": "2", "amount": amount,
        "what": "Jamu", "key": new_request_key(), **more,
    }  # fmt: skip


def begin(
    community: ACommunity, standing: members.Standing, *lines: dict[str, str], language: str = "en"
) -> SaveStack:
    """Have a coordinator begin a stack: what their page holds then."""
    typing = Typing(community.now.date().isoformat(), lines)
    page = SaveStack(new_request_key(), 0, new_request_key(), typing, language)
    return replace(page, version=save(community, standing, page))


def save(community: ACommunity, standing: members.Standing, page: SaveStack) -> int:
    """Save what stands on a page; the version that it has then."""
    return in_unit_of_work(
        community.engine, lambda db: service.save_stack(db, standing, page, community.now)
    )


def object_to(
    community: ACommunity,
    acting: members.Acting,
    line: Line,
    reason: str = "Jumlahnya keliru",
    *,
    key: str | None = None,
) -> int:
    """Have a cell object to what was typed; the id of its objection."""
    assert line.token is not None
    command = Object(line.token, reason, key or new_request_key())

    def work(db: Session) -> int:
        service.object_to(db, acting, command, community.now)
        views = queries.objections_to(db, community.view, command.token)
        return next(one.id for one in views if one.by.number == acting.account)

    return in_unit_of_work(community.engine, work)


def end(
    community: ACommunity,
    standing: members.Standing,
    objection_id: int,
    event: ObjectionEvent,
    answer: str = "Kertasnya benar",
    *,
    key: str | None = None,
) -> ObjectionState:
    """Have a coordinator answer an objection, or reverse what was typed."""
    command = EndObjection(objection_id, event, answer, key or new_request_key())
    return in_unit_of_work(
        community.engine, lambda db: service.end_objection(db, standing, command, community.now)
    )


def codes(lines: Iterable[Line]) -> list[dict[str, str]]:
    """The problems of each line by field; a line without any is booked."""
    found = [{name: error.code for name, error in line.problems.items()} for line in lines]
    assert [line.token is not None for line in lines] == [not problems for problems in found]
    return found
