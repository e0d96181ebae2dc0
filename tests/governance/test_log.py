"""The ballot log: commitments, links, standings and receipts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.governance.rules import log as logs
from ledger.governance.rules.log import Ballot, SecretBallot, Standing, append, commitment
from ledger.kernel.veils import veil
from tests.governance.votes import DECISION, open_vote, salt, secret_vote

BALLOT = Ballot(1, 500, veil("because", salt("reason")), salt("ballot"))
LOG = open_vote().log


def test_the_commitment_binds_everything_that_a_ballot_says() -> None:
    others = [
        replace(BALLOT, voter=2),
        replace(BALLOT, choice=400),
        replace(BALLOT, choice=None),
        replace(BALLOT, choice=(500,)),
        replace(BALLOT, reason=veil("because!", salt("reason"))),
        replace(BALLOT, reason=veil("because", salt("other"))),
        replace(BALLOT, salt=salt("other")),
    ]
    found = {commitment(DECISION, one) for one in (BALLOT, *others)}
    assert len(found | {commitment("SB/43", BALLOT)}) == len(others) + 2


def test_erasing_a_reason_leaves_the_commitment() -> None:
    erased = replace(BALLOT, reason=BALLOT.reason.erased())
    assert erased.reason.text is None
    assert erased.reason.salt is None
    assert commitment(DECISION, erased) == commitment(DECISION, BALLOT)


@pytest.mark.parametrize("short", [b"", bytes(31), bytes(33)])
def test_a_salt_has_32_bytes(short: bytes) -> None:
    with pytest.raises(ValueError, match="32"):
        veil("because", short)
    with pytest.raises(ValueError, match="32"):
        commitment(DECISION, replace(BALLOT, salt=short))


def test_pinned_bytes_of_the_chain() -> None:
    """Whoever changes these breaks the receipts that voters hold."""
    assert [entry.link.hex()[:16] for entry in LOG[:2]] == PINNED_LINKS
    assert logs.root(LOG).hex()[:16] == PINNED_ROOT


PINNED_LINKS = ["8fe748ba54abcb31", "8417c4e7fe4a4f7b"]
PINNED_ROOT = "833b2e26ca70bcd8"


def test_a_cut_tail_shows_in_the_root() -> None:
    assert logs.root(LOG[:-1]) != logs.root(LOG)
    assert logs.root([]) == logs.EMPTY_ROOT


def test_every_entry_has_its_receipt() -> None:
    for place in range(1, len(LOG) + 1):
        receipt = logs.receipt(LOG, place)
        assert receipt.root == logs.root(LOG)
        other = append(LOG[: place - 1], DECISION, replace(BALLOT, voter=9))
        assert replace(receipt, entry=other).root != logs.root(LOG)


def test_the_last_ballot_of_each_voter_counts() -> None:
    counted, superseded, void = Standing.COUNTED, Standing.SUPERSEDED, Standing.VOID
    assert logs.standings(LOG, void_through=2, lost=[5]) == [
        void,
        void,
        counted,
        superseded,
        counted,
        void,
        counted,
        counted,
    ]
    assert logs.standings(LOG)[:3] == [superseded, superseded, counted]
    assert logs.standings(LOG[:2], void_through=2) == [void, void]


def test_secret_ballots_have_no_order_of_their_own() -> None:
    ballots = list(secret_vote().ballots)
    assert logs.secret_root(ballots) == logs.secret_root(ballots[::-1])
    assert logs.secret_root(ballots[:-1]) != logs.secret_root(ballots)
    assert logs.secret_root([]) == logs.EMPTY_ROOT
    changed = [SecretBallot(ballots[0].key, 0), *ballots[1:]]
    assert logs.secret_root(changed) != logs.secret_root(ballots)
