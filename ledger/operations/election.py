"""The sample community elects its committee: called two days ago, two stand, one is named."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger.governance import service as governance
from ledger.members import queries as members
from ledger.members.queries import CommunityView, Standing

CALLED_BEFORE = timedelta(days=2)

_WORDS = (
    "Saya mencatat simpanan RT sejak 2019 dan terbiasa memegang buku.",
    "Tiap Minggu saya di pasar dan kenal hampir semua sel.",
)


def load_election(
    session: Session, community: CommunityView, stewards: list[int], member: int, now: datetime
) -> int:
    """Have the first steward call an election and stand, with the second; the member is named.

    Returns the number of the vote.
    """
    at = now - CALLED_BEFORE
    number = governance.call_election(session, _standing(session, community, stewards[0], at), at)
    for steward, words in zip(stewards, _WORDS, strict=False):
        standing = _standing(session, community, steward, at)
        governance.name_candidate(session, standing, governance.Name(number, steward, words), at)
    namer = _standing(session, community, stewards[0], at)
    governance.name_candidate(session, namer, governance.Name(number, member), at)
    return number


def _standing(session: Session, community: CommunityView, person: int, at: datetime) -> Standing:
    found = members.find_standing(session, person, community.code, at)
    assert found is not None
    return found
