"""What the joining pages show, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ledger.credit import queries as limits
from ledger.governance import queries as governance
from ledger.governance.queries import MemberVoteLine, candidacies_waiting, member_votes_waiting
from ledger.identity.rules.sessions import SessionLife
from ledger.journal import queries as books
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.statements import queries as statements
from ledger.text.charts import BalanceChart
from ledger.trades import queries as trades
from ledger.trades.rules import is_near_ceiling, is_near_floor

_LISTED = 5
_WAITING = 5


@dataclass(frozen=True, slots=True)
class Home:
    """Where a cell stands. `chart` is None while there is nothing to draw.

    `waiting` is what waits for an answer, `more_waiting` how many more there are, `plans`
    are those of which something was missed or is due within days, `decisions` are votes and
    replies that wait for the person, `newcomers` cells that this one could vouch for, `paper`
    what was typed from slips and objected to. `votes`: somebody votes for the cell. `ballots`
    are votes of all members that wait for the person's vote, `candidacies` elections for
    which they are named. `agree` is what changed about who sees balances since they agreed.
    """

    account: books.Account
    is_frozen: bool
    frozen_until: datetime | None
    is_near_limit: bool
    is_near_ceiling: bool
    waiting: tuple[trades.OwnTrade, ...]
    more_waiting: int
    plans: tuple[trades.PlanView, ...]
    newcomers: tuple[members.Candidate, ...]
    paper: trades.PaperNews
    decisions: tuple[governance.Waiting, ...]
    votes: bool
    ballots: tuple[MemberVoteLine, ...]
    candidacies: tuple[MemberVoteLine, ...]
    agree: members.Agreed | None
    lines: tuple[trades.HistoryLine, ...]
    chart: BalanceChart | None

    @property
    def has_paper_news(self) -> bool:
        """Whether paper has anything to say on top."""
        return bool(self.paper.typed or self.paper.objections or self.paper.to_answer)


@dataclass(frozen=True, slots=True)
class Why:
    """Every limit of an account, the one in force first; `running` is proposed about it."""

    account: books.Account
    limits: tuple[limits.LimitView, ...]
    running: tuple[governance.Line, ...]


@dataclass(frozen=True, slots=True)
class Trading:
    """How many trades there were in some days, and what they came to in smallest parts."""

    trades: int
    turnover: int


@dataclass(frozen=True, slots=True)
class FundFacts:
    """A fund of the community and where it stands."""

    number: int
    name: str
    balance: int


@dataclass(frozen=True, slots=True)
class CommunityFacts:
    """What a community's books add up to.

    `trades` and `turnover` are of the last year, `thawed` the freezes of then that are over;
    `frozen` are the cells, by number, that a decision froze until another one.
    """

    cells: int
    total: int
    in_use: int
    trades: int
    turnover: int
    month: Trading
    head: books.Seal | None
    freezes: tuple[members.FreezeView, ...]
    thawed: tuple[members.FreezeView, ...]
    frozen: dict[int, str]
    transparency: members.TransparencyView
    funds: tuple[FundFacts, ...]


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """How far a community has come before its first trade; `unheld` cells have no holder."""

    coordinators: int
    cells: int
    unheld: int


@dataclass(frozen=True, slots=True)
class Public:
    """What everybody may see of a community; `cells` with their balances if it wants that."""

    community: members.CommunityView
    facts: CommunityFacts
    cells: members.Directory | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """A community on the public first page."""

    community: members.CommunityView
    cells: int


def home(session: Session, acting: members.Acting, now: datetime) -> Home:
    """Where the acting cell stands now."""
    today = clock.day_of(now, acting.community.zone)
    account = _account(session, acting)
    movements = books.movements(session, acting.community.id, acting.account, limit=_LISTED)
    waiting = trades.waiting(session, acting, now)
    frozen_until = members.freeze_end(session, acting.community.id, acting.account)
    return Home(
        account=account,
        is_frozen=account.status == "frozen" and (frozen_until is None or now < frozen_until),
        frozen_until=frozen_until,
        is_near_limit=is_near_floor(account.balance, account.floor),
        is_near_ceiling=is_near_ceiling(account.balance, account.ceiling),
        waiting=tuple(waiting[:_WAITING]),
        more_waiting=max(len(waiting) - _WAITING, 0),
        plans=tuple(trades.alerts(session, acting, today)),
        newcomers=tuple(one for one in members.candidates(session, acting, now) if one.is_open),
        paper=trades.paper_news(session, acting, now),
        decisions=_decisions(session, acting, now),
        votes=members.voter_of(session, acting.community.id, acting.account) is not None,
        ballots=tuple(member_votes_waiting(session, acting.community, acting.person_id, now)),
        candidacies=tuple(candidacies_waiting(session, acting.community, acting.person_id, now)),
        agree=members.to_agree_again(session, acting.community, acting.person_id),
        lines=tuple(trades.described(session, acting.community, movements)),
        chart=trades.drawn(session, acting.community, account, today),
    )


def _decisions(
    session: Session, acting: members.Acting, now: datetime
) -> tuple[governance.Waiting, ...]:
    community, person = acting.community.id, acting.person_id
    votes = [
        *governance.votes_waiting(session, community, person, now),
        *governance.duties_waiting(session, community, person, now),
    ]
    if not acting.may_record:
        return tuple(votes)
    replies = governance.about_own_cell(session, community, acting.account, person, now)
    return (*votes, *replies)


BY_THEMSELVES = frozenset({"constitution", "recall", "election"})
"""Votes of all members that decide a thing of their own; others decide a proposal."""


def decided(
    session: Session, community: members.CommunityView, since: datetime, until: datetime
) -> tuple[str, ...]:
    """What was decided and came into force in a time, as `42` or `M3`; `until` is past it."""
    found = set(limits.decided(session, community.id, since, until))
    for one in governance.lines(session, community.id, until):
        if one.course.state == "executed" and since <= one.course.since < until:
            found.add(str(one.number))
    for vote in governance.member_vote_lines(session, community, until):
        is_done = vote.outcome == "succeeded" and vote.kind in BY_THEMSELVES
        if is_done and vote.concluded_at and since <= vote.concluded_at < until:
            found.add(f"M{vote.number}")
    return tuple(sorted(found, key=lambda text: (len(text), text)))


def why(session: Session, reading: members.Acting | members.Reading, now: datetime) -> Why:
    """Why a cell's limits are what they are, and what may change them."""
    community, account = reading.community.id, reading.account
    proposed = governance.lines(session, community, now, account=account)
    return Why(
        _account(session, reading),
        tuple(limits.history(session, community, account)),
        tuple(one for one in proposed if one.course.is_undecided),
    )


def community_facts(
    session: Session, community: members.CommunityView, now: datetime
) -> CommunityFacts:
    """What the community's books add up to now."""
    today = clock.day_of(now, community.zone)
    accounts = {one.number: one for one in books.accounts(session, community.id)}
    balances = [account.balance for account in accounts.values()]
    freezes = members.freezes(session, community.id, now)
    count, turnover = trades.turnover(session, community.id, today - timedelta(days=365))
    return CommunityFacts(
        cells=members.count_cells(session, community.id),
        total=sum(balances),
        in_use=sum(balance for balance in balances if balance > 0),
        trades=count,
        turnover=turnover,
        month=Trading(*trades.turnover(session, community.id, today - timedelta(days=30))),
        head=books.head(session, community.id),
        freezes=tuple(freezes),
        thawed=tuple(members.freezes_before(session, community.id, now)),
        frozen=members.frozen_by_decision(session, community.id, now),
        transparency=members.transparency(session, community.id),
        funds=tuple(
            FundFacts(fund.number, fund.name, accounts[fund.number].balance)
            for fund in members.funds(session, community.id)
        ),
    )


def first_steps(
    session: Session, community: members.CommunityView, facts: CommunityFacts, now: datetime
) -> FirstSteps | None:
    """What a young community does first; None once it trades."""
    if facts.trades:
        return None
    serving = members.who_serves(session, community.id, now)
    return FirstSteps(
        coordinators=sum(one.role == "coordinator" for one in serving),
        cells=facts.cells,
        unheld=len(members.cells_nobody_holds(session, community)),
    )


def public(session: Session, community: members.CommunityView, page: int, now: datetime) -> Public:
    """What the community shows to everybody, as far as its transparency goes."""
    facts = community_facts(session, community, now)
    is_open = facts.transparency.level == "everyone"
    cells = members.directory(session, community, None, "", page, now)
    return Public(community, facts, cells if is_open else None)


def welcomes(session: Session) -> list[Welcome]:
    """Every community, for the public first page."""
    cells = members.counts_of_cells(session)
    return [Welcome(one, cells.get(one.id, 0)) for one in members.communities(session)]


def own_data(session: Session, person_id: int, now: datetime, life: SessionLife) -> dict[str, Any]:
    """All that is kept of a person, room by room, as JSON holds it. Raises `PersonNotFound`."""
    return {
        **members.own_data(session, person_id, now, life),
        **trades.own_data(session, person_id, now),
        **governance.own_data(session, person_id),
        **statements.own_data(session, person_id),
    }


def _account(session: Session, whose: members.Acting | members.Reading) -> books.Account:
    account = books.account(session, whose.community.id, whose.account)
    if account is None:
        raise LookupError(f"cell {whose.account} has no account")
    return account
