"""Opening a vote: who votes, on what, by which rule and before which evidence is frozen."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.governance.errors import TooFewStewards
from ledger.governance.model import BallotRow, Proposal, Recusal, RosterRow, Voting
from ledger.governance.queries import ConstitutionView
from ledger.governance.queries.courses import history_of
from ledger.governance.queries.discussions import replies_to_freeze
from ledger.governance.queries.grounds import grounds_of
from ledger.governance.rules.grid import Choice
from ledger.governance.rules.measures import ANSWERS, NO, YES, Kind, rule_of
from ledger.governance.rules.record import Policy
from ledger.governance.rules.recusal import Roster, roster
from ledger.governance.rules.states import Event
from ledger.governance.rules.tally import Rule
from ledger.governance.service.alternates import (
    ABOVE_STEWARDS,
    drawn_people,
    is_spent,
    newest_lot,
)
from ledger.governance.service.constitutions import ensure_constitution
from ledger.governance.service.enacting import Case, ensure_fit
from ledger.governance.service.evidence import gather
from ledger.governance.service.happenings import happen, locked
from ledger.governance.service.member_votes import Asked, put_to_all
from ledger.governance.service.proposing import ballot_choice, ensure_none_open
from ledger.identity import queries as identity
from ledger.journal import queries as books
from ledger.kernel.merkle import canonical
from ledger.kernel.veils import veil
from ledger.members import queries as members
from ledger.members.queries import CommunityView


def open_vote(session: Session, community: CommunityView, number: int, now: datetime) -> None:
    """Open a vote whose discussion is over, or reopen one that lapsed.

    Raises `ProposalUnknown`, `MovedOn`, `TooEarly`, `TooLate`, `OnlyOnce`, `TooFewStewards`,
    `ProposalOpen` when it would be reopened beside another, and what `ballot_choice` raises.
    """
    row = locked(session, community.id, number)
    history = history_of(session, row)
    state = history.course(now).state
    event = Event.REOPEN if state == "lapsed" else Event.OPEN
    round_ = history.after(event, now).round
    in_force = ensure_constitution(session, community, now)
    if event is Event.REOPEN:
        ensure_none_open(session, community, row.account, now, kind=Kind(row.kind))
    ensure_fit(Case(session, community, row, now), in_force, opening=True)
    offered = offered_choice(session, community, row, in_force, now)
    lot = newest_lot(session, community.id)
    drawn = drawn_people(session, lot) if lot is not None else {}
    found = _roster(session, community, row, drawn, in_force, now)
    if found.is_for_all_members and not is_spent(session, row):
        raise TooFewStewards(eligible=found.eligible)
    seed = f"{community.code}/{number}/{round_}"
    text = in_force.text
    voting = _voting(session, row, round_, offered, in_force, now)
    if found.is_for_all_members:
        _put_to_all(session, community, row, voting, offered, in_force, now)
    panel: dict[str, object] = {}
    account = books.account(session, community.id, row.account)
    if account is not None and account.kind == "cell":
        figure = row.proposed if row.kind == Kind.LIMIT else -account.floor
        panel = gather(session, community, row.account, figure, text, now, seed=seed).frozen()
    voting.lot = lot.number if lot is not None and drawn else None
    replies = replies_to_freeze(session, row)
    voting.evidence = canonical({**panel, "replies": replies}).decode()
    session.add(voting)
    session.flush()
    _seat(session, voting, found, drawn)
    happen(session, row, event, now)


def offered_choice(
    session: Session,
    community: CommunityView,
    row: Proposal,
    in_force: ConstitutionView,
    now: datetime,
) -> Choice:
    """What stands on the ballot: figures for a limit, else yes and no.

    Raises what `ballot_choice` raises.
    """
    if row.kind == Kind.LIMIT:
        return ballot_choice(session, community.id, row.account, row.proposed, in_force, now)
    text = in_force.text
    rule = rule_of(row.kind, ordinary=text.ordinary, exceptional=text.exceptional)
    return Choice(NO, YES, ANSWERS, rule, rule == text.exceptional)


def _voting(
    session: Session,
    row: Proposal,
    round_: int,
    offered: Choice,
    in_force: ConstitutionView,
    now: datetime,
) -> Voting:
    account = books.account(session, row.community_id, row.account)
    document = in_force.text.document()
    rest: dict[str, object] = {"exceptional": offered.is_exceptional, "constitution": document}
    if row.kind != Kind.LIMIT:
        rest["facts"] = json.loads(row.facts)
    policy = Policy(
        in_force.version,
        offered.rule,
        offered.figures,
        rest=rest,
    )
    return Voting(
        community_id=row.community_id,
        proposal=row.number,
        round=round_,
        opened_at=now,
        status_quo=offered.status_quo,
        proposed=offered.proposed,
        limit_version=account.limit_version if account is not None else 0,
        constitution=in_force.version,
        policy=canonical(policy.published()).decode(),
        first_place=1 + _places(session, row),
    )


def _put_to_all(
    session: Session,
    community: CommunityView,
    row: Proposal,
    voting: Voting,
    offered: Choice,
    in_force: ConstitutionView,
    now: datetime,
) -> None:
    """Have all members vote in secret on the same figures, or yes and no, for as long.

    By their own rule; what is exceptional takes as large a share of them as of the committee.
    """
    ours = in_force.text.all_members
    rule = Rule(ours.quorum, max(ours.threshold, offered.rule.threshold))
    asked = Asked(
        "limit" if row.kind == Kind.LIMIT else "measure",
        {"proposal": voting.proposal, "round": voting.round},
        status_quo=offered.status_quo,
        proposed=offered.proposed,
        figures=offered.figures,
        rule=rule,
    )
    number = put_to_all(session, community, asked, now)
    said = json.loads(voting.policy)
    policy = Policy(
        in_force.version,
        rule,
        offered.figures,
        is_secret=True,
        rest={**said["rest"], "member_vote": number},
    )
    voting.policy = canonical(policy.published()).decode()


def _places(session: Session, row: Proposal) -> int:
    return (
        session.scalar(
            select(func.max(BallotRow.place))
            .where(BallotRow.community_id == row.community_id)
            .where(BallotRow.proposal == row.number)
        )
        or 0
    )


def _roster(
    session: Session,
    community: CommunityView,
    row: Proposal,
    drawn: Mapping[int, int],
    in_force: ConstitutionView,
    now: datetime,
) -> Roster:
    """The stewards serving now and, if they are too few, alternates; nobody who is too close."""
    stewards = members.ids_of_role(session, community.id, ["steward"], now)
    grounds = grounds_of(session, community, row, [*stewards, *drawn.values()], now)
    return roster(stewards, grounds, drawn.values(), seats=in_force.text.seats)


def _seat(session: Session, voting: Voting, found: Roster, drawn: Mapping[int, int]) -> None:
    recused = [person for person, _ in found.recused]
    names = identity.names_of(session, [*found.voters, *recused])
    numbers = _numbers(session, voting, found, drawn)
    for person in found.voters:
        session.add(
            place_for(
                voting,
                numbers[person],
                person,
                names.get(person, ""),
                is_drawn=person in found.are_alternates,
            )
        )
    for place, (person, ground) in enumerate(found.recused, 1):
        name = veil(names.get(person, ""), secrets.token_bytes(32))
        session.add(
            Recusal(
                community_id=voting.community_id,
                proposal=voting.proposal,
                round=voting.round,
                place=place,
                person_id=person,
                ground=ground.value,
                name_digest=name.digest,
                name=name.text,
                name_salt=name.salt,
            )
        )
    session.flush()


def place_for(
    voting: Voting,
    number: int,
    person: int,
    name: str,
    *,
    is_drawn: bool = False,
    replaces: int | None = None,
) -> RosterRow:
    """A place on the round's roster, with the person's name behind its digest."""
    veiled = veil(name, secrets.token_bytes(32))
    return RosterRow(
        community_id=voting.community_id,
        proposal=voting.proposal,
        round=voting.round,
        voter=number,
        person_id=person,
        name_digest=veiled.digest,
        name=veiled.text,
        name_salt=veiled.salt,
        replaces=replaces,
        is_lost=False,
        is_drawn=is_drawn,
    )


def _numbers(
    session: Session, voting: Voting, found: Roster, drawn: Mapping[int, int]
) -> Mapping[int, int]:
    """A number within the proposal for each voter: the same in every round.

    Alternates have the one that the lot drew, all of which lie above the stewards'.
    """
    rows = session.execute(
        select(RosterRow.person_id, RosterRow.voter)
        .where(RosterRow.community_id == voting.community_id)
        .where(RosterRow.proposal == voting.proposal, RosterRow.voter <= ABOVE_STEWARDS)
    )
    known = {row.person_id: row.voter for row in rows}
    for person in found.voters:
        if person not in found.are_alternates:
            known.setdefault(person, 1 + max(known.values(), default=0))
    by_lot = {person: number for number, person in drawn.items()}
    return known | {person: by_lot[person] for person in found.are_alternates}
