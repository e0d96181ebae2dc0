"""What is due about a vote of all members: opening it, closing the box, counting, enacting.

Late, twice or not at all does no harm; a vote closes by the clock alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ledger.governance.errors import MovedOn, RecordBroken, VoteUnknown
from ledger.governance.model import MemberVote
from ledger.governance.queries.ballots import box_of, cast, compose, stage_of, tie_lot
from ledger.governance.rules.log import secret_root
from ledger.governance.rules.member_votes import Stage
from ledger.governance.rules.roll import HANDFUL
from ledger.governance.rules.tally import Outcome
from ledger.governance.service import elections, motions, recalls
from ledger.governance.service.member_votes import (
    locked_vote,
    look_again,
    tell,
)
from ledger.governance.verify import verify
from ledger.jobs.service import Payload
from ledger.journal import queries as books
from ledger.journal import service as journal
from ledger.kernel.merkle import canonical
from ledger.members import queries as members
from ledger.members.queries import CommunityView

Enact = Callable[[Session, CommunityView, MemberVote, Any, datetime], bool]
"""Do what was decided: (session, community, vote, result, now); whether it was done.

`result` is the figure (1 is yes), or the places of the elected, the first elected first.
Called in the transaction that publishes the outcome, once, and only if the vote succeeded.
"""

ENACT: dict[str, Enact] = {
    "constitution": motions.enact,
    "recall": recalls.enact,
    "election": elections.enact,
}
"""By kind. A kind without an entry is only published: `limit` is added by whoever asks."""

OPEN: dict[str, Callable[[Session, CommunityView, MemberVote, datetime], None]] = {
    "constitution": motions.open_motion,
    "recall": motions.open_motion,
    "election": elections.open_election,
}

SOON = timedelta(minutes=1)
"""How long to wait for the seal that breaks an election's ties."""


def take_turn(session: Session, payload: Payload, now: datetime) -> None:
    """The job: open, close and count, whatever the vote's time has come for."""
    community_id, number = payload["community"], payload["vote"]
    assert isinstance(community_id, int)
    assert isinstance(number, int)
    community = members.community(session, community_id)
    if community is None:
        raise VoteUnknown
    row = locked_vote(session, community_id, number)
    at = stage_of(row, now)
    if at is Stage.DISCUSSION and row.opens_at is not None and now >= row.opens_at:
        OPEN[row.kind](session, community, row, now)
    elif at is Stage.CLOSED:
        conclude(session, community, number, now)


def conclude(session: Session, community: CommunityView, number: int, now: datetime) -> bool:
    """Count a vote that is over, publish and enact it; whether that is done now.

    An election waits for the first seal after the close, which breaks its ties. Raises
    `VoteUnknown`, `MovedOn`, or `RecordBroken` when the ballots are not those that were cast.
    """
    row = locked_vote(session, community.id, number)
    at = stage_of(row, now)
    if at is Stage.OVER:
        return True
    if at is not Stage.CLOSED:
        raise MovedOn(state=at.value)
    _close_box(session, row, now)
    if row.kind == "election" and tie_lot(session, row) is None:
        look_again(session, row, now + SOON, now)
        return False
    published = compose(session, row)
    _ensure_sound(published)
    _publish(session, row, published, now)
    if row.outcome == Outcome.SUCCEEDED and row.kind in ENACT:
        result = json.loads(row.result or "null")
        if ENACT[row.kind](session, community, row, result, now):
            row.enacted_at = now
    session.flush()
    tell(session, row, "outcome", now, now)
    return True


def _close_box(session: Session, row: MemberVote, now: datetime) -> None:
    """Have the ballots sealed as they lie there; from now on the database keeps them."""
    if row.root is not None:
        return
    box = box_of(session, row)
    if len(box) != cast(session, row):
        raise RecordBroken
    newest = books.head(session, row.community_id)
    row.lot_after = newest.number if newest else 0
    row.root = secret_root(box)
    journal.attest(session, row.community_id, "ballots", row.root, now)
    session.flush()


def _ensure_sound(published: Mapping[str, Any]) -> None:
    """Count the record by the code that anybody has. Raises `RecordBroken`."""
    if verify(json.loads(canonical(published))):
        raise RecordBroken


def _publish(
    session: Session, row: MemberVote, published: Mapping[str, Any], now: datetime
) -> None:
    count, digest = published["outcome"]["tally"], bytes.fromhex(published["digest"])
    if row.kind == "election":
        enough = count["ballots"] >= HANDFUL
        outcome, result = Outcome.SUCCEEDED if enough else Outcome.LAPSED, count["elected"]
    else:
        outcome, result = Outcome(count["outcome"]), count["result"]
    row.outcome, row.result = outcome.value, canonical(result).decode()
    row.digest, row.concluded_at = digest, now
    row.attestation = journal.attest(session, row.community_id, "decision", digest, now)
    session.flush()
