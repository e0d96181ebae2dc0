"""The sample community: 120 cells, a year of trades, its stewards, and what they vote on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from ledger.identity import service as identity
from ledger.identity.rules.passwords import PasswordHash, hash_password
from ledger.kernel import clock
from ledger.kernel.units import Unit
from ledger.members import queries as members
from ledger.members import service as membership
from ledger.members.service.voting import seat_first_voter
from ledger.operations.election import load_election
from ledger.operations.funds import load_fund
from ledger.operations.votes import NEEDED, load_votes
from ledger.trades import service as trades

_SAMPLE = Path(__file__).parent / "sample"
MEMBERS_FILE = _SAMPLE / "members.csv"
TRADES_FILE = _SAMPLE / "trades.csv"

COMMUNITY = membership.FoundCommunity(
    code="SB",
    name="Simpul Bandung\N{EN DASH}Sragen",
    place="Bandung, Sragen",
    unit=Unit("poin", "poin", 2, "XPN"),
    zone="Asia/Jakarta",
    language="id",
    founding_floor=-20000,
    founding_ceiling=60000,
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as; `cell` is the number of the cell they hold, if any."""

    name: str
    email: str
    password: str
    role: str | None
    cell: int | None


DEMO_PEOPLE = (
    DemoPerson("Dewi Lestari", "anggota@example.org", "menabur-benih-pagi", None, 42),
    DemoPerson("Bambang Sutrisno", "pengurus@example.org", "menimbang-hujan-sore", "steward", 2),
    DemoPerson("Siti Rahayu", "koordinator@example.org", "mencatat-panen-raya", "coordinator", 3),
    DemoPerson("Ratna Wulandari", "pengawas@example.org", "membaca-buku-terang", "auditor", None),
    DemoPerson("Endang Purwanti", "pengurus2@example.org", "menyulam-kain-malam", "steward", 32),
    DemoPerson("Yusuf Hidayat", "pengurus3@example.org", "menanam-jahe-merah", "steward", 10),
    DemoPerson("Sri Mulyani", "pengurus4@example.org", "merebus-jamu-segar", "steward", 57),
    DemoPerson("Agus Prasetyo", "pengurus5@example.org", "mengukir-kayu-jati", "steward", 88),
)
"""Their passwords are no secret: the demo prints them, and serves this machine alone."""


def hashed_passwords() -> dict[str, PasswordHash]:
    """The demo people's passwords by e-mail; slow, so made before the transaction."""
    return {person.email: hash_password(person.password) for person in DEMO_PEOPLE}


def has_communities(session: Session) -> bool:
    """Whether the database holds any community already."""
    return bool(members.communities(session))


def load_sample(
    session: Session,
    passwords: dict[str, PasswordHash],
    now: datetime,
    progress: Callable[[int], object],
) -> trades.ImportReport:
    """Found the sample community, take in its books, and register the demo people.

    Calls `progress` with numbers of lines done.
    """
    begun = begins(now)
    community_id = membership.found_community(session, COMMUNITY, begun)
    community = members.community(session, community_id)
    if community is None:
        raise LookupError("the community was founded and is not there")
    report = trades.import_history(session, community, MEMBERS_FILE, TRADES_FILE, begun, progress)
    people = [
        _welcome(session, community_id, person, passwords[person.email], begun)
        for person in DEMO_PEOPLE
    ]
    if now - begun >= NEEDED:
        known = list(zip(DEMO_PEOPLE, people, strict=True))
        stewards = [person_id for person, person_id in known if person.role == "steward"]
        holders = {person.cell: person_id for person, person_id in known if person.cell}
        load_votes(session, community, stewards, holders, now)
        load_fund(session, community, stewards, holders, now)
        load_election(session, community, stewards, people[0], now)
    return report


def begins(now: datetime) -> datetime:
    """When the sample was founded: weeks ago, but after the last trade of its earlier books."""
    lines = TRADES_FILE.read_text("utf-8").splitlines()[1:]
    last = max(date.fromisoformat(line.split(",")[1]) for line in lines)
    after = clock.start_of(last + timedelta(days=1), COMMUNITY.zone)
    return min(now, max(after, now - timedelta(days=40)))


def _welcome(
    session: Session,
    community_id: int,
    person: DemoPerson,
    password: PasswordHash,
    now: datetime,
) -> int:
    command = identity.Register(person.name, email=person.email, password_hash=password)
    person_id = identity.register(session, command, now)
    if person.cell:
        membership.let_act_for(session, community_id, person.cell, person_id, "holder", now)
        seat_first_voter(session, community_id, person.cell, person_id, now)
    if person.role:
        membership.grant_role(session, community_id, person_id, person.role, "founding", now)
    return person_id
