"""A community with those who serve it, and what they do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.members import queries, service
from ledger.members.queries import Standing
from ledger.members.service import acts
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_cell


@dataclass
class Office:
    """A community with two stewards, two coordinators, and somebody else."""

    community: ACommunity
    now: datetime

    def __post_init__(self) -> None:
        self.ana = self.serving("steward")
        self.budi = self.serving("steward")
        self.citra = self.serving("coordinator")
        self.dodi = self.serving("coordinator")
        self.cell = self.community.enrol(a_cell("Warung"), 7)
        self.other = self.community.enrol(a_cell("Kebun"), 8)

    def serving(self, role: str) -> int:
        person = self.community.a_person()
        self.do(
            lambda s: service.grant_role(
                s, self.community.view.id, person, role, "founding", self.now
            )
        )
        return person

    def do(self, work: Callable[[Session], Any]) -> Any:
        return in_unit_of_work(self.community.engine, work)

    def standing(self, session: Session, person: int) -> Standing:
        found = queries.find_standing(session, person, self.community.view.code, self.now)
        assert found is not None
        return found

    def ask(self, asker: int, kind: str, **facts: object) -> int:
        return self.do(
            lambda s: acts.ask(s, self.standing(s, asker), kind, facts, "Begitulah", self.now)
        )

    def sign(self, person: int, act: int) -> None:
        self.do(lambda s: acts.sign(s, self.standing(s, person), act, self.now))

    def end(self, person: int, act: int) -> None:
        self.do(lambda s: acts.end(s, self.standing(s, person), act, self.now))

    def roles(self, person: int) -> frozenset[str]:
        community = self.community.view.id
        return self.do(lambda s: queries.roles_of(s, person, community, self.now))

    def pay(self) -> None:
        replace(self.community, now=self.now).pay(self.cell, self.other, 1)
