"""Communities for tests: founded, enrolled and traded in through the services themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.credit.service import Limit
from ledger.identity.service import Register, register
from ledger.journal import queries as books
from ledger.kernel.amounts import Amount
from ledger.kernel.identifiers import new_request_key
from ledger.kernel.units import Unit, shown_number
from ledger.members import queries, service
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.trades.queries import OwnTrade, own_trade
from ledger.trades.rules.plans import Rhythm
from ledger.trades.rules.states import Event
from ledger.trades.service import (
    Answer,
    Answered,
    Ask,
    Asked,
    MakePlan,
    Paid,
    Pay,
    answer,
    ask,
    make_plan,
    pay,
)

POIN = Unit("poin", "poin", 2, "XPN")
JOINED = date(2026, 1, 1)

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class ACell:
    """A cell about to be enrolled; figures in whole units of two decimals."""

    name: str = ""
    limit: int = 100
    ceiling: int | None = None

    def with_limit(self, limit: int) -> ACell:
        """May go down to -`limit`."""
        return replace(self, limit=limit)

    def with_ceiling(self, ceiling: int) -> ACell:
        """May go up to `ceiling`."""
        return replace(self, ceiling=ceiling)


def a_cell(name: str = "") -> ACell:
    """A cell of this name, or of one made up."""
    return ACell(name or f"Sel {next(_numbers)}")


@dataclass(frozen=True, slots=True)
class ACommunity:
    """A community in the books of `engine`, all of whose events happen at `now`."""

    engine: Engine
    now: datetime
    view: queries.CommunityView

    def enrol(self, cell: ACell, number: int | None = None) -> queries.Acting:
        """Enrol the cell with a person who holds it; return that person acting for it."""
        taken = number or self._next_number()
        limit = Limit(
            floor=-cell.limit * 100,
            ceiling=None if cell.ceiling is None else cell.ceiling * 100,
            authority="founding",
        )

        def work(session: Session) -> queries.Acting | None:
            made = service.EnrolCell(taken, cell.name, JOINED)
            service.enrol_cell(session, self.view.id, made, limit, self.now)
            person = register(session, Register(f"Orang {next(_numbers)}"), self.now)
            service.let_act_for(session, self.view.id, taken, person, "holder", self.now)
            return queries.find_acting(session, person, self.view.code, taken, self.now)

        found = in_unit_of_work(self.engine, work)
        assert found is not None
        return found

    def a_person(self) -> int:
        """The id of a person who belongs nowhere yet."""
        name = f"Orang {next(_numbers)}"
        return in_unit_of_work(self.engine, lambda s: register(s, Register(name), self.now))

    def pay(
        self,
        acting: queries.Acting,
        payee: queries.Acting,
        amount: int,
        what: str = "Jamu",
        *,
        key: str | None = None,
        on: date | None = None,
    ) -> Paid:
        """Have `acting` record what it got from `payee` for `amount` whole units."""
        day = on or self.now.date()
        command = Pay(payee.account, Amount(amount * 100), what, day, key or new_request_key())
        return in_unit_of_work(self.engine, lambda s: pay(s, acting, command, self.now))

    def ask(
        self,
        acting: queries.Acting,
        payer: queries.Acting,
        amount: int,
        what: str = "Jamu",
        *,
        key: str | None = None,
        on: date | None = None,
    ) -> Asked:
        """Have `acting` record what it gave to `payer` for `amount` whole units."""
        day = on or self.now.date()
        command = Ask(payer.account, Amount(amount * 100), what, day, key or new_request_key())
        return in_unit_of_work(self.engine, lambda s: ask(s, acting, command, self.now))

    def answer(
        self,
        acting: queries.Acting,
        token: str,
        event: Event,
        reason: str = "",
        *,
        key: str | None = None,
    ) -> Answered:
        """Have `acting` do something to the trade at `token`."""
        command = Answer(token, event, key or new_request_key(), reason)
        return in_unit_of_work(self.engine, lambda s: answer(s, acting, command, self.now))

    def plan(
        self,
        acting: queries.Acting,
        payee: queries.Acting,
        amount: int,
        rhythm: Rhythm,
        first_on: date,
        what: str = "Iuran air",
        *,
        key: str | None = None,
    ) -> int:
        """Have `acting` plan what it will get from `payee`; return the plan's id."""
        command = MakePlan(
            payee.account, Amount(amount * 100), what, rhythm, first_on, key or new_request_key()
        )
        return in_unit_of_work(self.engine, lambda s: make_plan(s, acting, command, self.now))

    def seen(self, acting: queries.Acting, token: str) -> OwnTrade:
        """The trade as `acting` sees it now."""
        return in_unit_of_work(
            self.engine, lambda s: own_trade(s, acting, token, self.now), write=False
        )

    def later(self, **passing: float) -> ACommunity:
        """The same community after a `timedelta`'s worth of time."""
        return replace(self, now=self.now + timedelta(**passing))

    def balance(self, acting: queries.Acting) -> int:
        """The balance of the cell in smallest parts."""
        found = in_unit_of_work(
            self.engine,
            lambda s: books.account(s, self.view.id, acting.account),
            write=False,
        )
        assert found is not None
        return found.balance

    def _next_number(self) -> int:
        taken = in_unit_of_work(
            self.engine, lambda s: queries.cells_by_number(s, self.view), write=False
        )
        return 1 + max(taken, default=0)


def a_community(
    engine: Engine, now: datetime, code: str = "SB", *, transparency: str = "members"
) -> ACommunity:
    """Found a community that counts in poin with two decimals.

    `transparency` says who sees balances.
    """
    command = service.FoundCommunity(
        code,
        f"Komunitas {code}",
        "Sragen",
        POIN,
        "Asia/Jakarta",
        "id",
        -10000,
        None,
        transparency=transparency,
    )

    def work(session: Session) -> queries.CommunityView | None:
        return queries.community(session, service.found_community(session, command, now))

    view = in_unit_of_work(engine, work)
    assert view is not None
    return ACommunity(engine, now, view)


def number_of(acting: queries.Acting) -> str:
    """The account's number as people write it."""
    return shown_number(acting.community.code, acting.account)
