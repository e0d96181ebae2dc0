"""As what somebody is told about a proposal."""

from __future__ import annotations

from enum import StrEnum

from ledger.governance.rules.states import Event


class Audience(StrEnum):
    """As what somebody is told."""

    VOTER = "voter"
    SUBJECT = "subject"
    """Records for the cell that it is about."""
    PROPOSER = "proposer"
    STEWARD = "steward"
    """Serves, without a vote in this."""


_EVERYBODY = tuple(Audience)


def for_all(
    news: str, message: tuple[str, str], audiences: tuple[Audience, ...] = _EVERYBODY
) -> dict[tuple[str, Audience], tuple[str, str]]:
    """The same `message` about `news` for each of `audiences`."""
    return {(news, one): message for one in audiences}


def for_opening(
    asked: tuple[str, str], opened: tuple[str, str]
) -> dict[tuple[str, Audience], tuple[str, str]]:
    """When voting opens, or opens again: `asked` to voters, `opened` to subject and proposer."""
    found: dict[tuple[str, Audience], tuple[str, str]] = {}
    for event in (Event.OPEN, Event.REOPEN):
        found[event, Audience.VOTER] = asked
        found |= for_all(event, opened, (Audience.SUBJECT, Audience.PROPOSER))
    return found
