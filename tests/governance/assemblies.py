"""A community that votes as a whole, for tests: cells with their voters, and time passing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from ledger.governance import service
from ledger.governance.queries import constitution_in_force
from ledger.governance.queries.ballots import member_record
from ledger.governance.rules.constitution import Constitution, founding
from ledger.governance.rules.log import Choice
from ledger.jobs.service import run_due
from ledger.journal import service as journal
from ledger.kernel.clock import day_of
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.model import Cell
from ledger.members.queries import Acting, Standing
from ledger.members.service.voting import seat_voter
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_cell, a_community

Result = TypeVar("Result")
FOUNDING = founding(10_000, 2)


@dataclass
class Assembly:
    """A community whose cells all have a voter, at an instant that tests move forward."""

    community: ACommunity
    voters: list[Acting]
    now: datetime

    @property
    def engine(self) -> Engine:
        return self.community.engine

    @property
    def id(self) -> int:
        return self.community.view.id

    def do(self, work: Callable[[Session], Result], *, write: bool = True) -> Result:
        return in_unit_of_work(self.engine, work, write=write)

    def standing(self, acting: Acting) -> Standing:
        code = self.community.view.code
        found = self.do(
            lambda s: members.find_standing(s, acting.person_id, code, self.now), write=False
        )
        assert found is not None
        return found

    def grant(self, acting: Acting, role: str = "steward") -> None:
        self.do(
            lambda s: member_service.grant_role(
                s, self.id, acting.person_id, role, "founding", self.now
            )
        )

    def pass_time(self, **passing: float) -> None:
        self.now += timedelta(**passing)

    def run_jobs(self) -> None:
        """Have everything done that is due; mail is written and not sent."""
        handlers = {
            **service.handlers(),
            **service.member_handlers("https://simpul.example"),
            "act_mail": lambda *_: None,
            "cell_left": service.cell_left,
        }
        while run_due(self.engine, handlers, self.now).done:
            pass

    def seal(self) -> None:
        self.do(lambda s: journal.seal(s, self.id, self.now))

    def ask(self, **more: Any) -> int:
        """Ask everybody a question of yes or no, at once."""
        asked = service.Asked("limit", {"account": 1, "limit_version": 1}, **more)
        return self.do(lambda s: service.put_to_all(s, self.community.view, asked, self.now))

    def cast(
        self, number: int, by: Acting, choice: Choice, *, key: str | None = None
    ) -> service.SecretReceipt:
        command = service.CastSecret(number, choice, key or new_request_key())
        standing = self.standing(by)
        return self.do(lambda s: service.cast_secret(s, standing, command, self.now))

    def cast_all(self, number: int, choices: list[Choice]) -> list[service.SecretReceipt]:
        return [
            self.cast(number, one, choice)
            for one, choice in zip(self.voters, choices, strict=False)
        ]

    def close(self, number: int) -> dict[str, Any] | None:
        """Let the vote end and be counted; its record."""
        self.pass_time(days=5)
        self.run_jobs()
        self.seal()
        self.pass_time(minutes=1)
        self.run_jobs()
        return self.record(number)

    def record(self, number: int) -> dict[str, Any] | None:
        found = self.do(lambda s: member_record(s, self.id, number), write=False)
        return json.loads(json.dumps(found)) if found else None

    def propose(
        self, text: Constitution, by: Acting, *, replaces: int = 1, key: str | None = None
    ) -> int:
        command = service.ProposeConstitution(
            text, replaces, "It is time", key or new_request_key()
        )
        standing = self.standing(by)
        return self.do(lambda s: service.propose_constitution(s, standing, command, self.now))

    def change(self, text: Constitution, *, replaces: int = 1) -> None:
        """Have everybody vote for a constitution."""
        number = self.propose(text, self.voters[0], replaces=replaces)
        self.pass_time(hours=72)
        self.run_jobs()
        self.cast_all(number, [1] * len(self.voters))
        self.close(number)

    def version(self) -> int:
        found = self.do(lambda s: constitution_in_force(s, self.id), write=False)
        return found.version if found else 0

    def stewards(self) -> set[int]:
        found = self.do(
            lambda s: members.ids_of_role(s, self.id, ["steward"], self.now), write=False
        )
        return set(found)


def an_assembly(engine: Engine, now: datetime, cells: int = 5) -> Assembly:
    """As many cells as told, each with a voter; nobody serves."""
    community = a_community(engine, now)
    voters = [community.enrol(a_cell()) for _ in range(cells)]
    assembly = Assembly(community, voters, now)
    for one in voters:
        seat(assembly, one)
    return assembly


def seat(assembly: Assembly, acting: Acting) -> None:
    """Have the person vote for the cell."""
    assembly.do(
        lambda s: seat_voter(s, assembly.id, acting.account, acting.person_id, assembly.now)
    )


def newcomer(assembly: Assembly, days: float = 0) -> Acting:
    """A cell that joined so many days ago, with its voter."""
    acting = replace(assembly.community, now=assembly.now).enrol(a_cell(), number=900)
    joined = day_of(assembly.now - timedelta(days=days), assembly.community.view.zone)
    assembly.do(
        lambda s: s.execute(
            update(Cell)
            .where(Cell.community_id == assembly.id, Cell.number == acting.account)
            .values(joined_on=joined)
        )
    )
    seat(assembly, acting)
    return acting


def give_addresses(assembly: Assembly) -> None:
    for number, one in enumerate(assembly.voters, 1):
        assembly.do(
            lambda s, number=number, one=one: s.execute(
                text("UPDATE person SET email = :email WHERE id = :id"),
                {"email": f"voter{number}@simpul.example", "id": one.person_id},
            )
        )


def mails(assembly: Assembly) -> list[dict[str, str]]:

    with assembly.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT payload FROM job WHERE kind = 'mail' ORDER BY id")
        ).scalars()
        return [json.loads(one) for one in rows]
