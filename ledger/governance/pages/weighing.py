"""The evidence about a proposal, and what another figure would mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger.governance import queries, service
from ledger.governance.pages import evidence, figures
from ledger.governance.pages.figures import Figure, Teller
from ledger.governance.queries import ProposalView
from ledger.governance.rules.evidence.panel import Consequences, frozen
from ledger.governance.rules.measures import Kind
from ledger.governance.rules.states import State
from ledger.kernel import clock
from ledger.members import queries as members
from ledger.members.queries import CommunityView
from ledger.text.bars import Fan
from ledger.web import runtime

_OPEN = (State.DRAFT, State.DISCUSSION, State.ACTIVE)


@dataclass(frozen=True, slots=True)
class Considered:
    """The figures that somebody can look into, the one they did, and what it would mean."""

    figures: tuple[int, ...]
    figure: int | None
    found: tuple[Figure, ...]
    futures: str
    fan: Fan | None


def lay_out(
    db: Session, community: CommunityView, found: ProposalView, now: datetime
) -> evidence.Shown | None:
    """The evidence as it was frozen for the vote, or before that as the books stand now."""
    if found.opened_at is not None and found.course.state is not State.DISCUSSION:
        panel = queries.evidence_of(db, community.id, found.number, found.course.round)
        if "turnover" not in panel:
            return None
        asked = figures_of(found, found.status_quo or 0, found.asked or 0)
        return shown(db, community, panel, found.opened_at, *asked)
    if found.course.state not in _OPEN:
        return None
    text, seed = queries.text_in_force(db, community), _seed(community, found)
    before, after = figures_of(found, found.present, found.proposed)
    panel = service.gather(db, community, found.account, after, text, now, seed=seed).frozen()
    return shown(db, community, panel, now, before, after)


def figures_of(found: ProposalView, before: int, after: int) -> tuple[int, int]:
    """The limits that the evidence compares: where none is proposed, the present one twice."""
    return (before, after) if found.kind == Kind.LIMIT else (found.present, found.present)


def shown(
    db: Session,
    community: CommunityView,
    panel: Mapping[str, Any],
    at: datetime,
    status_quo: int,
    proposed: int,
) -> evidence.Shown:
    """A frozen panel in the visitor's words; `at` is when it was computed."""
    teller = _teller(db, community, evidence.named(panel))
    return evidence.show(panel, teller, clock.day_of(at, community.zone), status_quo, proposed)


def consider(
    db: Session,
    community: CommunityView,
    found: ProposalView,
    now: datetime,
    asked: Mapping[str, str],
) -> Considered | None:
    """What the figure in `?figure=` would mean; None once nobody can choose any more."""
    offered = _offered(db, community, found, now)
    if not offered:
        return None
    written = asked.get("figure", "")
    figure = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else None
    if figure not in offered:
        return Considered(offered, None, (), "", None)
    text, seed = queries.text_in_force(db, community), _seed(community, found)
    weighed = service.weigh(db, community, found.account, figure, text, now, seed=seed)
    return _considered(db, community, offered, weighed)


def _considered(
    db: Session, community: CommunityView, offered: tuple[int, ...], weighed: Consequences
) -> Considered:
    parts = frozen(asdict(weighed))
    teller = _teller(db, community, {number for number, _ in parts["loss_at_most"]["largest"]})
    drawn = parts["futures"]
    return Considered(
        figures=offered,
        figure=weighed.limit,
        found=(
            figures.exposed(parts["exposure"], teller),
            figures.covered(parts["cover"], teller),
            figures.lost(parts["loss_at_most"], teller),
        ),
        futures=figures.drawn(drawn, teller) if drawn else figures.too_short(teller),
        fan=evidence.fan_of(drawn, [weighed.balance]),
    )


def _offered(
    db: Session, community: CommunityView, found: ProposalView, now: datetime
) -> tuple[int, ...]:
    """What can be balloted, or could be if voting opened now; nothing where no limit is asked."""
    if found.kind != Kind.LIMIT:
        return ()
    if found.course.state is State.ACTIVE:
        return found.figures
    reach = queries.reach(db, community, found.account, now)
    if found.course.state is not State.DISCUSSION or reach is None:
        return ()
    grid = range(reach.grid.least, reach.highest + 1, reach.grid.step)
    return tuple(sorted({reach.present, found.proposed, *grid}))


def _seed(community: CommunityView, found: ProposalView) -> str:
    """The futures of a round: the same for each figure, and those that are frozen with it."""
    is_open = found.course.state is State.ACTIVE
    round_ = found.course.round if is_open else found.course.round + 1
    return f"{community.code}/{found.number}/{round_}"


def _teller(db: Session, community: CommunityView, numbers: set[int]) -> Teller:
    names = members.names_by_number(db, community.id, numbers)
    return Teller(runtime.speaker(), community.unit, names)
