"""The record of a decision as it is published: everything that it takes to count it again.

`governance/verify.py` reads it with code of its own. Sections are hashed one by one
into the outcome, whose digest is mailed, and attested in the next seal of the books.
A record holds strings, integers, booleans, null, lists and objects: no floats.
"""

from __future__ import annotations

from ledger.governance.rules.record.publishing import publish, publish_election, publish_secret
from ledger.governance.rules.record.votes import (
    OpenVote,
    Policy,
    Question,
    SecretElection,
    SecretVote,
    Voter,
)

__all__ = [
    "OpenVote",
    "Policy",
    "Question",
    "SecretElection",
    "SecretVote",
    "Voter",
    "publish",
    "publish_election",
    "publish_secret",
]
