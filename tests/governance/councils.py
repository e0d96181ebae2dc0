"""A community with a committee, for tests: proposals, ballots and time passing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.queries import ProposalView
from ledger.jobs.model import Job
from ledger.jobs.service import run_due
from ledger.journal import queries as books
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as members
from ledger.members import service as member_service
from ledger.members.queries import Acting, Standing
from ledger.persistence.unit_of_work import in_unit_of_work
from tests.communities import ACommunity, a_cell, a_community

Result = TypeVar("Result")

ONE = 100
"""A whole unit, in smallest parts."""


@dataclass
class Council:
    """A community of cells with stewards, at an instant that tests move forward."""

    community: ACommunity
    subject: Acting
    stewards: list[Acting]
    now: datetime

    @property
    def engine(self) -> Engine:
        return self.community.engine

    def do(self, work: Callable[[Session], Result], *, write: bool = True) -> Result:
        return in_unit_of_work(self.engine, work, write=write)

    def standing(self, acting: Acting) -> Standing:
        code = self.community.view.code
        found = self.do(
            lambda s: members.find_standing(s, acting.person_id, code, self.now), write=False
        )
        assert found is not None
        return found

    def propose(
        self, proposed: int, by: Acting | None = None, *, key: str | None = None, **more: Any
    ) -> int:
        """Ask for a limit of `proposed` whole units for the subject; return the number."""
        command = service.Propose(
            more.pop("account", self.subject.account),
            proposed * ONE,
            more.pop("reasons", "We sell more than we did"),
            key or new_request_key(),
            **more,
        )
        standing = self.standing(by or self.subject)
        return self.do(lambda s: service.propose(s, standing, command, self.now))

    def cast(
        self, number: int, by: Acting, choice: int | None, *, key: str | None = None
    ) -> service.CastReceipt:
        """Vote for a limit of `choice` whole units."""
        figure = None if choice is None else choice * ONE
        command = service.CastBallot(number, figure, "I looked at it", key or new_request_key())
        standing = self.standing(by)
        return self.do(lambda s: service.cast(s, standing, command, self.now))

    def pass_time(self, **passing: float) -> None:
        """Let time pass; no job comes by."""
        self.now += timedelta(**passing)

    def run_jobs(self) -> None:
        """Have everything done that is due, as the runner does."""
        while run_due(self.engine, service.handlers(), self.now).done:
            pass

    def seen(self, number: int) -> ProposalView:
        found = self.do(
            lambda s: queries.proposal(s, self.community.view.id, number, self.now), write=False
        )
        assert found is not None
        return found

    def notices(self) -> list[str]:
        """The kinds of all notices, sent or still to be sent."""
        keys = select(Job.key).where(Job.kind == "governance.notice")
        found = self.do(lambda s: s.scalars(keys).all(), write=False)
        return sorted(key.split(":")[1] for key in found if key)

    def state(self, number: int) -> str:
        return self.seen(number).course.state.value

    def opened(self, proposed: int = 150) -> int:
        """A proposal whose vote has just opened."""
        number = self.propose(proposed)
        self.pass_time(hours=72)
        self.run_jobs()
        assert self.state(number) == "active"
        return number

    def decided(self, figures: list[int | None], proposed: int = 150) -> int:
        """A proposal whose vote is over, published, with these ballots."""
        number = self.opened(proposed)
        for steward, figure in zip(self.stewards, figures, strict=False):
            self.cast(number, steward, figure)
        self.pass_time(days=5)
        self.run_jobs()
        return number

    def record(self, number: int, round_: int = 1) -> dict[str, Any]:
        found = self.do(
            lambda s: queries.record(s, self.community.view.id, number, round_), write=False
        )
        assert found is not None
        return found

    def account(self) -> books.Account:
        found = self.do(
            lambda s: books.account(s, self.community.view.id, self.subject.account), write=False
        )
        assert found is not None
        return found

    @property
    def limit(self) -> int:
        """The subject's limit, in whole units."""
        return -self.account().floor // ONE


def a_council(
    engine: Engine, now: datetime, stewards: int = 5, *, transparency: str = "members"
) -> Council:
    """A subject with a limit of 100 and as many stewards, each with a cell of their own."""
    community = a_community(engine, now, transparency=transparency)
    subject = community.enrol(a_cell("Pemohon"))
    seated = [community.enrol(a_cell()) for _ in range(stewards)]
    council = Council(community, subject, seated, now)
    for steward in seated:
        seat(council, steward)
    return council


def seat(council: Council, acting: Acting) -> None:
    """Have the person serve as a steward."""
    council.do(
        lambda s: member_service.grant_role(
            s, council.community.view.id, acting.person_id, "steward", "founding", council.now
        )
    )
