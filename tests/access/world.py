"""A small community with one person of every standing, each of them signed in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from ledger.governance import service as governance
from ledger.identity import service as identity
from ledger.identity.model import LoginSession
from ledger.identity.rules.throttle import digest
from ledger.journal import service as journal
from ledger.kernel.identifiers import new_request_key
from ledger.members import queries as belonging
from ledger.members import service as members
from ledger.members.model import ActsFor
from ledger.members.queries import Acting
from ledger.persistence.unit_of_work import in_unit_of_work
from ledger.statements.rules.months import month_at
from ledger.statements.service import Object, close_due
from ledger.statements.service import object_to as object_to_statement
from ledger.statements.service.wishes import wish_token
from ledger.trades.rules.plans import Rhythm
from ledger.trades.service import MakeBook, make_book
from tests.communities import ACommunity, a_cell, a_community
from tests.trades.moving import an_intake
from tests.trades.paper import a_coordinator, a_line, a_typed, begin, object_to, type_in

STANDINGS = (
    "stranger", "member", "other", "frozen", "former", "coordinator", "steward", "auditor",
)  # fmt: skip
ROLES = ("coordinator", "steward", "auditor")


@dataclass
class World:
    """Whose id is whose, and what addresses are made of."""

    engine: Engine
    now: datetime
    people: dict[str, int] = field(default_factory=dict)
    number: dict[str, str] = field(default_factory=dict)
    receipt: str = ""
    plan: int = 0
    month: str = ""
    decided: int = 0
    objection: int = 0
    wish: str = ""
    intake: int = 0
    wrong: int = 0
    proposal: int = 0
    """Of the member: one over, since nobody voted, and one in discussion."""
    stack: str = ""
    vote: int = 0
    """An election that a steward has called."""
    lot: int = 0
    fund: int = 0

    def browser(self, app: Flask, standing: str) -> FlaskClient:
        """A browser in which the person of this standing is signed in."""
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        if standing in self.people:
            with client.session_transaction() as session:
                session["_user_id"] = session_token(standing)
                session["_fresh"] = True
        return client


def session_token(standing: str) -> str:
    return f"token-of-{standing}".ljust(43, "x")


def a_world(engine: Engine, now: datetime) -> World:
    """Build it through the services themselves."""
    world = World(engine, now)
    # Long enough ago for a month to be over since.
    began = now - timedelta(days=32)
    home, abroad = a_community(engine, began, "SB"), a_community(engine, now, "XX")
    member, frozen = home.enrol(a_cell("Warung"), 1), home.enrol(a_cell("Beku"), 2)
    world.people = {
        "member": member.person_id,
        "frozen": frozen.person_id,
        "other": abroad.enrol(a_cell("Jauh"), 1).person_id,
        "former": _former(home, member),
        **{role: _serving(home, role) for role in ROLES},
    }
    world.plan = replace(home, now=now).plan(
        member, frozen, 1, Rhythm.WEEKLY, now.date() + timedelta(days=5)
    )
    world.intake = an_intake(home, world.people["coordinator"])
    world.receipt = home.pay(member, frozen, 1).token
    close_due(engine, now)
    world.wish = in_unit_of_work(engine, lambda s: wish_token(s, member.person_id))
    world.wrong = in_unit_of_work(engine, lambda s: _find_wrong(s, home, member))
    world.month = str(month_at(began, home.view.zone))
    in_unit_of_work(engine, lambda session: _propose(session, world, home, member))
    world.objection = _object(replace(home, now=now), frozen)
    world.stack = begin(replace(home, now=now), a_coordinator(home), a_typed("A", 2)).batch
    world.vote = in_unit_of_work(engine, lambda session: _call(session, home, world))
    in_unit_of_work(engine, lambda session: _hold(session, world, home, member))
    in_unit_of_work(engine, lambda session: _freeze(session, home, frozen))
    in_unit_of_work(engine, lambda session: _sign_in_all(session, world))
    world.number = {name: "SB002" if name == "frozen" else "SB001" for name in STANDINGS}
    return world


def _object(home: ACommunity, cell: Acting) -> int:
    """The id of the cell's objection to a slip; the book it is from was printed here."""
    citra = a_coordinator(home)
    book = MakeBook("A", 1, "k" * 22)
    in_unit_of_work(home.engine, lambda db: make_book(db, citra, book, home.now))
    (line,) = type_in(home, citra, a_line("A", 1, "SB001", "SB002", 1))
    return object_to(home, cell, line, "Bukan saya")


def _find_wrong(session: Session, home: ACommunity, member: Acting) -> int:
    """The member's objection to the statement of the month that is over."""
    month = month_at(home.now, home.view.zone)
    # Within the time for it, whenever this runs.
    then = month.ends(home.view.zone) + timedelta(days=1)
    command = Object(month, None, "Bukan dari kami", "wrong".ljust(22, "x"))
    return object_to_statement(session, member, command, then)


def _former(home: ACommunity, member: Acting) -> int:
    person = home.a_person()

    def work(session: Session) -> None:
        members.let_act_for(session, home.view.id, member.account, person, "clerk", home.now)
        session.execute(update(ActsFor).where(ActsFor.person_id == person).values(until=home.now))

    in_unit_of_work(home.engine, work)
    return person


def _serving(home: ACommunity, role: str) -> int:
    person = home.a_person()
    in_unit_of_work(
        home.engine,
        lambda session: members.grant_role(
            session, home.view.id, person, role, "founding", home.now
        ),
    )
    return person


def _propose(session: Session, world: World, home: ACommunity, member: Acting) -> None:
    asked = home.now + timedelta(days=1)
    for place in range(2):
        steward = identity.register(session, identity.Register(f"Pengurus {place}"), asked)
        members.grant_role(session, home.view.id, steward, "steward", "founding", asked)
    world.decided = _ask(session, home, member, asked)
    governance.open_vote(session, home.view, world.decided, asked + timedelta(days=4))
    closed = asked + timedelta(days=10)
    governance.record_outcome(session, home.view, world.decided, closed)
    world.proposal = _ask(session, home, member, world.now - timedelta(days=1))


def _ask(session: Session, home: ACommunity, member: Acting, at: datetime) -> int:
    standing = belonging.find_standing(session, member.person_id, home.view.code, at)
    assert standing is not None
    key = new_request_key()
    command = governance.Propose(member.account, 15000, "Kami menjual lebih banyak", key)
    return governance.propose(session, standing, command, at)


def _call(session: Session, home: ACommunity, world: World) -> int:
    at = world.now - timedelta(days=1)
    standing = belonging.find_standing(session, world.people["steward"], home.view.code, at)
    assert standing is not None
    return governance.call_election(session, standing, at)


def _hold(session: Session, world: World, home: ACommunity, member: Acting) -> None:
    """A fund, and a lot for which stewards can promise their numbers."""
    world.fund = governance.found_fund(session, home.view, "Kas", "For all", home.now)
    places = {1001: (member.account, member.person_id)}
    world.lot = governance.call_lot(session, home.view, "alternates", places, 1, world.now)


def _freeze(session: Session, home: ACommunity, frozen: Acting) -> None:
    journal.set_status(
        session,
        home.view.id,
        frozen.account,
        status="frozen",
        authority="decision:1",
        now=home.now,
    )


def _sign_in_all(session: Session, world: World) -> None:
    for standing, person in world.people.items():
        session.add(
            LoginSession(
                token_digest=digest(session_token(standing)),
                person_id=person,
                agent="",
                created_at=world.now,
                last_seen_at=world.now,
            )
        )
    session.flush()
